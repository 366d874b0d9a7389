// Meta boxes that claim more than they hold: each ends fast, in no more memory than the box.

import { parseMeta } from '../../../lib/container/heif-meta';
import { maxBoxBytes, maxItems } from '../../../lib/limits';
import { ProblemError } from '../../../lib/problem';
import { box, fullBox } from '../../../testing/build/bmff';
import { concat, latin1, noise, u16, u32 } from '../../../testing/build/bytes';
import { cpuMsSince } from '../../../testing/compare/cpu-time';

const hdlr = fullBox('hdlr', 0, 0, concat(u32(0), latin1('pict'), new Uint8Array(13)));
const meta = (...boxes: readonly Uint8Array[]) => concat(u32(0), hdlr, ...boxes);
/** An Exif item with the id 1, so that its places and properties are kept. */
const oneItem = fullBox('iinf', 0, 0, concat(u16(1), fullBox('infe', 2, 0, concat(u16(1), u16(0), latin1('Exif\0')))));
const repeated = (count: number, bytes: Uint8Array) => concat(...Array.from({ length: count }, () => bytes));

/** What is parsed, or null for ProblemError; the milliseconds of processor time it took. */
function parse(bytes: Uint8Array) {
  const start = process.cpuUsage();
  try {
    return { meta: parseMeta(bytes), ms: cpuMsSince(start) };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { meta: null, ms: cpuMsSince(start) };
  }
}

test('iinf of 65,535 entries that are not there', () => {
  for (const iinf of [fullBox('iinf', 0, 0, u16(0xffff)), fullBox('iinf', 1, 0, u32(0xffffffff))]) {
    const parsed = parse(meta(iinf));
    expect(parsed.meta?.listedItems).toEqual([]);
    expect(parsed.ms).toBeLessThan(2000);
  }
});

test('iinf of 65,535 empty entries', () => {
  const parsed = parse(
    meta(fullBox('iinf', 0, 0, concat(u16(0xffff), repeated(65_535, box('infe', new Uint8Array(0)))))),
  );
  expect(parsed.meta?.listedItems ?? []).toEqual([]);
  expect(parsed.ms).toBeLessThan(2000);
});

test('in an iinf with thousands of entries, the last one is found, and its property too', () => {
  const tiles = 5000;
  const infe = (id: number, type: string) => fullBox('infe', 2, 1, concat(u16(id), u16(0), latin1(`${type}\0`)));
  const entries = [...Array.from({ length: tiles }, (_, i) => infe(i + 2, 'hvc1')), infe(1, 'Exif')];
  const parsed = parse(meta(fullBox('iinf', 0, 0, concat(u16(entries.length), ...entries))));
  expect(parsed.meta?.listedItems.at(-1)).toMatchObject({ id: 1, type: 'Exif' });
});

test.each([0, 1, 4])('infe of version %i does not give an item', (version) => {
  const infe = fullBox('infe', version, 0, concat(u16(1), u16(0), latin1('Exif\0')));
  expect(parse(meta(fullBox('iinf', 0, 0, concat(u16(1), infe)))).meta?.listedItems).toEqual([]);
});

test('iloc whose extents take no bytes: one for each item, as all would be the same', () => {
  const item = concat(u16(1), u16(0), u16(0xffff));
  const iloc = fullBox('iloc', 0, 0, concat(u16(0), u16(20), repeated(20, item)));
  const one = { id: 1, method: 0, extents: [{ offset: 0, length: 0 }] };
  expect(parse(meta(oneItem, iloc)).meta?.locations).toEqual(Array.from({ length: 20 }, () => one));
});

test('iloc of very many extents: no more of them than the limit in all', () => {
  const item = concat(u16(1), u16(0), u16(60_000), new Uint8Array(120_000));
  const iloc = fullBox('iloc', 0, 0, concat(u16(0x2000), u16(3), repeated(3, item)));
  const parsed = parse(meta(oneItem, iloc));
  const extents = parsed.meta?.locations.reduce((sum, { extents: { length } }) => sum + length, 0);
  expect(extents).toBeGreaterThan(60_000);
  expect(extents).toBeLessThanOrEqual(maxItems);
});

test.each([
  [0, 0xffff],
  [1, 0xffff],
  [2, 0xffffffff],
])('iloc version %i of %i items that are not there', (version, count) => {
  const iloc = fullBox('iloc', version, 0, concat(u16(0x4400), version === 2 ? u32(count) : u16(count)));
  expect(parse(meta(oneItem, iloc)).ms).toBeLessThan(2000);
});

test('iref boxes that each claim 65,535 items', () => {
  const claiming = box('cdsc', concat(u16(2), u16(0xffff), u16(1)));
  const parsed = parse(meta(fullBox('iref', 0, 0, repeated(2000, claiming))));
  expect(parsed.meta?.references[0]).toEqual({ type: 'cdsc', from: 2, to: [1] });
  expect(parsed.ms).toBeLessThan(2000);
});

test('ipma of 4 billion entries, and indexes of no property', () => {
  const ispe = fullBox('ispe', 0, 0, concat(u32(3), u32(2)));
  const association = concat(u16(1), Uint8Array.of(3, 0, 0x7f, 0x81));
  const ipma = fullBox('ipma', 0, 0, concat(u32(0xffffffff), association));
  const parsed = parse(meta(oneItem, box('iprp', concat(box('ipco', ispe), ipma))));
  expect(parsed.meta?.properties.get(1)).toEqual([expect.objectContaining({ type: 'ispe' })]);
  expect(parsed.meta?.properties.size).toBe(1);
  expect(parsed.ms).toBeLessThan(2000);
});

test('boxes inside that claim more than the one around them are cut there', () => {
  const infe = fullBox('infe', 2, 0, concat(u16(2), u16(0), latin1('Exif\0')));
  const lying = concat(u32(0x7fffffff), infe.subarray(4));
  const parsed = parse(meta(fullBox('iinf', 0, 0, concat(u16(1), lying)), box('idat', noise(9))));
  expect(parsed.meta?.listedItems).toEqual([{ id: 2, type: 'Exif', hidden: false }]);
  expect(parsed.meta?.idat).toEqual(noise(9));
});

test.each(['pitm', 'iinf', 'iloc', 'iref', 'iprp', 'idat'])(
  'an empty %s ends in a result or a ProblemError',
  (type) => {
    expect(parse(meta(box(type, new Uint8Array(0)))).ms).toBeLessThan(2000);
    expect(parse(meta(box(type, new Uint8Array(0)), hdlr, hdlr)).ms).toBeLessThan(2000);
  },
);

test('a box of each type, filled with the worst content, ends fast', () => {
  for (const type of ['iinf', 'iloc', 'iref', 'iprp', 'ipco', 'ipma']) {
    for (const byte of [0x00, 0x01, 0x11, 0x44, 0xff]) {
      const bytes = meta(box(type, new Uint8Array(maxBoxBytes / 4).fill(byte)));
      expect(parse(bytes).ms).toBeLessThan(2000);
    }
  }
});
