// The properties of XMP, and functions that look into them. Namespaces are compared, never prefixes: a file chooses its prefixes.
import type { BlockWarning } from './block';

/** A value. All texts are as stored, without references such as `&lt;`. */
export type XmpValue = string | XmpList | XmpAlternatives | XmpStructure | XmpQualified;
/** An array: Bag (not ordered), Seq, or an Alt of which not every item names its language (ordered). */
export type XmpList = Readonly<{ list: readonly XmpValue[]; ordered: boolean }>;
/** An Alt of languages: text by language, in the order of the file. */
export type XmpAlternatives = Readonly<{ alt: ReadonlyMap<string, string> }>;
export type XmpStructure = Readonly<{ fields: readonly XmpProperty[] }>;
/** A value with qualifiers: a structure that has `rdf:value`. */
export type XmpQualified = Readonly<{ value: XmpValue; qualifiers: readonly XmpProperty[] }>;

/** A property or a field. `prefix` is that of the file. */
export type XmpProperty = Readonly<{ namespace: string; prefix: string; name: string; value: XmpValue }>;

/** What the XMP of an image says: each property once, in the order of the file. */
export type XmpDocument = Readonly<{ properties: readonly XmpProperty[]; warnings: readonly BlockWarning[] }>;

/** The value of a property; undefined when the document does not have it. */
export function propertyOf(document: XmpDocument, namespace: string, name: string): XmpValue | undefined {
  return find(document.properties, namespace, name);
}

/** The value of a field of a structure; undefined when `value` is not a structure or does not have it. */
export function fieldOf(value: XmpValue | undefined, namespace: string, name: string): XmpValue | undefined {
  if (value === undefined || typeof value === 'string') return undefined;
  if ('value' in value) return fieldOf(value.value, namespace, name);
  return 'fields' in value ? find(value.fields, namespace, name) : undefined;
}

/** A value as one text: `x-default` or else the first of languages, the first of a list; null for a structure. */
export function textOf(value: XmpValue | undefined): string | null {
  if (value === undefined) return null;
  if (typeof value === 'string') return value;
  if ('alt' in value) return value.alt.get('x-default') ?? value.alt.values().next().value ?? null;
  if ('list' in value) return textOf(value.list[0]);
  return 'value' in value ? textOf(value.value) : null;
}

/** The items of a list; another value is a list of itself, and undefined an empty one. */
export function itemsOf(value: XmpValue | undefined): readonly XmpValue[] {
  if (value === undefined) return [];
  if (typeof value === 'string') return [value];
  if ('value' in value) return itemsOf(value.value);
  return 'list' in value ? value.list : [value];
}

/** The items of a list as texts, without those that have none. */
export function textsOf(value: XmpValue | undefined): readonly string[] {
  return itemsOf(value)
    .map(textOf)
    .filter((text) => text !== null);
}

function find(properties: readonly XmpProperty[], namespace: string, name: string): XmpValue | undefined {
  return properties.find((property) => property.name === name && property.namespace === namespace)?.value;
}
