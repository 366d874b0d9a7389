// Finds the metadata blocks in bytes as the service does after it has read the image, and counts the reads.
import { type BlockName, blockNames, type FoundBlock } from '../../lib/block/block';
import { finderOf } from '../../lib/block/in';
import { parseHeld } from '../../lib/bytes/held';
import { budgetedReader, windowedReader } from '../../lib/bytes/reader';
import { defaultLimits, readAhead } from '../../lib/limits';
import { readImage } from '../../lib/read/record';
import type { ReadCost } from '../../lib/types';
import { countingReader } from '../fakes/counting-reader';

export type FoundIn = Readonly<{
  blocks: readonly FoundBlock[];
  /** GETs after the first read: to read the image, and then to find the blocks. */
  before: number;
  requests: number;
  /** Bytes of the GETs that found the blocks. */
  bytes: number;
}>;

export type FindOptions = Readonly<{
  wanted?: readonly BlockName[];
  firstRead?: number;
  /** The most GETs after the first read. */
  maxRequests?: number;
}>;

export async function findIn(bytes: Uint8Array, options: FindOptions = {}): Promise<FoundIn> {
  const { wanted = blockNames, firstRead = defaultLimits.firstRead, maxRequests = defaultLimits.requests } = options;
  const cost: ReadCost = { requests: 0, bytes: 0 };
  const budgeted = budgetedReader(countingReader(bytes).reader, cost, maxRequests, defaultLimits.readBytes);
  const head = bytes.subarray(0, firstRead);
  const reader = windowedReader(budgeted, head, readAhead);
  const image = await readImage(
    { stat: { size: bytes.length, etag: null, lastModified: null }, head, reader },
    defaultLimits,
  );
  const before = { ...cost };
  const finder = finderOf(image.container);
  const input = { exif: image.exif, wanted: new Set(wanted) };
  const blocks = finder === null ? [] : await parseHeld(reader, (file) => finder.find({ file, ...input }));
  return {
    blocks,
    before: before.requests,
    requests: cost.requests - before.requests,
    bytes: cost.bytes - before.bytes,
  };
}
