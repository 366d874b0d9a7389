// The files that are appended to an image, as its XMP lists them [Android: Motion Photo format 1.0, Ultra HDR image format 1.1].
import { maxAppendedItems } from './limits';
import { xmpNamespaces } from './xmp-namespaces';
import { fieldOf, itemsOf, propertyOf, textOf, type XmpDocument } from './xmp-value';

/** The image itself (`Primary`) or a file after it. `length` is in bytes, null when it is not stated. */
export type AppendedItem = Readonly<{ semantic: string | null; length: number | null }>;

/** The items of `Container:Directory` in the order of the file. */
export function appendedItems(xmp: XmpDocument | null): readonly AppendedItem[] {
  const directory = xmp === null ? undefined : propertyOf(xmp, xmpNamespaces.Container, 'Directory');
  return itemsOf(directory)
    .slice(0, maxAppendedItems)
    .map((entry) => {
      const item = fieldOf(entry, xmpNamespaces.Container, 'Item') ?? entry;
      return {
        semantic: textOf(fieldOf(item, xmpNamespaces.Item, 'Semantic')),
        length: wholeNumber(textOf(fieldOf(item, xmpNamespaces.Item, 'Length'))),
      };
    });
}

/** The number of a text of digits, which may have a sign; null for any other text. */
export function wholeNumber(text: string | null): number | null {
  return text !== null && /^\s*-?\d{1,15}\s*$/.test(text) ? Number(text) : null;
}
