// The `meta` box of HEIF and AVIF: items, where their bytes are, how they relate [ISO/IEC 14496-12 8.11, ISO/IEC 23008-12 6].
//
//   pitm  the primary item          iinf / infe  each item's id and type       iref  which describes which
//   iloc  construction method, base offset and extents of each item            idat  bytes inside the box itself
//   iprp  ipco: properties in a row   ipma: which of them belong to an item, in the order in which they apply
import { need, u8, u16, u32, u64 } from '../bytes/cursor';
import { maxItems } from '../limits';
import { ProblemError } from '../problem';
import { type Box, boxesIn, findBox, typeAt, visitBoxes } from './bmff';

export type Item = Readonly<{ id: number; type: string; hidden: boolean }>;
export type Extent = Readonly<{ offset: number; length: number }>;
/** `method` 0: offsets in the file, 1: in `idat`, 2: in another item. A length of 0 reaches to the end. */
export type Location = Readonly<{ id: number; method: number; extents: readonly Extent[] }>;
export type Reference = Readonly<{ type: string; from: number; to: readonly number[] }>;

export type Meta = Readonly<{
  primary: number | null;
  /** Those that are not hidden, and all Exif items. */
  listedItems: readonly Item[];
  /** Of the Exif items, and of items that others lie in. */
  locations: readonly Location[];
  /** `cdsc` with all items it leads to, `dimg` and `iloc` with the first one. Others are left out. */
  references: readonly Reference[];
  idat: Uint8Array;
  /** The properties, in their order, as boxes in `bytes`: of the items that are not hidden, the primary item and its first tile. */
  properties: ReadonlyMap<number, readonly Box[]>;
  bytes: Uint8Array;
  /** False when a damaged part was left out. */
  isWhole: boolean;
}>;

/**
 * Parses the payload of a `meta` box (version and flags included). A part or property whose box is damaged is left out: with a
 * damaged `iloc`, for example, the EXIF is lost, but not the size.
 */
export function parseMeta(bytes: Uint8Array): Meta {
  const boxes = metaBoxes(bytes);
  let isWhole = true;
  const parse = <T>(type: string, read: (box: Box) => T, none: T): T => {
    const box = boxes.find((candidate) => candidate.type === type);
    try {
      return box === undefined ? none : read(box);
    } catch (error) {
      if (!(error instanceof ProblemError && error.code === 'DamagedImage')) throw error;
      isWhole = false;
      return none;
    }
  };
  const primary = parse('pitm', (box) => readId(bytes, box.offset + 4, u8(bytes, box.offset) === 0), null);
  const listedItems = parse('iinf', (box) => readItems(bytes, box), []);
  const references = parse('iref', (box) => readReferences(bytes, box), []);
  const located = locatedIds(listedItems, references);
  const locations = parse('iloc', (box) => readLocations(bytes, box, located), []);
  const idat = parse('idat', (box) => bytes.subarray(box.offset, box.end), noBytes);
  const withProperties = idsWithProperties(primary, listedItems, references);
  const properties = parse<Meta['properties']>('iprp', (box) => readProperties(bytes, box, withProperties), new Map());
  return { primary, listedItems, locations, references, idat, properties, bytes, isWhole };
}

/** The boxes in the payload of a `meta` box. */
export function metaBoxes(bytes: Uint8Array): readonly Box[] {
  // Some programs write no version and flags. Then the type of the first box is where its size should be.
  const bare = boxesIn(bytes, 0, bytes.length);
  return bare.some(({ type }) => type === 'hdlr') ? bare : boxesIn(bytes, 4, bytes.length);
}

/** How many parts of a `meta` box are kept in memory: items, references, places and properties. */
export function countParts({ listedItems, references, locations, properties }: Meta): number {
  let count = listedItems.length;
  for (const { to } of references) count += 1 + to.length;
  for (const { extents } of locations) count += 1 + extents.length;
  for (const boxes of properties.values()) count += 1 + boxes.length;
  return count;
}

const noBytes = new Uint8Array(0);

/** The item that a reference of this type leads to first. */
export function firstReference(references: Meta['references'], type: string, from: number): number | undefined {
  return references.find((reference) => reference.type === type && reference.from === from)?.to[0];
}

/** The items whose places may be needed. */
function locatedIds(items: Meta['listedItems'], references: Meta['references']): ReadonlySet<number> {
  const ids = new Set<number>();
  for (const { id, type } of items) if (type === 'Exif') ids.add(id);
  for (const { type, from, to } of references) {
    if (type !== 'iloc') continue;
    ids.add(from);
    for (const id of to) ids.add(id);
  }
  return ids;
}

/** The items whose properties may be needed. Most items of a large image are tiles, which are hidden. */
function idsWithProperties(
  primary: number | null,
  items: Meta['listedItems'],
  references: Meta['references'],
): ReadonlySet<number> {
  const ids = new Set<number>();
  if (primary !== null) {
    ids.add(primary);
    const tile = firstReference(references, 'dimg', primary);
    if (tile !== undefined) ids.add(tile);
  }
  for (const { id, hidden } of items) if (!hidden) ids.add(id);
  return ids;
}

export function readId(bytes: Uint8Array, offset: number, short: boolean): number {
  return short ? u16(bytes, offset, false) : u32(bytes, offset, false);
}

/**
 * Item information entries of version 2 and 3 [14496-12 8.11.6]; older ones have no type and are not images. Hidden ones are left
 * out, but not Exif: a large image has dozens of tiles.
 */
function readItems(bytes: Uint8Array, iinf: Box): Item[] {
  const entriesAt = iinf.offset + (u8(bytes, iinf.offset) === 0 ? 6 : 8);
  const items: Item[] = [];
  visitBoxes(bytes, entriesAt, iinf.end, (infe) => {
    if (infe.type !== 'infe' || infe.end - infe.offset < 12) return;
    const version = u8(bytes, infe.offset);
    if (version !== 2 && version !== 3) return;
    const id = readId(bytes, infe.offset + 4, version === 2);
    const type = typeAt(bytes, infe.offset + (version === 2 ? 8 : 10));
    const hidden = (u8(bytes, infe.offset + 3) & 1) === 1;
    if (!hidden || type === 'Exif') items.push({ id, type, hidden });
  });
  return items;
}

/**
 * The item location box, versions 0 to 2 [14496-12 8.11.3]: the places of the items with `ids`. Items in other files are left
 * out.
 */
export function readLocations(bytes: Uint8Array, iloc: Box, ids: ReadonlySet<number>): Location[] {
  const version = u8(bytes, iloc.offset);
  const sizes = u16(bytes, iloc.offset + 4, false);
  const fields = readFields(version, sizes);
  const idLength = version < 2 ? 2 : 4;
  const count = readId(bytes, iloc.offset + 6, version < 2);
  const locations: Location[] = [];
  let room = maxItems; // counts items and extents together: each of them may take only a few bytes
  let at = iloc.offset + 6 + idLength;
  for (let i = 0; i < count && at < iloc.end && room > 0; i++, room--) {
    const id = readId(bytes, at, version < 2);
    at += idLength;
    const method = version === 0 ? 0 : u16(bytes, at, false) & 15;
    if (version !== 0) at += 2;
    const isHere = u16(bytes, at, false) === 0; // data_reference_index: 0 is this file
    const base = readSized(bytes, at + 2, fields.base);
    at += 2 + fields.base;
    const claimed = u16(bytes, at, false);
    at += 2;
    // Extents whose fields have no bytes are all equal: one of them is enough, whatever their count.
    const most = fields.step === 0 ? 1 : Math.ceil((iloc.end - at) / fields.step);
    const extents = Math.max(0, Math.min(claimed, most, room));
    if (extents > 0 && !fields.isKnown) throw new ProblemError('DamagedImage', 'Cannot read the extents of iloc');
    need(bytes, at, extents * fields.step);
    if (isHere && ids.has(id)) locations.push({ id, method, extents: readExtents(bytes, at, extents, base, fields) });
    at += extents * fields.step;
    room -= extents;
  }
  return locations;
}

/** Bytes of each field of `iloc`. `step` is the length of an extent; `isKnown`: its fields have lengths that exist. */
type Fields = Readonly<{ offset: number; length: number; base: number; index: number; step: number; isKnown: boolean }>;

function readFields(version: number, sizes: number): Fields {
  const [offset, length, base] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15];
  const index = version === 0 ? 0 : sizes & 15;
  const isKnown = [offset, length, index].every((size) => [0, 2, 4, 8].includes(size));
  return { offset, length, base, index, step: index + offset + length, isKnown };
}

function readExtents(bytes: Uint8Array, start: number, count: number, base: number, fields: Fields): Extent[] {
  const extents: Extent[] = [];
  for (let i = 0; i < count; i++) {
    const at = start + i * fields.step + fields.index;
    const offset = base + readSized(bytes, at, fields.offset);
    extents.push({ offset, length: readSized(bytes, at + fields.offset, fields.length) });
  }
  return extents;
}

/** A field of 0, 2, 4 or 8 bytes. A value that is too large for any object becomes an offset past its end. */
function readSized(bytes: Uint8Array, offset: number, size: number): number {
  if (size === 0) return 0;
  if (size === 2) return u16(bytes, offset, false);
  if (size === 4) return u32(bytes, offset, false);
  if (size === 8) return u64(bytes, offset, false) ?? Number.MAX_SAFE_INTEGER;
  throw new ProblemError('DamagedImage', `Cannot read an iloc field of ${size} bytes`);
}

/** The item reference box [14496-12 8.11.12]. Types that no caller looks for are left out. */
function readReferences(bytes: Uint8Array, iref: Box): Reference[] {
  const short = u8(bytes, iref.offset) === 0;
  const width = short ? 2 : 4;
  const references: Reference[] = [];
  let room = maxItems; // counts references and the items they lead to
  visitBoxes(bytes, iref.offset + 4, iref.end, (box) => {
    if (!referenceTypes.has(box.type) || room <= 0) return;
    const idsAt = box.offset + width + 2;
    const most = Math.max(0, Math.floor((box.end - idsAt) / width));
    const stated = u16(bytes, box.offset + width, false);
    const count = Math.min(stated, most, box.type === 'cdsc' ? room : 1);
    const to: number[] = [];
    for (let i = 0; i < count; i++) to.push(readId(bytes, idsAt + i * width, short));
    references.push({ type: box.type, from: readId(bytes, box.offset, short), to });
    room -= 1 + count;
  });
  return references;
}

const referenceTypes: ReadonlySet<string> = new Set(['cdsc', 'dimg', 'iloc']);

/** The properties of the items with `ids` [14496-12 8.11.14]. When an item is listed twice, the first time counts. */
function readProperties(bytes: Uint8Array, iprp: Box, ids: ReadonlySet<number>): Meta['properties'] {
  const ipco = findBox(bytes, iprp.offset, iprp.end, 'ipco');
  const all = ipco === null ? [] : boxesIn(bytes, ipco.offset, ipco.end);
  const properties = new Map<number, readonly Box[]>();
  let room = maxItems;
  for (const ipma of boxesIn(bytes, iprp.offset, iprp.end)) {
    if (ipma.type !== 'ipma' || ipma.end - ipma.offset < 8) continue;
    const idLength = u8(bytes, ipma.offset) < 1 ? 2 : 4;
    const indexLength = 1 + (u8(bytes, ipma.offset + 3) & 1);
    const count = u32(bytes, ipma.offset + 4, false);
    let at = ipma.offset + 8;
    for (let i = 0; i < count && at + idLength < ipma.end && room > 0; i++) {
      const id = readId(bytes, at, idLength === 2);
      const indexesAt = at + idLength + 1;
      at = indexesAt + u8(bytes, at + idLength) * indexLength;
      if (at > bytes.length) break;
      if (!ids.has(id) || properties.has(id)) continue;
      const own = pick(all, bytes, indexesAt, at, indexLength);
      properties.set(id, own);
      room -= own.length;
    }
  }
  return properties;
}

/** The boxes whose indexes, of one or two bytes, are in `start..end`; the first has the index 1. */
function pick(boxes: readonly Box[], bytes: Uint8Array, start: number, end: number, indexLength: number): Box[] {
  const picked: Box[] = [];
  for (let at = start; at < end; at += indexLength) {
    const index = indexLength === 2 ? u16(bytes, at, false) & 0x7fff : u8(bytes, at) & 0x7f;
    const box = boxes[index - 1];
    if (box !== undefined) picked.push(box);
  }
  return picked;
}
