// The words for enumerated values that exifr knows. Only its dictionaries are used: it is never handed bytes.

type Dictionary = Readonly<Record<string, unknown>>;
type Dictionaries = ReadonlyMap<string, ReadonlyMap<number, Dictionary>>;

let loaded: Dictionaries | null = null;

/**
 * What exifr's dictionaries call `value` of `tag` in IFD0 or the Exif IFD; null for what they do not have. The first call
 * loads them: 4 ms by `require`, of the build without the larger dictionaries. `import()` takes 33 ms for the same file,
 * since it starts the loader of ES modules and looks for export names in it.
 */
export function exifrWord(tag: number, value: number): string | null {
  loaded ??= (require('exifr/dist/lite.umd.js') as { tagValues: Dictionaries }).tagValues;
  const words = loaded.get('exif')?.get(tag) ?? loaded.get('ifd0')?.get(tag);
  const word = words !== undefined && Object.hasOwn(words, String(value)) ? words[String(value)] : null;
  return typeof word === 'string' ? word : null;
}
