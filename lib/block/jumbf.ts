// Reads JUMBF superboxes [ISO 19566-5]. A superbox has a description box, then content boxes or superboxes.
//
//   jumb:  jumd  content or jumb ...      jumd:  type 16  toggles u8  [label, NUL when bit 1 of the toggles is set] ...
//
// Content that is not CBOR, such as thumbnails, is stepped over by its length.
import { parseBox } from '../container/bmff';
import { maxCborText, maxJumbfBoxes, maxJumbfDepth } from './limits';

/** A superbox. `type`: the first four characters of its type, which C2PA uses as a name. `label` may be empty. */
export type Superbox = Readonly<{
  type: string;
  label: string;
  /** The first content box with CBOR; null when there is none. It may be cut. */
  cbor: Uint8Array | null;
  children: readonly Superbox[];
  /** Whether all children were found, though parts of them may be missing. */
  complete: boolean;
}>;

/** `boxes` are the superboxes up to the defect. */
export type JumbfResult = Readonly<{ boxes: readonly Superbox[]; defect: string | null }>;

type Walk = { readonly bytes: Uint8Array; boxes: number; defect: string | null };
type Content = { type: string; label: string; cbor: Uint8Array | null; children: Superbox[] };

const hasLabel = 0x02;
const uuidLength = 16;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The superboxes of `bytes`, of which the file has `size`. */
export function readJumbf(bytes: Uint8Array, size: number): JumbfResult {
  const walk: Walk = { bytes, boxes: 0, defect: null };
  const { children } = readContent(walk, 0, Math.max(size, bytes.length), 0);
  return { boxes: children, defect: walk.defect };
}

/** The boxes in `start..end`, where `end` may be after the end of the bytes. */
function readContent(walk: Walk, start: number, end: number, depth: number): Superbox {
  const { bytes } = walk;
  const content: Content = { type: '', label: '', cbor: null, children: [] };
  let at = start;
  while (at < end && walk.boxes < maxJumbfBoxes) {
    const box = parseBox(bytes, at, at, end);
    if (box === null) break;
    walk.boxes++;
    at = box.end;
    const payload = bytes.subarray(box.offset, box.end);
    if (box.type === 'jumd' && content.type === '' && at <= bytes.length) Object.assign(content, describe(payload));
    else if (box.type === 'cbor') content.cbor ??= payload;
    else if (box.type !== 'jumb') continue;
    else if (depth >= maxJumbfDepth) walk.defect ??= `boxes are nested deeper than ${maxJumbfDepth}`;
    else content.children.push(readContent(walk, box.offset, box.end, depth + 1));
  }
  if (at > bytes.length) walk.defect ??= `only the first ${bytes.length} bytes were read`;
  else if (at < end) walk.defect ??= reasonToStop(walk, at);
  return { ...content, complete: at >= end };
}

function reasonToStop(walk: Walk, at: number): string {
  if (walk.boxes >= maxJumbfBoxes) return `there are more than ${maxJumbfBoxes} boxes`;
  return at + 8 > walk.bytes.length ? `only the first ${walk.bytes.length} bytes were read` : `no box at ${at}`;
}

function describe(payload: Uint8Array): Pick<Superbox, 'type' | 'label'> {
  const type = decoder.decode(payload.subarray(0, 4));
  if (((payload[uuidLength] ?? 0) & hasLabel) === 0) return { type, label: '' };
  const label = payload.subarray(uuidLength + 1, uuidLength + 1 + maxCborText);
  const nul = label.indexOf(0);
  return { type, label: decoder.decode(nul < 0 ? label : label.subarray(0, nul)) };
}
