// Photoshop documents, PSD and PSB [Adobe Photoshop File Formats].
//
//   "8BPS" version u16 (1 PSD, 2 PSB)  reserved 6  channels u16  height u32  width u32  depth u16  mode u16
//   colour mode data: length u32, data     image resources: length u32, blocks     ...
import { hasAt, u16, u32 } from '../bytes/cursor';
import { type HeldBytes, parseHeld } from '../bytes/held';
import type { ByteRange, Container, LocateResult } from '../types';
import { exifBlock, isReadable } from './exif-block';
import { still } from './image-shape';
import { exifResource, findResource } from './photoshop';

const headerLength = 26;

export const psd: Container = {
  name: 'psd',
  matches: (head) => hasAt(head, 0, '8BPS\0\x01') || hasAt(head, 0, '8BPS\0\x02'),
  locate: (reader) => parseHeld(reader, locate),
};

function locate(file: HeldBytes): LocateResult {
  const header = file.range(0, Math.min(file.size, headerLength + 4));
  const shape = { ...still(u32(header, 18, false), u32(header, 14, false)), bitDepth: u16(header, 22, false) };
  const area = resourcesOf(file);
  if (area === null) return { shape, exif: null };
  const exif = findResource(file, area.start, area.end, exifResource, isReadable);
  return { shape, exif: exif === null ? null : exifBlock([exif]) };
}

/** The place of the image resources; null when the object ends before it. */
export function resourcesOf(file: HeldBytes): ByteRange | null {
  const colorsAt = headerLength + 4;
  const resourcesAt = colorsAt + u32(file.range(headerLength, colorsAt), 0, false);
  const length = file.upTo(resourcesAt, 4);
  if (length.length < 4) return null;
  const start = resourcesAt + 4;
  return { start, end: Math.min(file.size, start + u32(length, 0, false)) };
}
