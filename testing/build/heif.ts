// Builds HEIF and AVIF files: any order of boxes, every version of the boxes in `meta`, items in the file, in `idat` and in
// other items.
import { type BoxSize, box, ftyp, fullBox } from './bmff';
import { concat, latin1, noise, u16, u32, unsigned } from './bytes';

type Place = Readonly<{ offset: number; length: number }>;

/**
 * An item. `data`: its extents, written to `mdat` (method 0) or `idat` (method 1). Instead of `data`: `within`, extents inside
 * the item `within.item` (method 2); or `places`, offsets that are written unchanged. `open`: the length of the last extent is
 * 0, which means "to the end".
 */
export type Item = Readonly<{
  id: number;
  type: string;
  /** Of an item of type `mime`. */
  contentType?: string;
  hidden?: boolean;
  size?: readonly [width: number, height: number];
  rotation?: number;
  /** More properties, after the others. */
  properties?: readonly Uint8Array[];
  /** Leaves out the `pixi`, which all other items have. */
  bare?: boolean;
  method?: 0 | 1;
  data?: readonly Uint8Array[];
  within?: Readonly<{ item: number; extents: readonly Place[] }>;
  places?: Readonly<{ method: number; extents: readonly Place[] }>;
  open?: boolean;
}>;

export type Reference = Readonly<{ type: string; from: number; to: readonly number[] }>;

/** Bytes of each field of `iloc`: 0, 4 or 8. */
export type FieldSizes = Readonly<{ offset: number; length: number; base: number; index: number }>;

/** A part of the file after `ftyp`; bytes are written unchanged. */
export type Part = 'meta' | 'mdat' | Uint8Array;

export type HeifOptions = Readonly<{
  items: readonly Item[];
  primary?: number | null;
  references?: readonly Reference[];
  ftyp?: Uint8Array;
  parts?: readonly Part[];
  iinf?: 0 | 1;
  infe?: 2 | 3;
  iloc?: 0 | 1 | 2;
  iref?: 0 | 1;
  ipma?: Readonly<{ version: 0 | 1; wide: boolean }>;
  fields?: FieldSizes;
  /** The base offset of every extent in the file: its own offset is smaller by this number. Needs `fields.base`. */
  base?: number;
  /** false: version and flags of `meta` are left out. */
  fullMeta?: boolean;
  metaSize?: BoxSize;
  mdatSize?: BoxSize;
  /** Boxes that are added at the end of `meta`, and boxes that are left out. */
  extra?: Uint8Array;
  without?: readonly string[];
}>;

const gap = 3;

/** The file. Offsets are known only when the boxes have their places, so `meta` is built twice. */
export function buildHeif(options: HeifOptions): Uint8Array {
  const head = options.ftyp ?? ftyp('heic', ['mif1', 'heic']);
  const parts = options.parts ?? ['meta', 'mdat'];
  const build = (dataAt: number) => {
    const bytesOf = (part: Part) => {
      if (part === 'meta') return buildMeta(options, dataAt);
      return part === 'mdat' ? box('mdat', spread(options.items, 0).bytes, options.mdatSize) : part;
    };
    return parts.map(bytesOf);
  };
  const before = build(0).slice(0, parts.indexOf('mdat'));
  const mdatAt = before.reduce((sum, part) => sum + part.length, head.length);
  return concat(head, ...build(mdatAt + (options.mdatSize?.form === 'long' ? 16 : 8)));
}

/** The extents of all items of a method, with bytes between them that belong to no item. */
function spread(items: readonly Item[], method: 0 | 1) {
  const parts: Uint8Array[] = [];
  const places = new Map<number, Place[]>();
  let offset = 0;
  for (const item of items) {
    if ((item.method ?? 0) !== method || item.data === undefined) continue;
    places.set(
      item.id,
      item.data.map((data) => {
        parts.push(noise(gap), data);
        offset += gap + data.length;
        return { offset: offset - data.length, length: data.length };
      }),
    );
  }
  return { bytes: concat(...parts), places };
}

function buildMeta(options: HeifOptions, dataAt: number): Uint8Array {
  const { items, primary = 1, references = [], without = [], fullMeta = true } = options;
  const within = items.flatMap(({ id, within }) => (within ? [{ type: 'iloc', from: id, to: [within.item] }] : []));
  const boxes: readonly (readonly [type: string, bytes: Uint8Array])[] = [
    ['hdlr', fullBox('hdlr', 0, 0, concat(u32(0), latin1('pict'), new Uint8Array(13)))],
    ['pitm', primary === null ? new Uint8Array(0) : pitm(primary)],
    ['iinf', iinf(options)],
    ['iref', iref([...references, ...within], options.iref ?? 0)],
    ['iprp', box('iprp', iprp(items, options.ipma ?? { version: 0, wide: false }))],
    ['idat', box('idat', spread(items, 1).bytes)],
    ['iloc', iloc(options, dataAt)],
  ];
  const payload = concat(
    ...boxes.filter(([type]) => !without.includes(type)).map(([, bytes]) => bytes),
    options.extra ?? new Uint8Array(0),
  );
  return box('meta', fullMeta ? concat(u32(0), payload) : payload, options.metaSize);
}

function pitm(id: number): Uint8Array {
  return id > 0xffff ? fullBox('pitm', 1, 0, u32(id)) : fullBox('pitm', 0, 0, u16(id));
}

function iinf({ items, iinf: version = 0, infe = 2 }: HeifOptions): Uint8Array {
  const entries = items.map(({ id, type, contentType, hidden }) => {
    const texts = contentType === undefined ? `${type}\0` : `${type}\0${contentType}\0`;
    return fullBox('infe', infe, hidden ? 1 : 0, concat(infe === 2 ? u16(id) : u32(id), u16(0), latin1(texts)));
  });
  return fullBox('iinf', version, 0, concat(version === 0 ? u16(items.length) : u32(items.length), ...entries));
}

function iref(references: readonly Reference[], version: 0 | 1): Uint8Array {
  if (references.length === 0) return new Uint8Array(0);
  const id = version === 0 ? u16 : u32;
  const boxes = references.map(({ type, from, to }) =>
    box(type, concat(id(from), u16(to.length), ...to.map((n) => id(n)))),
  );
  return fullBox('iref', version, 0, concat(...boxes));
}

/** As in real files, the first property in `ipco` is not an `ispe`. Every item has this property, then its own. */
function iprp(items: readonly Item[], { version, wide }: NonNullable<HeifOptions['ipma']>): Uint8Array {
  const properties = [box('pixi', Uint8Array.of(0, 0, 0, 0, 1, 8))];
  const associations = items
    .filter(({ size }) => size !== undefined)
    .map(({ id, size = [0, 0], rotation, properties: more = [], bare }) => {
      const indexes = [properties.push(fullBox('ispe', 0, 0, concat(u32(size[0]), u32(size[1]))))];
      if (bare !== true) indexes.unshift(1);
      if (rotation !== undefined) indexes.push(properties.push(box('irot', Uint8Array.of(rotation))));
      for (const property of more) indexes.push(properties.push(property));
      const essential = indexes.map((index) => (wide ? u16(0x8000 | index) : Uint8Array.of(0x80 | index)));
      return concat(version === 0 ? u16(id) : u32(id), Uint8Array.of(indexes.length), ...essential);
    });
  const ipma = fullBox('ipma', version, wide ? 1 : 0, concat(u32(associations.length), ...associations));
  return concat(box('ipco', concat(...properties)), ipma);
}

function iloc(options: HeifOptions, dataAt: number): Uint8Array {
  const { items, base = 0, iloc: version = 0, fields = { offset: 4, length: 4, base: 0, index: 0 } } = options;
  const placed = items
    .map((item) => ({ item, ...placesOf(item, items, dataAt) }))
    .filter(({ extents }) => extents.length > 0);
  const locations = placed.map(({ item, method, extents }) => {
    const from = method === 0 ? base : 0;
    const last = extents.length - 1;
    return concat(
      version === 2 ? u32(item.id) : u16(item.id),
      version === 0 ? new Uint8Array(0) : u16(method),
      u16(0),
      field(from, fields.base),
      u16(extents.length),
      ...extents.map(({ offset, length }, i) =>
        concat(
          field(1, version === 0 ? 0 : fields.index),
          field(offset - from, fields.offset),
          field(item.open && i === last ? 0 : length, fields.length),
        ),
      ),
    );
  });
  const sizes = Uint8Array.of(
    (fields.offset << 4) | fields.length,
    (fields.base << 4) | (version === 0 ? 0 : fields.index),
  );
  const count = version === 2 ? u32(placed.length) : u16(placed.length);
  return fullBox('iloc', version, 0, concat(sizes, count, ...locations));
}

function placesOf(item: Item, items: readonly Item[], dataAt: number): { method: number; extents: readonly Place[] } {
  if (item.places !== undefined) return item.places;
  if (item.within !== undefined) return { method: 2, extents: item.within.extents };
  const method = item.method ?? 0;
  const places = spread(items, method).places.get(item.id) ?? [];
  const from = method === 0 ? dataAt : 0;
  return { method, extents: places.map(({ offset, length }) => ({ offset: offset + from, length })) };
}

function field(value: number, length: number): Uint8Array {
  return length === 0 ? new Uint8Array(0) : unsigned(BigInt(value), length, false);
}

/** The payload of an Exif item: the offset of the TIFF header, the bytes before it, the stream [23008-12 A.2.1]. */
export function exifItem(tiff: Uint8Array, prefix = ''): Uint8Array {
  return concat(u32(prefix.length), latin1(prefix), tiff);
}

/** An image item and an Exif item that describes it, as in most files. */
export function photo(tiff: Uint8Array, options: Partial<HeifOptions> = {}): Uint8Array {
  return buildHeif({
    items: [
      { id: 1, type: 'hvc1', size: [3, 2], data: [noise(8)] },
      { id: 2, type: 'Exif', hidden: true, data: [exifItem(tiff)] },
    ],
    references: [{ type: 'cdsc', from: 2, to: [1] }],
    ...options,
  });
}

export type Track = Readonly<{ handler: string; width: number; height: number; samples: number; tkhd?: 0 | 1 }>;

/** The `moov` of an image sequence [14496-12 8.3]. */
export function buildMoov(tracks: readonly Track[]): Uint8Array {
  return box('moov', concat(...tracks.map(trak)));
}

function trak({ handler, width, height, samples, tkhd = 0 }: Track): Uint8Array {
  const before = new Uint8Array(tkhd === 0 ? 72 : 84); // times, track id, duration, layer, volume, matrix
  const header = fullBox('tkhd', tkhd, 3, concat(before, u32(width * 65_536), u32(height * 65_536)));
  const hdlr = fullBox('hdlr', 0, 0, concat(u32(0), latin1(handler), new Uint8Array(13)));
  const stsz = fullBox('stsz', 0, 0, concat(u32(9), u32(samples)));
  return box('trak', concat(header, box('mdia', concat(hdlr, box('minf', box('stbl', stsz))))));
}
