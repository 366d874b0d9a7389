// The suffixes of image files: which keys of a bucket and which files of a folder are taken for images.

/** By the name of the container, the suffixes that cameras and programs write. */
export const imageSuffixes: Readonly<Record<string, readonly string[]>> = {
  jpeg: ['jpg', 'jpeg', 'jpe', 'jfif', 'jps', 'mpo', 'thm', 'insp'],
  png: ['png', 'apng'],
  webp: ['webp'],
  heif: ['heic', 'heif', 'hif', 'heics', 'heifs', 'avif', 'avifs', 'hej2'],
  jxl: ['jxl'],
  rw2: ['rw2', 'rwl', 'raw'],
  tiff: [
    'tif',
    'tiff',
    'btf',
    'dng',
    'cr2',
    'nef',
    'nrw',
    'arw',
    'sr2',
    'srf',
    'srw',
    'orf',
    'ori',
    'pef',
    '3fr',
    'fff',
    'iiq',
    'erf',
    'kdc',
    'dcr',
    'mef',
    'mos',
    'gpr',
    'jxr',
    'wdp',
    'hdp',
  ],
  cr3: ['cr3'],
  raf: ['raf'],
  mrw: ['mrw'],
  jp2: ['jp2', 'jpf', 'jpx', 'j2k', 'jpm', 'j2c', 'jpc', 'jhc', 'jph'],
  psd: ['psd', 'psb'],
  gif: ['gif'],
  x3f: ['x3f'],
  crw: ['crw'],
  bmp: ['bmp', 'dib'],
  ico: ['ico', 'cur'],
  svg: ['svg'],
};

const all: ReadonlySet<string> = new Set(Object.values(imageSuffixes).flat());

/** Whether a key or a file name ends in the suffix of an image, in any case. */
export function hasImageSuffix(name: string): boolean {
  return all.has(suffixOf(name) ?? '');
}

/** The suffixes of videos and of XMP sidecars, whose metadata is read too. */
const besideImages: ReadonlySet<string> = new Set([
  ...['mp4', 'm4v', 'mov', 'qt', '3gp', '3g2', 'insv', 'avi', 'mkv', 'webm'],
  'xmp',
]);

/** Whether a key or a file name ends in the suffix of an image, a video or a sidecar, in any case. */
export function hasMetadataSuffix(name: string): boolean {
  const suffix = suffixOf(name) ?? '';
  return all.has(suffix) || besideImages.has(suffix);
}

/** The text after the last dot of the last segment, in lower case; null without a dot, or when it is too long for a suffix. */
export function suffixOf(name: string): string | null {
  const [, suffix] = /[^/]\.([A-Za-z0-9]{1,10})$/.exec(name) ?? [];
  return suffix?.toLowerCase() ?? null;
}
