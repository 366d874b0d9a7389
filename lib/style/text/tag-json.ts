// One tag as JSON, lossless: its number, name, type, count, and its value as numbers, pairs, text or base64.

import { encodeBase64 } from '../../bytes/base64';
import { maxTypedBytes } from '../../limits';
import { anyTagName } from '../../tag/lookup';
import { BYTE, SBYTE, signedByte, tagTypes } from '../../tiff/type';
import type { Rational, TagEntry } from '../../types';
import { quote } from './json-text';
import { tagText } from './tag-text';

/** The member in place of a value that is not shown. */
export const omitted = '"omitted":true';

/** The members before the value, without braces: `"id":271,"name":"Make","type":"ASCII","count":6`. */
export function tagHead({ ifd, tag, type, count }: TagEntry): string {
  const name = anyTagName(ifd, tag);
  const typeName = tagTypes.get(type)?.name ?? String(type);
  return `"id":${tag},"name":${name === null ? 'null' : `"${name}"`},"type":"${typeName}","count":${count}`;
}

/** The members of the value; null where it was not read or is longer than `maxTypedBytes`. */
export function tagValue(entry: TagEntry, littleEndian: boolean): string | null {
  const { value, type } = entry;
  if (value === null || value.length * (tagTypes.get(type)?.size ?? 1) > maxTypedBytes) return null;
  const text = tagText(entry, littleEndian);
  if (text !== null) {
    const charset = text.charset === null ? '' : `,"charset":"${text.charset}"`;
    return `"value":${listJson(text.text.split('\0'), quote)}${charset}`;
  }
  if (!(value instanceof Uint8Array)) return `"value":${listJson(value, partJson)}`;
  if (type === BYTE) return `"value":${listJson([...value], String)}`;
  if (type === SBYTE) return `"value":${listJson([...value], (byte) => String(signedByte(byte)))}`;
  return `"base64":"${encodeBase64(value)}"`;
}

/** A single text as it is; several texts, or none, as a list. */
function listJson<T>(parts: readonly T[], show: (part: T) => string): string {
  const shown = parts.map((part) => show(part));
  return shown.length === 1 ? shown.join('') : `[${shown.join(',')}]`;
}

function partJson(part: number | Rational): string {
  return typeof part === 'number' ? numberJson(part) : `[${part[0]},${part[1]}]`;
}

/** JSON has no NaN and no infinity: they are strings here. A tag with numbers never has a text, so this is not ambiguous. */
function numberJson(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`;
  return Object.is(value, -0) ? '-0' : String(value);
}
