// Goes through the boxes of a video within bounds. Boxes are not kept, and only their heads are read.
import type { HeldBytes } from '../bytes/held';
import { type Box, boxHead, parseBox } from '../container/bmff';
import { videoLimits } from './limits';

/** What one reading of a file has spent, and what it could not read. */
export type Walk = { boxes: number; warnings: Set<string> };

export function newWalk(): Walk {
  return { boxes: videoLimits.boxes, warnings: new Set() };
}

type Span = Readonly<{ offset: number; end: number }>;

/** The boxes of a payload, up to the first bytes that are not a box or until the walk has seen enough. */
export function* childBoxes(bytes: HeldBytes, { offset, end }: Span, walk: Walk): Generator<Box> {
  let at = offset;
  const stop = Math.min(end, bytes.size);
  while (at < stop) {
    if (walk.boxes <= 0) {
      walk.warnings.add(`Only the first ${videoLimits.boxes} boxes were read`);
      return;
    }
    walk.boxes--;
    const box = parseBox(bytes.upTo(at, boxHead), 0, at, stop);
    if (box === null) return;
    yield box;
    at = box.end;
  }
}

/** The first box of each type in a payload, up to the box for which `isLast` holds. */
export function firstBoxes(
  bytes: HeldBytes,
  span: Span,
  walk: Walk,
  isLast: (found: ReadonlyMap<string, Box>) => boolean = () => false,
): ReadonlyMap<string, Box> {
  const found = new Map<string, Box>();
  for (const box of childBoxes(bytes, span, walk)) {
    if (!found.has(box.type)) found.set(box.type, box);
    if (isLast(found)) break;
  }
  return found;
}

/** The first `most` bytes of a payload. */
export function payload(bytes: HeldBytes, { offset, end }: Span, most: number): Uint8Array {
  return bytes.upTo(offset, Math.min(end - offset, most));
}
