// The texts of a movie or a track: user data and metadata [QuickTime File Format, user data atoms, metadata atoms and types;
// 3GPP TS 26.244 8.2].
//
//   udta   ©xxx: length u16, language u16, text   3GPP: version, flags u32, language u16, text   meta
//   meta   [version, flags u32, but not in QuickTime]   hdlr   keys: count u32, then size u32, namespace 4, name
//          ilst: boxes by name, or by the number of the key from 1 on: data: type u32, locale u32, value
import { hasAt, u16, u32 } from '../bytes/cursor';
import { type HeldBytes, memoryBytes } from '../bytes/held';
import { type Box, boxAt } from '../container/bmff';
import { childBoxes, firstBoxes, payload, type Walk } from './boxes';
import { videoLimits } from './limits';
import { readIso6709, readLoci } from './place';
import type { VideoPlace, VideoText } from './record';
import { sonyTexts } from './sony-xml';
import { decodeData, decodeText } from './text';

/** What was found so far. `xmp` is the box of an XMP packet. `track` is the number of the track that is read, if it is one. */
export type MovieTexts = { texts: VideoText[]; place: VideoPlace | null; xmp: Box | null; track?: number };

/** Boxes of 3GPP with a text. */
const texts3gpp = ['titl', 'auth', 'dscp', 'perf', 'gnre', 'cprt', 'albm'];
/** Boxes with nothing but a text. */
const plainTexts = ['date', 'name', 'manu', 'modl', 'info'];

export function addUserData(moov: HeldBytes, udta: Box, found: MovieTexts, walk: Walk): void {
  for (const box of childBoxes(moov, udta, walk)) {
    if (box.type === 'meta') addMetadata(moov, box, found, walk);
    else if (box.type === 'XMP_') found.xmp ??= box;
    else if (box.type === 'loci') found.place ??= readLoci(payload(moov, box, videoLimits.textBytes));
    else addText(found, box.type, userText(moov, box), walk);
  }
}

export function addMetadata(moov: HeldBytes, meta: Box, found: MovieTexts, walk: Walk): void {
  const isQuickTime = hasAt(payload(moov, meta, 8), 4, 'hdlr');
  const inside = { offset: Math.min(meta.end, meta.offset + (isQuickTime ? 0 : 4)), end: meta.end };
  const boxes = firstBoxes(moov, inside, walk);
  const [keys, ilst, xml] = [boxes.get('keys'), boxes.get('ilst'), boxes.get('xml ')];
  if (ilst !== undefined) addItems(moov, ilst, keys === undefined ? null : readKeys(moov, keys, walk), found, walk);
  if (xml === undefined) return;
  for (const { name, value } of sonyTexts(payload(moov, xml, videoLimits.xmlBytes))) addText(found, name, value, walk);
}

function addText(found: MovieTexts, name: string, value: string | null, walk: Walk): void {
  if (value === null || value === '') return;
  if (found.texts.length >= videoLimits.texts) {
    walk.warnings.add(`Only the first ${videoLimits.texts} texts were read`);
    return;
  }
  if (name === '©xyz' || name === 'com.apple.quicktime.location.ISO6709') found.place ??= readIso6709(value);
  found.texts.push({ name, value, ...(found.track === undefined ? {} : { track: found.track }) });
}

/** The first text of a box of user data; null when the box has none, or a long one. */
function userText(moov: HeldBytes, box: Box): string | null {
  if (box.end - box.offset > videoLimits.textBytes) return null;
  if (box.type.startsWith('©')) return international(payload(moov, box, videoLimits.textBytes));
  if (texts3gpp.includes(box.type)) {
    const bytes = payload(moov, box, videoLimits.textBytes);
    return bytes.length < 6 ? null : decodeText(bytes.subarray(6));
  }
  return plainTexts.includes(box.type) ? decodeText(payload(moov, box, videoLimits.textBytes)).trimEnd() : null;
}

/** Some programs write a `data` box here, as in `ilst`, or the text alone. */
function international(bytes: Uint8Array): string | null {
  if (hasAt(bytes, 4, 'data')) return dataText(bytes, boxAt(bytes, 0, bytes.length));
  const length = bytes.length < 4 ? Number.POSITIVE_INFINITY : u16(bytes, 0, false);
  return decodeText(length > bytes.length - 4 ? bytes : bytes.subarray(4, 4 + length));
}

function readKeys(moov: HeldBytes, keys: Box, walk: Walk): readonly string[] {
  const names: string[] = [];
  // The parts of a key are those of a box: its size, and its namespace in the place of the type.
  const first = { offset: Math.min(keys.end, keys.offset + 8), end: keys.end };
  for (const { offset, end } of childBoxes(moov, first, walk)) {
    if (names.length >= videoLimits.texts) {
      walk.warnings.add(`Only the first ${videoLimits.texts} keys were read`);
      break;
    }
    names.push(end - offset > videoLimits.keyBytes ? '' : decodeText(moov.range(offset, end)));
  }
  return names;
}

function addItems(moov: HeldBytes, ilst: Box, keys: readonly string[] | null, found: MovieTexts, walk: Walk): void {
  for (const item of childBoxes(moov, ilst, walk)) {
    const name = keys === null ? item.type : keys[numberOf(item.type) - 1];
    if (name === undefined || name === '' || item.end - item.offset > videoLimits.textBytes) continue;
    const bytes = payload(moov, item, videoLimits.textBytes);
    if (item.type === '----') addNamed(bytes, found, walk);
    else addText(found, name, dataText(bytes, boxAt(bytes, 0, bytes.length)), walk);
  }
}

/** A free-form item: `mean` and `name` boxes with the name, then `data`. */
function addNamed(bytes: Uint8Array, found: MovieTexts, walk: Walk): void {
  const boxes = firstBoxes(memoryBytes(bytes), { offset: 0, end: bytes.length }, walk);
  const name = boxes.get('name');
  if (name === undefined || name.end - name.offset < 5 || name.end - name.offset > videoLimits.keyBytes) return;
  addText(found, decodeText(bytes.subarray(name.offset + 4, name.end)), dataText(bytes, boxes.get('data')), walk);
}

function dataText(bytes: Uint8Array, box: Box | null | undefined): string | null {
  if (box?.type !== 'data' || box.end - box.offset < 8) return null;
  return decodeData(u32(bytes, box.offset, false), bytes.subarray(box.offset + 8, box.end));
}

function numberOf(type: string): number {
  return u32(
    Uint8Array.from(type, (char) => char.charCodeAt(0)),
    0,
    false,
  );
}
