// Reads a TIFF stream and shows what was found in the shape that tests compare.
import { memoryReader } from '../../lib/bytes/reader';
import { readDocument } from '../../lib/tiff/document';
import type { ExifDocument } from '../../lib/types';

export function readTiff(bytes: Uint8Array): Promise<ExifDocument> {
  return readDocument({ streams: [{ reader: memoryReader(bytes), root: 'IFD0' }] });
}

/** Each entry as `IFD:tag value`, in the order found: `IFD0:010f [83,0]`, `Exif:829a [[1,50]]`. */
export function entriesOf({ entries }: ExifDocument): string[] {
  return entries.map(({ ifd, tag, value }) => {
    const shown = value instanceof Uint8Array ? [...value] : value;
    return `${ifd}:${tag.toString(16).padStart(4, '0')} ${JSON.stringify(shown)}`;
  });
}

/** Each warning as `code at`. */
export function warningsOf({ warnings }: ExifDocument): string[] {
  return warnings.map(({ code, at }) => `${code} ${at}`);
}
