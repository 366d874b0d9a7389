// Writes an AVIF whose picture is a grid of tiles, as phones write HEIC, with the Exif item after them
// [ISO 14496-12 8.11; ISO 23008-12 6.6.2.3, A.2.1; AV1 Image File Format].

/** The AV1 image of one tile, from a file that has only this image: its properties, and its data in `mdat`. */
type Tile = Readonly<{ properties: readonly Uint8Array[]; data: Uint8Array }>;

/** A grid of tiles that are all the same. */
export type Grid = Readonly<{ rows: number; columns: number; side: number }>;

const be16 = (value: number): readonly number[] => [value >> 8, value & 0xff];
const be32 = (value: number): readonly number[] => [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff);
const text = (value: string): readonly number[] => [...new TextEncoder().encode(value)];

/** The AVIF. `single` is an AVIF of one image of `grid.side` pixels each way; `tiff` is the EXIF. */
export function gridAvif(single: Uint8Array, grid: Grid, tiff: Uint8Array): Uint8Array {
  const tile = readTile(single);
  const size = [...be16(grid.columns * grid.side), ...be16(grid.rows * grid.side)];
  const layout = Uint8Array.from([0, 0, grid.rows - 1, grid.columns - 1, ...size]);
  const exif = Buffer.concat([Uint8Array.from(be32(0)), tiff]);
  const data = [layout, ...Array.from({ length: grid.rows * grid.columns }, () => tile.data), exif];
  const ftyp = box('ftyp', text('avif'), be32(0), text('avifmif1miaf'));
  const lengths = data.map(({ length }) => length);
  const metaLength = metaBox(grid, tile, lengths, 0).length;
  const meta = metaBox(grid, tile, lengths, ftyp.length + metaLength + 8);
  return Buffer.concat([ftyp, meta, box('mdat', ...data)]);
}

/** Item 1 is the grid, the last item is the EXIF, those between are tiles. `offset`: where the data of item 1 is in the file. */
function metaBox(grid: Grid, tile: Tile, lengths: readonly number[], offset: number): Uint8Array {
  const ids = lengths.map((_, i) => i + 1);
  const exif = ids.length;
  const tiles = ids.slice(1, -1);
  const typeOf = (id: number): string => (id === 1 ? 'grid' : id === exif ? 'Exif' : 'av01');
  const entries = ids.map((id) => box('infe', [2, 0, 0, id === 1 ? 0 : 1], be16(id), be16(0), text(typeOf(id)), [0]));
  const references = [
    box('dimg', be16(1), be16(tiles.length), ...tiles.map(be16)),
    box('cdsc', be16(exif), be16(1), be16(1)),
  ];
  return box(
    'meta',
    be32(0),
    box('hdlr', be32(0), be32(0), text('pict'), new Uint8Array(13)),
    box('pitm', be32(0), be16(1)),
    box('iinf', be32(0), be16(ids.length), ...entries),
    box('iref', be32(0), ...references),
    box('iprp', ...propertyBoxes(grid, tile, tiles)),
    box('iloc', be32(0), [0x44, 0], be16(ids.length), ...places(lengths, offset)),
  );
}

/** The properties: those of the tile, and the size of the grid. The grid also has all properties of the tile but its size and codec. */
function propertyBoxes({ rows, columns, side }: Grid, { properties }: Tile, tiles: readonly number[]): Uint8Array[] {
  const size = (width: number, height: number): Uint8Array => box('ispe', be32(0), be32(width), be32(height));
  const all = [size(columns * side, rows * side), size(side, side), ...properties];
  const indexes = properties.map((property, i) => ({ index: i + 3, isCodec: typeOfBox(property) === 'av1C' }));
  const essential = ({ index, isCodec }: (typeof indexes)[number]): number => index | (isCodec ? 0x80 : 0);
  const ofGrid = [1, ...indexes.filter(({ isCodec }) => !isCodec).map(essential)];
  const ofTile = [2, ...indexes.map(essential)];
  const associations = [
    [...be16(1), ofGrid.length, ...ofGrid],
    ...tiles.map((id) => [...be16(id), ofTile.length, ...ofTile]),
  ];
  return [box('ipco', ...all), box('ipma', be32(0), be32(associations.length), ...associations)];
}

/** Id, data reference and one extent of each item, one after the other. */
function places(lengths: readonly number[], offset: number): readonly (readonly number[])[] {
  let at = offset;
  return lengths.map((length, i) => {
    const place = [...be16(i + 1), ...be16(0), ...be16(1), ...be32(at), ...be32(length)];
    at += length;
    return place;
  });
}

function box(type: string, ...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const payload = Buffer.concat(parts.map((part) => (part instanceof Uint8Array ? part : Uint8Array.from(part))));
  return Buffer.concat([Uint8Array.from([...be32(payload.length + 8), ...text(type)]), payload]);
}

/** Reads a file of this project: it has no box of another version. */
function readTile(file: Uint8Array): Tile {
  const inside = (boxes: readonly Uint8Array[], type: string, header: number): readonly Uint8Array[] =>
    splitBoxes(boxes.find((one) => typeOfBox(one) === type)?.subarray(header) ?? new Uint8Array(0));
  const top = splitBoxes(file);
  const properties = inside(inside(inside(top, 'meta', 12), 'iprp', 8), 'ipco', 8);
  const data = top.find((one) => typeOfBox(one) === 'mdat')?.subarray(8) ?? new Uint8Array(0);
  return { properties: properties.filter((one) => typeOfBox(one) !== 'ispe'), data };
}

function splitBoxes(bytes: Uint8Array): readonly Uint8Array[] {
  const boxes: Uint8Array[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at + 8 <= bytes.length; ) {
    const length = Math.max(8, view.getUint32(at));
    boxes.push(bytes.subarray(at, at + length));
    at += length;
  }
  return boxes;
}

function typeOfBox(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(4, 8));
}
