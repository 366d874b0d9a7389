// The `meta` box of HEIF and AVIF: items, where their bytes are, how they relate [ISO/IEC 14496-12 8.11, ISO/IEC 23008-12 6].
//
//   pitm  the primary item          iinf / infe  each item's id and type       iref  which describes which
//   iloc  construction method, base offset and extents of each item            idat  bytes inside the box itself
//   iprp  ipco: properties in a row   ipma: which of them belong to an item, in the order in which they apply
import { latin1, u8, u16, u32, u64 } from '../bytes/cursor';
import { maxItems } from '../limits';
import { ProblemError } from '../problem';
import { type Box, boxesIn, findBox } from './bmff';

export type Item = Readonly<{ id: number; type: string; hidden: boolean }>;
export type Extent = Readonly<{ offset: number; length: number }>;
/** `method` 0: offsets in the file, 1: in `idat`, 2: in another item. A length of 0 reaches to the end. */
export type Location = Readonly<{ id: number; method: number; extents: readonly Extent[] }>;
export type Reference = Readonly<{ type: string; from: number; to: readonly number[] }>;

export type Meta = Readonly<{
  primary: number | null;
  items: readonly Item[];
  locations: readonly Location[];
  references: readonly Reference[];
  idat: Uint8Array;
  /** The properties of each item, in their order, as boxes in `bytes`. */
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
  // Some programs write no version and flags. Then the type of the first box is where its size should be.
  const bare = firstBoxes(bytes, 0);
  const boxes = bare.has('hdlr') ? bare : firstBoxes(bytes, 4);
  let isWhole = true;
  const parse = <T>(type: string, read: (box: Box) => T, none: T): T => {
    const box = boxes.get(type);
    try {
      return box === undefined ? none : read(box);
    } catch (error) {
      if (!(error instanceof ProblemError && error.code === 'DamagedImage')) throw error;
      isWhole = false;
      return none;
    }
  };
  const parts = {
    primary: parse('pitm', (box) => readId(bytes, box.offset + 4, u8(bytes, box.offset) === 0), null),
    items: parse('iinf', (box) => readItems(bytes, box), []),
    locations: parse('iloc', (box) => readLocations(bytes, box), []),
    references: parse('iref', (box) => readReferences(bytes, box), []),
    idat: parse('idat', (box) => bytes.subarray(box.offset, box.end), new Uint8Array(0)),
    properties: parse<Meta['properties']>('iprp', (box) => readProperties(bytes, box), new Map()),
  };
  return { ...parts, bytes, isWhole };
}

/** The first box of each type. */
function firstBoxes(bytes: Uint8Array, start: number): ReadonlyMap<string, Box> {
  const boxes = new Map<string, Box>();
  for (const box of boxesIn(bytes, start, bytes.length)) if (!boxes.has(box.type)) boxes.set(box.type, box);
  return boxes;
}

function readId(bytes: Uint8Array, offset: number, short: boolean): number {
  return short ? u16(bytes, offset, false) : u32(bytes, offset, false);
}

/** Item information entries of version 2 and 3 [14496-12 8.11.6]; older ones have no type and are not images. */
function readItems(bytes: Uint8Array, iinf: Box): Item[] {
  const entriesAt = iinf.offset + (u8(bytes, iinf.offset) === 0 ? 6 : 8);
  const items: Item[] = [];
  for (const infe of boxesIn(bytes, entriesAt, iinf.end)) {
    if (infe.type !== 'infe' || infe.end - infe.offset < 12) continue;
    const version = u8(bytes, infe.offset);
    if (version !== 2 && version !== 3) continue;
    const typeAt = infe.offset + (version === 2 ? 8 : 10);
    items.push({
      id: readId(bytes, infe.offset + 4, version === 2),
      type: latin1(bytes, typeAt, 4),
      hidden: (u8(bytes, infe.offset + 3) & 1) === 1,
    });
  }
  return items;
}

/** The item location box, versions 0 to 2 [14496-12 8.11.3]. Items in other files are left out. */
function readLocations(bytes: Uint8Array, iloc: Box): Location[] {
  const version = u8(bytes, iloc.offset);
  const sizes = u16(bytes, iloc.offset + 4, false);
  const index = version === 0 ? 0 : sizes & 15;
  const fields = { offset: sizes >> 12, length: (sizes >> 8) & 15, base: (sizes >> 4) & 15, index };
  let at = iloc.offset + 6;
  const take = (size: number): number => {
    const value = readSized(bytes, at, size);
    at += size;
    return value;
  };
  const count = take(version < 2 ? 2 : 4);
  const locations: Location[] = [];
  let room = maxItems; // counts items and extents together: each of them may take only a few bytes
  for (let i = 0; i < count && at < iloc.end && room > 0; i++, room--) {
    const id = take(version < 2 ? 2 : 4);
    const method = version === 0 ? 0 : take(2) & 15;
    const isHere = take(2) === 0; // data_reference_index: 0 is this file
    const base = take(fields.base);
    const extents: Extent[] = [];
    const claimed = take(2);
    const step = fields.index + fields.offset + fields.length;
    // Extents whose fields have no bytes are all equal: one of them is enough, whatever their count.
    const most = step === 0 ? 1 : Math.ceil((iloc.end - at) / step);
    for (let left = Math.min(claimed, most); left > 0 && room > 0; left--, room--) {
      take(fields.index);
      const offset = base + take(fields.offset);
      extents.push({ offset, length: take(fields.length) });
    }
    if (isHere) locations.push({ id, method, extents });
  }
  return locations;
}

/** A field of 0, 2, 4 or 8 bytes. A value that is too large for any object becomes an offset past its end. */
function readSized(bytes: Uint8Array, offset: number, size: number): number {
  if (size === 0) return 0;
  if (size === 2) return u16(bytes, offset, false);
  if (size === 4) return u32(bytes, offset, false);
  if (size === 8) return u64(bytes, offset, false) ?? Number.MAX_SAFE_INTEGER;
  throw new ProblemError('DamagedImage', `Cannot read an iloc field of ${size} bytes`);
}

/** The item reference box [14496-12 8.11.12]. */
function readReferences(bytes: Uint8Array, iref: Box): Reference[] {
  const short = u8(bytes, iref.offset) === 0;
  const width = short ? 2 : 4;
  return [...boxesIn(bytes, iref.offset + 4, iref.end)].map((box) => {
    const idsAt = box.offset + width + 2;
    const most = Math.max(0, Math.floor((box.end - idsAt) / width));
    const count = Math.min(u16(bytes, box.offset + width, false), most);
    const to = Array.from({ length: count }, (_, i) => readId(bytes, idsAt + i * width, short));
    return { type: box.type, from: readId(bytes, box.offset, short), to };
  });
}

/** The properties of each item [14496-12 8.11.14]. When an item is listed twice, the first time counts. */
function readProperties(bytes: Uint8Array, iprp: Box): Meta['properties'] {
  const ipco = findBox(bytes, iprp.offset, iprp.end, 'ipco');
  const all = ipco === null ? [] : [...boxesIn(bytes, ipco.offset, ipco.end)];
  const properties = new Map<number, readonly Box[]>();
  let room = maxItems;
  for (const ipma of boxesIn(bytes, iprp.offset, iprp.end)) {
    if (ipma.type !== 'ipma' || ipma.end - ipma.offset < 8) continue;
    for (const [id, indexes] of readAssociations(bytes, ipma)) {
      if (properties.has(id) || room <= 0) continue;
      const own: Box[] = [];
      for (const index of indexes) {
        const box = all[index - 1];
        if (box !== undefined) own.push(box);
      }
      properties.set(id, own);
      room -= own.length;
    }
  }
  return properties;
}

/** The id of each item and the indexes of its properties (the first is 1), up to the end of the box [14496-12 8.11.14]. */
function readAssociations(bytes: Uint8Array, ipma: Box): [number, number[]][] {
  const idLength = u8(bytes, ipma.offset) < 1 ? 2 : 4;
  const indexLength = 1 + (u8(bytes, ipma.offset + 3) & 1);
  const count = u32(bytes, ipma.offset + 4, false);
  const associations: [number, number[]][] = [];
  let at = ipma.offset + 8;
  for (let i = 0; i < count && at + idLength < ipma.end; i++) {
    const id = readId(bytes, at, idLength === 2);
    const indexes: number[] = [];
    const indexesAt = at + idLength + 1;
    at = indexesAt + u8(bytes, at + idLength) * indexLength;
    if (at > bytes.length) break;
    for (let index = indexesAt; index < at; index += indexLength) {
      indexes.push(indexLength === 2 ? u16(bytes, index, false) & 0x7fff : u8(bytes, index) & 0x7f);
    }
    associations.push([id, indexes]);
  }
  return associations;
}
