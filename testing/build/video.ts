// Builds MP4 and QuickTime files: a movie with tracks, texts and sample tables, before or after its media data.
import { box, ftyp, fullBox } from './bmff';
import { concat, latin1, u16, u32, unsigned, utf8 } from './bytes';

const u64 = (value: number | bigint): Uint8Array => unsigned(BigInt(value), 8, false);
/** 16.16 */
const fixed = (value: number): Uint8Array => u32(Math.round(value * 65_536) >>> 0);

/** Seconds from 1904 to 1970. */
export const macEpoch = 2_082_844_800;

export type Times = Readonly<{ version?: 0 | 1; created?: number; timescale?: number; ticks?: number | bigint }>;

function timed(
  { version = 0, created = 0, timescale = 1000, ticks = 0 }: Times,
  type: string,
  rest: Uint8Array,
): Uint8Array {
  const wide = (value: number | bigint): Uint8Array => (version === 1 ? u64(value) : u32(Number(value)));
  return fullBox(type, version, 0, concat(wide(created), wide(created), u32(timescale), wide(ticks), rest));
}

export function mvhd(times: Times = {}): Uint8Array {
  return timed(times, 'mvhd', new Uint8Array(80));
}

export function mdhd(times: Times = {}, language = 0x55c4): Uint8Array {
  return timed(times, 'mdhd', concat(u16(language), u16(0)));
}

/** a, b, c, d of a matrix that turns clockwise. */
export const turns = { 0: [1, 0, 0, 1], 90: [0, 1, -1, 0], 180: [-1, 0, 0, -1], 270: [0, -1, 1, 0] } as const;

export type TrackHeader = Readonly<{
  version?: 0 | 1;
  enabled?: boolean;
  id?: number;
  matrix?: readonly [number, number, number, number];
  width?: number;
  height?: number;
}>;

export function tkhd(options: TrackHeader = {}): Uint8Array {
  const { version = 0, enabled = true, id = 1, matrix = turns[0], width = 0, height = 0 } = options;
  const wide = (value: number): Uint8Array => (version === 1 ? u64(value) : u32(value));
  const [a, b, c, d] = matrix;
  const nine = concat(fixed(a), fixed(b), u32(0), fixed(c), fixed(d), u32(0), u32(0), u32(0), u32(0x40000000));
  const start = concat(wide(0), wide(0), u32(id), u32(0), wide(0), new Uint8Array(16));
  return fullBox('tkhd', version, enabled ? 1 : 0, concat(start, nine, fixed(width), fixed(height)));
}

export function hdlr(handler: string): Uint8Array {
  return fullBox('hdlr', 0, 0, concat(u32(0), latin1(handler), new Uint8Array(13)));
}

export function videoEntry(codec: string, width: number, height: number, ...boxes: readonly Uint8Array[]): Uint8Array {
  const head = concat(new Uint8Array(6), u16(1), new Uint8Array(16), u16(width), u16(height), new Uint8Array(50));
  return box(codec, concat(head, ...boxes));
}

export function audioEntry(
  codec: string,
  channels: number,
  sampleRate: number,
  ...boxes: readonly Uint8Array[]
): Uint8Array {
  const head = concat(new Uint8Array(6), u16(1), new Uint8Array(8), u16(channels), u16(16), u32(0));
  return box(codec, concat(head, u16(sampleRate), u16(0), ...boxes));
}

/** A descriptor of MPEG-4; its length is written in 4 bytes, or in 1. */
function descriptor(tag: number, content: Uint8Array, long = true): Uint8Array {
  return concat(Uint8Array.of(tag, ...(long ? [0x80, 0x80, 0x80] : []), content.length), content);
}

/** `flags` announces fields of the elementary stream, which `fields` has. */
export function esds(objectType: number, specific: Uint8Array, flags = 0, fields = new Uint8Array(0)): Uint8Array {
  const config = descriptor(4, concat(Uint8Array.of(objectType), new Uint8Array(12), descriptor(5, specific, false)));
  return fullBox('esds', 0, 0, descriptor(3, concat(u16(1), Uint8Array.of(flags), fields, config)));
}

/** The edits of a track: ticks of the movie, and where they begin in the media; -1 is a pause. */
export function edts(edits: readonly (readonly [ticks: number, start: number])[], version: 0 | 1 = 0): Uint8Array {
  const wide = (value: number): Uint8Array => (version === 1 ? u64(value) : u32(value));
  const list = edits.map(([ticks, start]) => concat(wide(ticks), wide(start), u32(65_536)));
  return box('edts', fullBox('elst', version, 0, concat(u32(edits.length), ...list)));
}

/** The second version of QuickTime's sound description, for more than 65,535 samples a second. */
export function audioEntry2(codec: string, channels: number, sampleRate: number): Uint8Array {
  const rate = new Uint8Array(8);
  new DataView(rate.buffer).setFloat64(0, sampleRate);
  const head = concat(
    new Uint8Array(6),
    u16(1),
    u16(2),
    new Uint8Array(6),
    u16(3),
    u16(16),
    u16(0xfffe),
    u16(0),
    u32(65_536),
  );
  return box(codec, concat(head, u32(72), rate, u32(channels), new Uint8Array(20)));
}

type SampleTable = Readonly<{
  entry: Uint8Array;
  /** Count and ticks of each run. */
  runs?: readonly (readonly [number, number])[];
  sizes?: readonly number[];
  sameSize?: number;
  /** Bytes of chunk offsets. */
  padding?: number;
}>;

export function stbl({ entry, runs = [], sizes = [], sameSize = 0, padding = 0 }: SampleTable): Uint8Array {
  const count = sameSize === 0 ? sizes.length : runs.reduce((sum, [samples]) => sum + samples, 0);
  return box(
    'stbl',
    concat(
      fullBox('stsd', 0, 0, concat(u32(1), entry)),
      fullBox(
        'stts',
        0,
        0,
        concat(u32(runs.length), ...runs.map(([samples, ticks]) => concat(u32(samples), u32(ticks)))),
      ),
      fullBox('stsz', 0, 0, concat(u32(sameSize), u32(count), ...sizes.map((size) => u32(size)))),
      fullBox('co64', 0, 0, new Uint8Array(padding)),
    ),
  );
}

export type Track = Readonly<{
  handler: string;
  header?: TrackHeader;
  media?: Times;
  language?: number;
  table?: Uint8Array;
  /** Boxes after `mdia`. */
  more?: readonly Uint8Array[];
}>;

export function trak({ handler, header, media, language, table, more = [] }: Track): Uint8Array {
  const minf = box('minf', concat(fullBox('vmhd', 0, 1, new Uint8Array(8)), table ?? new Uint8Array(0)));
  const mdia = box('mdia', concat(mdhd(media, language), hdlr(handler), minf));
  return box('trak', concat(tkhd(header), mdia, ...more));
}

/** A box of user data in QuickTime's form: length, language, text. */
export function userText(type: string, text: string, bytes: Uint8Array = utf8(text)): Uint8Array {
  return box(type, concat(u16(bytes.length), u16(0x55c4), bytes));
}

/** A box of user data in the form of 3GPP. */
export function text3gpp(type: string, bytes: Uint8Array): Uint8Array {
  return fullBox(type, 0, 0, concat(u16(0x55c4), bytes));
}

/** `loci`: longitude, latitude, altitude. */
export function loci(longitude: number, latitude: number, altitude: number, name = utf8('a\0')): Uint8Array {
  return text3gpp('loci', concat(name, Uint8Array.of(0), fixed(longitude), fixed(latitude), fixed(altitude)));
}

export function data(kind: number, bytes: Uint8Array): Uint8Array {
  return box('data', concat(u32(kind), u32(0), bytes));
}

type Item = readonly [name: string, value: string | Uint8Array, kind?: number];

/** Metadata with keys. `isFull`: with version and flags, as in ISO files; QuickTime has none. */
export function keysMeta(items: readonly Item[], isFull = false): Uint8Array {
  const keys = items.map(([name]) => box('mdta', utf8(name)));
  const values = items.map(([, value, kind = 1], i) =>
    box(
      String.fromCharCode(0, 0, (i + 1) >> 8, (i + 1) & 0xff),
      data(kind, typeof value === 'string' ? utf8(value) : value),
    ),
  );
  const boxes = concat(
    hdlr('mdta'),
    fullBox('keys', 0, 0, concat(u32(keys.length), ...keys)),
    box('ilst', concat(...values)),
  );
  return isFull ? fullBox('meta', 0, 0, boxes) : box('meta', boxes);
}

/** Metadata with items by four characters, as iTunes writes them. */
export function itemMeta(items: readonly Item[]): Uint8Array {
  const values = items.map(([name, value, kind = 1]) =>
    box(name, data(kind, typeof value === 'string' ? utf8(value) : value)),
  );
  return fullBox('meta', 0, 0, concat(hdlr('mdir'), box('ilst', concat(...values))));
}

export const xmpType = Uint8Array.of(
  0xbe,
  0x7a,
  0xcf,
  0xcb,
  0x97,
  0xa9,
  0x42,
  0xe8,
  0x9c,
  0x71,
  0x99,
  0x94,
  0x91,
  0xe3,
  0xaf,
  0xac,
);
const c2paType = Uint8Array.of(
  0xd8,
  0xfe,
  0xc3,
  0xd6,
  0x1b,
  0x0e,
  0x48,
  0x3c,
  0x92,
  0x97,
  0x58,
  0x28,
  0x87,
  0x7e,
  0xc4,
  0x81,
);

export function xmpUuid(packet: string): Uint8Array {
  return box('uuid', concat(xmpType, utf8(packet)));
}

export function c2paUuid(store: Uint8Array, purpose = 'manifest'): Uint8Array {
  return box('uuid', concat(c2paType, u32(0), latin1(`${purpose}\0`), u64(0), store));
}

export const media = (length: number): Uint8Array => box('mdat', new Uint8Array(length));

/** A movie of 90 seconds and 3 pictures, 3 x 2 pixels, with sound. */
export function smallMoov(...more: readonly Uint8Array[]): Uint8Array {
  return box(
    'moov',
    concat(
      mvhd({ created: macEpoch + 1_780_000_000, timescale: 600, ticks: 54_000 }),
      trak({
        handler: 'vide',
        header: { id: 1, width: 3, height: 2, matrix: turns[90] },
        media: { timescale: 90_000, ticks: 8_100_000 },
        table: stbl({
          entry: videoEntry('avc1', 3, 2, box('avcC', Uint8Array.of(1, 100, 0, 31))),
          runs: [[3, 2_700_000]],
          sizes: [5, 6, 7],
        }),
      }),
      trak({
        handler: 'soun',
        header: { id: 2 },
        media: { timescale: 48_000, ticks: 4_320_000 },
        language: 0x15c7,
        table: stbl({ entry: audioEntry('mp4a', 2, 48_000), runs: [[2, 1024]], sameSize: 9 }),
      }),
      ...more,
    ),
  );
}

/** `order`: of the boxes after `ftyp`. */
export function buildMp4(brand: string, ...boxes: readonly Uint8Array[]): Uint8Array {
  return concat(ftyp(brand, [brand]), ...boxes);
}

const tfhd = (id: number, ticks?: number): Uint8Array =>
  fullBox('tfhd', 0, ticks === undefined ? 0 : 8, concat(u32(id), ...(ticks === undefined ? [] : [u32(ticks)])));

type Fragment = Readonly<{ id?: number; each?: number; start?: number; samples: number; ticks?: readonly number[] }>;

/** A fragment: its samples all last as long as the track or `each` says, or each as `ticks` says. */
export function moof({ id = 1, each, start, samples, ticks }: Fragment): Uint8Array {
  const listed = ticks?.map((value) => concat(u32(value), u32(0))) ?? [];
  const trun = fullBox('trun', 0, ticks === undefined ? 0 : 0x300, concat(u32(samples), ...listed));
  const tfdt = start === undefined ? new Uint8Array(0) : fullBox('tfdt', 1, 0, u64(start));
  return box('moof', concat(fullBox('mfhd', 0, 0, u32(1)), box('traf', concat(tfhd(id, each), tfdt, trun))));
}

/** The index at the end of a file: times and places of fragments. */
export function mfra(
  id: number,
  entries: readonly (readonly [time: number, moof: number])[],
  version: 0 | 1 = 1,
): Uint8Array {
  const wide = (value: number): Uint8Array => (version === 1 ? u64(value) : u32(value));
  const table = entries.map(([time, at]) => concat(wide(time), wide(at), Uint8Array.of(1, 1, 1)));
  const tfra = fullBox('tfra', version, 0, concat(u32(id), u32(0), u32(entries.length), ...table));
  return box('mfra', concat(tfra, fullBox('mfro', 0, 0, u32(8 + tfra.length + 16))));
}

/** The index at the start of a file: the ticks of each part. */
export function sidx(timescale: number, ticks: readonly number[], version: 0 | 1 = 0): Uint8Array {
  const wide = (value: number): Uint8Array => (version === 1 ? u64(value) : u32(value));
  const parts = ticks.map((value) => concat(u32(100), u32(value), u32(0)));
  return fullBox(
    'sidx',
    version,
    0,
    concat(u32(1), u32(timescale), wide(0), wide(0), u16(0), u16(ticks.length), ...parts),
  );
}

/** A movie without samples, whose samples are in fragments. */
export function fragmentedMoov(...extends_: readonly Uint8Array[]): Uint8Array {
  const track = trak({
    handler: 'vide',
    header: { width: 3, height: 2 },
    media: { timescale: 1_000 },
    table: stbl({ entry: videoEntry('avc1', 3, 2) }),
  });
  const trex = fullBox('trex', 0, 0, concat(u32(1), u32(1), u32(40), u32(0), u32(0)));
  return box('moov', concat(mvhd(), track, box('mvex', concat(trex, ...extends_))));
}
