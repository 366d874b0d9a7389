// Where a directory cache keeps the entry of an object.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ObjectRef } from '../../../lib/types';

export function fileOf(root: string, { bucket, key }: ObjectRef): string {
  const hash = createHash('sha256').update(`${bucket}/${key}`).digest('hex');
  return join(root, hash.slice(0, 2), hash.slice(2, 4), `${hash}.json`);
}
