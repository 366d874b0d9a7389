// Writes properties of XMP as a packet in which each value has one form.
import { xmpNamespaces } from '../../lib/block/xmp-namespaces';
import type { XmpProperty, XmpValue } from '../../lib/block/xmp-value';

/** A packet with these properties, with other prefixes. */
export function writeXmp(properties: readonly XmpProperty[]): string {
  return `<rdf:RDF xmlns:rdf="${xmpNamespaces.rdf}">${node(properties)}</rdf:RDF>`;
}

function node(properties: readonly XmpProperty[]): string {
  return `<rdf:Description>${properties.map(element).join('')}</rdf:Description>`;
}

/** The blank keeps a slash at the end of a name in the name. */
function element({ namespace, name, value }: XmpProperty): string {
  return `<p:${name} xmlns:p="${escaped(namespace)}">${content(value)}</p:${name} >`;
}

function content(value: XmpValue): string {
  if (typeof value === 'string') return escaped(value);
  if ('fields' in value) return node(value.fields);
  if ('value' in value) {
    const main = { namespace: xmpNamespaces.rdf, prefix: 'rdf', name: 'value', value: value.value };
    return node([main, ...value.qualifiers]);
  }
  if ('list' in value) {
    const kind = value.ordered ? 'Seq' : 'Bag';
    return `<rdf:${kind}>${value.list.map((item) => `<rdf:li>${content(item)}</rdf:li>`).join('')}</rdf:${kind}>`;
  }
  const items = [...value.alt].map(
    ([language, text]) => `<rdf:li xml:lang="${escaped(language)}">${escaped(text)}</rdf:li>`,
  );
  return `<rdf:Alt>${items.join('')}</rdf:Alt>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
