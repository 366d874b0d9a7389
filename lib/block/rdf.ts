// The properties in the RDF of XMP [XMP part 1, 7; RDF/XML].
import { nameKey, type XmlElement, type XmlName } from './xml';
import { xmpNamespaces } from './xmp-namespaces';
import { textOf, type XmpProperty, type XmpValue } from './xmp-value';

/** Properties by the key of their name. */
export type PropertyMap = Map<string, XmpProperty>;

const rdf = (name: string): string => nameKey(xmpNamespaces.rdf, name);
export const rdfRoot = rdf('RDF');
const [value, resource, parseType, bag, seq, alt] = ['value', 'resource', 'parseType', 'Bag', 'Seq', 'Alt'].map(
  rdf,
) as [string, string, string, string, string, string];
const language = nameKey(xmpNamespaces.xml, 'lang');

/** Adds the properties of all nodes in an element `rdf:RDF`. A property replaces one with the same name. */
export function addProperties(root: XmlElement, properties: PropertyMap): void {
  for (const node of root.children) addNode(node, properties);
}

/** Properties are attributes or child elements of a node. */
function addNode(node: XmlElement, properties: PropertyMap): void {
  for (const { name, value: text } of node.attributes) if (isProperty(name)) add(properties, name, text);
  for (const child of node.children) {
    const content = readValue(child);
    if (content !== null) add(properties, child.name, content);
  }
}

function add(properties: PropertyMap, { key, namespace, prefix, name }: XmlName, content: XmpValue): void {
  properties.set(key, { namespace, prefix, name, value: content });
}

/** Attributes of RDF and XML itself say something about the node. */
function isProperty({ namespace, key }: XmlName): boolean {
  return (namespace !== xmpNamespaces.rdf && namespace !== xmpNamespaces.xml) || key === value;
}

/** The value of a property element; null when it was not read to its end, and none of its parts was. */
function readValue(element: XmlElement): XmpValue | null {
  if (!element.isWhole && element.children.length === 0) return null;
  if (attribute(element, parseType) === 'Resource') return structureOf(element);
  const [child] = element.children;
  if (child !== undefined) return isArray(child) ? arrayOf(child) : structureOf(child);
  const text = attribute(element, resource);
  if (text !== undefined) return text;
  if (element.attributes.some(({ name }) => isProperty(name))) return structureOf(element);
  return element.text;
}

function isArray({ name: { key } }: XmlElement): boolean {
  return key === bag || key === seq || key === alt;
}

/** An Alt is a set of languages if each item has one. */
function arrayOf(array: XmlElement): XmpValue {
  const languages = array.name.key === alt ? array.children.map((item) => attribute(item, language)) : [undefined];
  const items: XmpValue[] = [];
  const texts = new Map<string, string>();
  for (const [at, item] of array.children.entries()) {
    const content = readValue(item);
    if (content === null) continue;
    items.push(content);
    const name = languages[at];
    if (name !== undefined) texts.set(name, textOf(content) ?? '');
  }
  return languages.includes(undefined) ? { list: items, ordered: array.name.key !== bag } : { alt: texts };
}

/** A structure, or a value with qualifiers if one of the properties of the node is `rdf:value`. */
function structureOf(node: XmlElement): XmpValue {
  const properties: PropertyMap = new Map();
  addNode(node, properties);
  const main = properties.get(value);
  if (main === undefined) return { fields: [...properties.values()] };
  properties.delete(value);
  return { value: main.value, qualifiers: [...properties.values()] };
}

function attribute({ attributes }: XmlElement, key: string): string | undefined {
  return attributes.find(({ name }) => name.key === key)?.value;
}
