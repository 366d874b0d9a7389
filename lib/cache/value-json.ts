// The value of a tag as JSON: bytes as base64, numbers as they are, rationals as pairs. The type of the tag decides which.

import { decodeBase64, encodeBase64 } from '../bytes/base64';
import { maxValueBytes } from '../limits';
import { type TypeKind, tagTypes } from '../tiff/type';
import type { Rational, TagValue } from '../types';
import { parseList } from './field';

/** The floats that JSON cannot express as numbers. */
const unwritable: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['-0', -0],
]);

/** A value as JSON. */
export function writeValue(value: TagValue): unknown {
  if (value === null) return null;
  if (value instanceof Uint8Array) return encodeBase64(value);
  return value.map((part) => (typeof part === 'number' ? writeNumber(part) : part));
}

function writeNumber(value: number): number | string {
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? value : String(value);
}

/** A value of `count` components of `type`; undefined when `json` is not one. */
export function parseValue(json: unknown, type: number, count: number): TagValue | undefined {
  const known = tagTypes.get(type);
  if (known === undefined) return undefined;
  if (json === null) return null;
  if (count * known.size > maxValueBytes) return undefined;
  const value = parseParts(json, known.kind, count);
  return value?.length === count ? value : undefined;
}

function parseParts(json: unknown, kind: TypeKind, count: number): Exclude<TagValue, null> | undefined {
  if (kind === 'bytes') return typeof json === 'string' ? (decodeBase64(json) ?? undefined) : undefined;
  if (kind === 'rational' || kind === 'signed-rational') return parseList(json, count, parseRational);
  return parseList(json, count, kind === 'float' ? parseFloatingPoint : parseInteger);
}

function parseFloatingPoint(value: unknown): number | undefined {
  return typeof value === 'string' ? unwritable.get(value) : parseNumber(value);
}

function parseNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function parseInteger(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}

function parseRational(value: unknown): Rational | undefined {
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [numerator, denominator] = [parseInteger(value[0]), parseInteger(value[1])];
  return numerator === undefined || denominator === undefined ? undefined : [numerator, denominator];
}
