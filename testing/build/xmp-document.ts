// Builds XMP as its reader returns it.
import { xmpNamespaces } from '../../lib/block/xmp-namespaces';
import type { XmpDocument, XmpProperty, XmpValue } from '../../lib/block/xmp-value';

/** A property or a field; the prefix is that of no file. */
export function property(namespace: string, name: string, value: XmpValue): XmpProperty {
  return { namespace, prefix: 'p', name, value };
}

export function xmpDocument(...properties: readonly XmpProperty[]): XmpDocument {
  return { properties, warnings: [] };
}

type Item = Readonly<{ semantic: string; length?: string }>;

/** `Container:Directory`, with a structure for each item in a structure (as Google writes) or without one. */
export function directory(items: readonly Item[], { nested = true } = {}): XmpProperty {
  const list = items.map(({ semantic, length }): XmpValue => {
    const fields = [property(xmpNamespaces.Item, 'Semantic', semantic)];
    if (length !== undefined) fields.push(property(xmpNamespaces.Item, 'Length', length));
    return nested ? { fields: [property(xmpNamespaces.Container, 'Item', { fields })] } : { fields };
  });
  return property(xmpNamespaces.Container, 'Directory', { list, ordered: true });
}
