// Finds the metadata blocks in bytes as the service does after it has read the image, and counts the reads.
import { type BlockName, blockNames, type FoundBlock } from '../../lib/block/block';
import { finderOf, readRest } from '../../lib/block/in';
import { parseHeld } from '../../lib/bytes/held';
import { budgetedReader, windowedReader } from '../../lib/bytes/reader';
import { containers } from '../../lib/container';
import { defaultLimits, type Limits, readAhead } from '../../lib/limits';
import { readImage } from '../../lib/read/record';
import type { ReadCost } from '../../lib/types';
import { countingReader } from '../fakes/counting-reader';

export type FoundIn = Readonly<{
  blocks: readonly FoundBlock[];
  /** GETs after the first read: for the rest of a block, to read the image, and then to find the blocks. */
  rest: number;
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
  /** Of the image. */
  limits?: Limits;
}>;

export async function findIn(bytes: Uint8Array, options: FindOptions = {}): Promise<FoundIn> {
  const { wanted = blockNames, limits = defaultLimits } = options;
  const { firstRead = limits.firstRead, maxRequests = limits.requests } = options;
  const cost: ReadCost = { requests: 0, bytes: 0 };
  const budgeted = budgetedReader(countingReader(bytes).reader, cost, maxRequests, limits.readBytes);
  const head = bytes.subarray(0, firstRead);
  const reader = windowedReader(budgeted, head, readAhead);
  const format = containers.find(({ matches }) => matches(head));
  const names = new Set(wanted);
  await readRest(format?.name ?? '', { head, size: bytes.length, wanted: names }, reader);
  const rest = cost.requests;
  const image = await readImage({ stat: { size: bytes.length, etag: null, lastModified: null }, head, reader }, limits);
  const before = { ...cost };
  const finder = finderOf(image.container);
  const input = { exif: image.exif, wanted: names };
  const blocks = finder === null ? [] : await parseHeld(reader, (file) => finder.find({ file, ...input }));
  return {
    blocks,
    rest,
    before: before.requests - rest,
    requests: cost.requests - before.requests,
    bytes: cost.bytes - before.bytes,
  };
}
