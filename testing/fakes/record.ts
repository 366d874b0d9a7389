// A record of one object, made without reading one.
import type { ExifDocument, ExifRecord } from '../../lib/types';

export function recordOf(document: ExifDocument | null): ExifRecord {
  return {
    stat: { size: 1000, etag: '"v1"', lastModified: new Date(0) },
    parser: '1',
    container: 'jpeg',
    shape: { width: 3, height: 2, frames: 1, animated: false },
    document,
  };
}
