// Compares the blocks that were found in a file with those that a scan of the whole file found.
import { createHash } from 'node:crypto';
import type { FoundBlock } from '../../../lib/block/block';
import type { ByteRange } from '../../../lib/types';
import { type BlockComparison, type ComparedValue, compareValues } from './comparison';

type Kind = 'xmp' | 'iptc' | 'icc' | 'c2pa';
const kinds: readonly Kind[] = ['xmp', 'iptc', 'icc', 'c2pa'];

/** The SHA-1 of no bytes: an empty block counts as none. */
const noBytes = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';

/** A block: the place of its payload, in pieces if it has `parts`; `sha1` and `size` are of the unpacked payload. */
type BlockTruth = Readonly<{
  off: number;
  len: number;
  where: string;
  parts?: readonly (readonly [number, number])[];
  sha1?: string;
  size?: number;
  /** An Extended XMP that must not count. */
  ignored?: boolean;
}>;

/** The members of a row of `truth_meta.jsonl` about the places of blocks. */
export type FoundTruth = Readonly<{
  blocks: Readonly<Partial<Record<Kind, readonly BlockTruth[]>>>;
  flags?: Readonly<{
    motion?: Readonly<{ samsung?: Readonly<{ off: number; len: number }>; mpvd_box?: readonly [number, number] }>;
    gain_map?: readonly string[];
  }>;
  png_text_chunks?: readonly Readonly<{ chunk: string; key: string; off: number; len: number }>[];
}>;

/** Every block: its bytes where all of them were read, otherwise its size. */
export function compareFound(truth: FoundTruth, found: readonly FoundBlock[]): BlockComparison {
  const values = [...kinds.flatMap((kind) => compareKind(kind, truth, found)), ...compareSigns(truth, found)];
  return compareValues(values);
}

/** The least that a reader has to read for all blocks. */
export function blockRanges({ blocks, png_text_chunks = [] }: FoundTruth): readonly ByteRange[] {
  const all = kinds.flatMap((kind) => blocks[kind] ?? []).filter(({ ignored }) => ignored !== true);
  const parts = [...all, ...png_text_chunks].flatMap((block) =>
    'parts' in block && block.parts !== undefined ? block.parts : [[block.off, block.len] as const],
  );
  return parts.map(([start, length]) => ({ start, end: start + length }));
}

function compareKind(kind: Kind, { blocks }: FoundTruth, found: readonly FoundBlock[]): readonly ComparedValue[] {
  const ours = found.flatMap((block): Summary[] => (block.kind === kind && 'bytes' in block ? [summaryOf(block)] : []));
  if (kind === 'xmp') ours.push(...extensionsOf(found));
  const truths = blocks[kind] ?? [];
  const ignored = truths.filter((block) => block.ignored === true).map(({ sha1 = '' }) => sha1);
  const expected = truths.filter(
    (block) => block.ignored !== true && block.sha1 !== undefined && block.sha1 !== noBytes,
  );
  const values = expected.map(({ where, sha1 = '', size, len }): ComparedValue => {
    const at = ours.findIndex((one) => (one.isWhole ? one.sha1s.includes(sha1) : one.size === (size ?? len)));
    if (at < 0) return { at: `${kind}:${where}`, ours: '', truth: sha1 };
    ours.splice(at, 1);
    return { at: `${kind}:${where}`, ours: sha1, truth: sha1 };
  });
  const extra = ours.filter(({ sha1s }) => !sha1s.some((sha1) => ignored.includes(sha1)));
  return [...values, ...extra.map(({ size, sha1s }) => ({ at: kind, ours: `${size} bytes, ${sha1s[0]}`, truth: '' }))];
}

/** `sha1s`: of all bytes, and of those after a box header: the truth of a compressed box has none. */
type Summary = Readonly<{ sha1s: readonly string[]; size: number; isWhole: boolean }>;

function summaryOf({ bytes, size = bytes.length }: Readonly<{ bytes: Uint8Array; size?: number }>): Summary {
  const sha1s = [bytes, bytes.subarray(8)].map((part) => createHash('sha1').update(part).digest('hex'));
  return { sha1s, size, isWhole: bytes.length === size };
}

/** The Extended XMP of each GUID, its parts joined in their order. */
function extensionsOf(found: readonly FoundBlock[]): readonly Summary[] {
  const parts = found.flatMap((block) => (block.kind === 'xmp-extension' ? [block] : []));
  return [...new Set(parts.map(({ guid }) => guid))].map((guid) => {
    const own = parts.filter((part) => part.guid === guid).toSorted((a, b) => a.at - b.at);
    return summaryOf({ bytes: new Uint8Array(own.flatMap(({ bytes }) => [...bytes])) });
  });
}

/** Gain maps and videos that something other than XMP names, and the keywords of text chunks. */
function compareSigns({ flags, png_text_chunks }: FoundTruth, found: readonly FoundBlock[]): readonly ComparedValue[] {
  const signs = new Set(found.flatMap((block) => (block.kind === 'gainmap' ? [block.sign] : [])));
  const videos = found.flatMap((block) =>
    block.kind === 'motion' ? [`${block.sign} ${block.offset} ${block.length}`] : [],
  );
  const mpvd = flags?.motion?.mpvd_box;
  const keywords = found.flatMap((block) => (block.kind === 'text' ? [`${block.chunk} ${block.keyword}`] : []));
  const samsung = flags?.motion?.samsung;
  return [
    ...['iso21496-app2', 'tmap-item', 'apple-auxC', 'jhgm-box'].map((sign) => ({
      at: `gainmap:${sign}`,
      ours: [...signs].some((one) => one === sign) ? 'yes' : '',
      truth: flags?.gain_map?.includes(sign) === true ? 'yes' : '',
    })),
    {
      at: 'motion:samsung',
      ours: videos.filter((video) => video.startsWith('samsung')).join(),
      truth: samsung === undefined ? '' : `samsung-trailer ${samsung.off} ${samsung.len}`,
    },
    {
      at: 'motion:mpvd',
      ours: videos.filter((video) => video.startsWith('mpvd')).join(),
      truth: mpvd === undefined ? '' : `mpvd-box ${mpvd[0]} ${mpvd[1]}`,
    },
    {
      at: 'text',
      ours: keywords.join(),
      truth: (png_text_chunks ?? []).map(({ chunk, key }) => `${chunk} ${key}`).join(),
    },
  ].filter(({ ours, truth }) => ours !== '' || truth !== '');
}
