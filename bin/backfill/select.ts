// Which keys a backfill takes: by default those with the suffix of a format that is read.

/** Suffixes of the formats in lib/container, as cameras and programs write them. */
export const imageSuffixes: readonly string[] = [
  ...[
    'jpg',
    'jpeg',
    'jpe',
    'jfif',
    'jps',
    'mpo',
    'thm',
    'insp',
    'png',
    'apng',
    'webp',
    'gif',
    'bmp',
    'dib',
    'ico',
    'cur',
  ],
  ...['svg', 'psd', 'psb', 'jxr', 'wdp', 'hdp', 'btf', 'hej2', 'j2c', 'jpc', 'jhc', 'jph'],
  ...['heic', 'heif', 'hif', 'heics', 'heifs', 'avif', 'avifs', 'jxl', 'jp2', 'jpf', 'jpx', 'j2k', 'jpm'],
  ...['tif', 'tiff', 'dng', 'cr2', 'cr3', 'crw', 'nef', 'nrw', 'arw', 'sr2', 'srf', 'srw', 'orf', 'ori', 'rw2', 'rwl'],
  ...['raf', 'pef', 'mrw', 'x3f', '3fr', 'fff', 'iiq', 'erf', 'kdc', 'dcr', 'mef', 'mos', 'gpr', 'raw'],
];

/** Whether a key is taken. `patterns` null: by the suffixes above; otherwise any one must fit the whole key. */
export type Chosen = (key: string) => boolean;

/** All keys, but for the markers that consoles write for folders. */
export const allKeys: Chosen = (key) => !key.endsWith('/');

/** Keys with the suffix of an image, in any case. */
export const imageKeys: Chosen = (key) => imageNames.has(suffixOf(key) ?? '');

const imageNames: ReadonlySet<string> = new Set(imageSuffixes);

/** Keys that one of `patterns` fits as a whole: `*` is any run of characters, `?` one, case does not count. */
export function keysLike(patterns: readonly string[]): Chosen {
  const tests = patterns.map((pattern) => {
    const source = pattern
      .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    return new RegExp(`^${source}$`, 'isu');
  });
  return (key) => allKeys(key) && tests.some((test) => test.test(key));
}

/** The text after the last dot of the last segment, in lower case; null without a dot, or when it is too long for a suffix. */
export function suffixOf(key: string): string | null {
  const [, suffix] = /[^/]\.([A-Za-z0-9]{1,10})$/.exec(key) ?? [];
  return suffix?.toLowerCase() ?? null;
}
