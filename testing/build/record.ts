// A record of one object, made without reading one.
import type { ExifDocument, ExifRecord } from '../../lib/types';
import { anyRef } from './counting-bucket';

export function recordOf(document: ExifDocument | null): ExifRecord {
  return {
    ref: anyRef,
    stat: { size: 1000, etag: '"v1"', lastModified: new Date(0) },
    parser: '1',
    container: 'jpeg',
    shape: { width: 3, height: 2, frames: 1, animated: false },
    document,
  };
}
