// Where a directory cache keeps the entry of an object.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ObjectRef } from '../../../lib/types';

/** `number` is that of the put. */
export function fileOf(root: string, { bucket, key }: ObjectRef, number = 0): string {
  const hash = createHash('sha256').update(`${bucket}/${key}`).digest('hex');
  return join(root, hash.slice(0, 2), hash.slice(2, 4), number === 0 ? `${hash}.json` : `${hash}.${number}.json`);
}
