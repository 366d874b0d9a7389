// The value of a tag as JSON: bytes as base64, numbers as they are, rationals as pairs. The type of the tag decides which.

import { decodeBase64 } from '../bytes/base64';
import type { JsonWriter } from '../bytes/json-writer';
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

/** Writes a value as JSON. */
export function writeValue(writer: JsonWriter, value: TagValue): void {
  if (value === null) return writer.ascii('null');
  if (value instanceof Uint8Array) {
    writer.ascii('"');
    writer.base64(value);
    return writer.ascii('"');
  }
  writer.ascii('[');
  let isFirst = true;
  for (const part of value) {
    if (!isFirst) writer.ascii(',');
    isFirst = false;
    if (typeof part === 'number') writeNumber(writer, part);
    else writeRational(writer, part);
  }
  writer.ascii(']');
}

function writeRational(writer: JsonWriter, [numerator, denominator]: Rational): void {
  writer.ascii('[');
  writer.whole(numerator);
  writer.ascii(',');
  writer.whole(denominator);
  writer.ascii(']');
}

function writeNumber(writer: JsonWriter, value: number): void {
  if (Object.is(value, -0)) writer.ascii('"-0"');
  else if (Number.isFinite(value)) writer.whole(value);
  else writer.ascii(`"${value}"`);
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
