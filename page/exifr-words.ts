// Stands for lib/style/readable/exifr-words.ts in a browser, where nothing can be loaded while a text is made: it is loaded before.

type Dictionaries = ReadonlyMap<string, ReadonlyMap<number, Readonly<Record<string, unknown>>>>;

let loaded: Dictionaries | null = null;

/** Loads the dictionaries, once. */
export async function loadWords(): Promise<void> {
  loaded ??= (await import('exifr/dist/lite.esm.mjs')).tagValues;
}

/** What exifr's dictionaries call `value` of `tag` in IFD0 or the Exif IFD; null for what they do not have, or before they are loaded. */
export function exifrWord(tag: number, value: number): string | null {
  const words = loaded?.get('exif')?.get(tag) ?? loaded?.get('ifd0')?.get(tag);
  const word = words !== undefined && Object.hasOwn(words, String(value)) ? words[String(value)] : null;
  return typeof word === 'string' ? word : null;
}
