// Compares the XMP of a file with the truth: `xmp_raw` of truth_meta.jsonl, made by another reader of RDF.
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { XmpDocument, XmpProperty, XmpValue } from '../../../lib/block/xmp-value';

/** A property that differs: `at` is its name with the prefix of the file; a missing value is undefined. */
export type XmpDifference = Readonly<{ at: string; expected: unknown; actual: unknown }>;

/** Characters of the longest text that the truth has in full; of others it has the length and a hash. */
const maxText = 4096;

/** The properties that differ from the truth, which has them by name; null where it has no XMP that it could read. */
export function compareXmp(
  truth: Readonly<Record<string, unknown>> | null,
  document: XmpDocument,
): readonly XmpDifference[] {
  const expected = new Map(Object.entries(truth ?? {}));
  const actual = new Map(Object.entries(shownFields(document.properties)));
  return [...new Set([...expected.keys(), ...actual.keys()])]
    .filter((name) => !isDeepStrictEqual(expected.get(name), actual.get(name)))
    .map((name) => ({ at: name, expected: expected.get(name), actual: actual.get(name) }));
}

function shownFields(properties: readonly XmpProperty[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(properties.map(({ prefix, name, value }) => [`${prefix}:${name}`, shown(value)]));
}

function shown(value: XmpValue): unknown {
  if (typeof value === 'string') return shownText(value);
  if ('list' in value) return value.list.map(shown);
  if ('alt' in value)
    return { alt: Object.fromEntries([...value.alt].map(([language, text]) => [language, shownText(text)])) };
  if ('fields' in value) return shownFields(value.fields);
  return { value: shown(value.value), qual: shownFields(value.qualifiers) };
}

function shownText(text: string): unknown {
  const { length } = [...text];
  return length <= maxText ? text : { len: length, sha256: createHash('sha256').update(text).digest('hex') };
}
