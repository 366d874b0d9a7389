// Reads bytes as the service reads an object, and says what that cost.
import { readExif } from '../../lib/exif';
import { defaultLimits, type Limits } from '../../lib/limits';
import type { ExifRecord, ReadCost } from '../../lib/types';
import { anyRef, bucketOf } from './counting-bucket';
import { entriesOf } from './document';

export type ReadResult = Readonly<{
  container: string;
  shape: ExifRecord['shape'];
  /** `entriesOf` the document, null without one. */
  entries: readonly string[] | null;
  /** GETs, those of one round together. */
  requests: number;
  bytes: number;
}>;

export async function readBytes(bytes: Uint8Array, limits: Partial<Limits> = {}): Promise<ReadResult> {
  const cost: ReadCost = { requests: 0, bytes: 0 };
  const deps = { bucket: bucketOf(bytes).bucket, limits: { ...defaultLimits, ...limits }, dropGroups: [] };
  const { record } = await readExif(anyRef, deps, cost, () => false, new AbortController().signal);
  if (record === null) throw new Error('no record, though none was known');
  const { container, shape, document } = record;
  return { container, shape, entries: document === null ? null : entriesOf(document), ...cost };
}
