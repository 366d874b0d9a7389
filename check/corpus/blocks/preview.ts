// Compares the preview of an image with the largest one that ExifTool finds within the file.

/** A preview in a row of truth_meta.jsonl. `off` is null when it is not one plain range of the file. */
type TruthPreview = Readonly<{
  tag: string;
  off: number | null;
  len: number;
  type?: string;
  past_end?: boolean;
  placeholder?: boolean;
}>;

export type PreviewTruth = Readonly<{ path: string; previews?: readonly TruthPreview[] }>;

/** `ours` and `truth` say what each side has; `reason`: why a difference is acceptable. */
export type PreviewComparison = Readonly<{ equal: boolean; ours: string; truth: string; reason: string | null }>;

/** Images that are part of other content than the image itself, and not a smaller form of it. */
const otherContent = /C2PA|GainMap|MPImage\d$|^XMP|^JFXX|^FLIR/;

type Known = Readonly<{ path: RegExp; reason: string }>;
const knownDifferences: readonly Known[] = [
  { path: /\.(cr3|CR3)$|canonR6\.sample$/, reason: 'ExifTool answers the padding of the box, too.' },
  { path: /\.crw$/i, reason: 'A CRW is not read: only its format is known.' },
  { path: /\.ps[db]$/, reason: 'The truth does not list thumbnails of Photoshop.' },
  { path: /tika__testDNG_bigtiff\.dng$/, reason: 'ExifTool lists no preview of a BigTIFF.' },
  { path: /libgd__flower_small_rgb\.jxl$/, reason: 'In a Brotli box, which ExifTool needs a module more to open.' },
  { path: /exiftool__Panasonic\.rw2$/, reason: 'The truth does not list JpgFromRaw, which has the EXIF.' },
  { path: /test_frankenstein\.jpg$/, reason: 'The length ends one byte after the APP1 segment.' },
  { path: /Samsung_Digimax_i50_MP3\.jpg$/, reason: 'In segments of Samsung, which are not read.' },
  { path: /bogus-jpeginterchangeformatlength\.tif$/, reason: 'The length is that of the tables before the image.' },
  { path: /tiff-pyramid\.tiff$/, reason: 'The strip needs JPEGTables: it cannot be decoded alone.' },
];

/** The result for a file; null when neither side has a preview. */
export function comparePreview(
  { path, previews = [] }: PreviewTruth,
  file: Uint8Array,
  ours: Uint8Array | null,
): PreviewComparison | null {
  const [truth] = previews
    .filter(({ tag, type, past_end: isOutside, placeholder }) => {
      return type === 'jpeg' && isOutside !== true && placeholder !== true && !otherContent.test(tag);
    })
    .toSorted((a, b) => b.len - a.len);
  if (truth === undefined && ours === null) return null;
  const equal = truth !== undefined && ours !== null && isSame(truth, file, ours);
  const reason = equal ? null : (knownDifferences.find((row) => row.path.test(path))?.reason ?? null);
  const shown = truth === undefined ? 'none' : `${truth.tag}, ${truth.len} bytes`;
  return { equal, ours: ours === null ? 'none' : `${ours.length} bytes`, truth: shown, reason };
}

/** Without a place in the file, only the length can be compared. */
function isSame({ off, len }: TruthPreview, file: Uint8Array, ours: Uint8Array): boolean {
  if (ours.length !== len) return false;
  return off === null || ours.every((byte, i) => byte === file[off + i]);
}
