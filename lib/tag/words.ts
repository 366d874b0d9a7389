// The words that exifr has for enumerated values. Only its dictionaries are used: it never reads bytes of an image.

type Dictionary = Readonly<Record<string, unknown>>;
type Dictionaries = ReadonlyMap<string, ReadonlyMap<number, Dictionary>>;

let dictionaries: Dictionaries | null = null;

/**
 * The word of exifr for `value` of `tag` in IFD0 or the Exif IFD; null when it has none. The first call loads exifr, so that a
 * process that does not use the style `readable` never loads it. It uses `require`, because `import()` would also start Node's
 * loader of ES modules.
 */
export function exifrWord(tag: number, value: number): string | null {
  dictionaries ??= (require('exifr') as { tagValues: Dictionaries }).tagValues;
  const words = dictionaries.get('exif')?.get(tag) ?? dictionaries.get('ifd0')?.get(tag);
  const word = words !== undefined && Object.hasOwn(words, String(value)) ? words[String(value)] : null;
  return typeof word === 'string' ? word : null;
}
