// What is read of each box in `meta`: exactly the entries that it holds, and what damage in one of them costs.
import { countParts, type Meta, parseMeta } from '../../../lib/container/heif-meta';
import { maxItems } from '../../../lib/limits';
import { box, fullBox } from '../../../testing/build/bmff';
import { concat, latin1, noise, u16, u32 } from '../../../testing/build/bytes';

const hdlr = fullBox('hdlr', 0, 0, concat(u32(0), latin1('pict'), new Uint8Array(13)));
/** With a box of zeros after the others, in its type too: a read that goes on after its box finds more. */
const parse = (...boxes: readonly Uint8Array[]) =>
  parseMeta(concat(u32(0), hdlr, ...boxes, box('\0\0\0\0', new Uint8Array(600))));
const u8 = (...bytes: readonly number[]) => Uint8Array.from(bytes);
const repeated = (count: number, bytes: Uint8Array) => concat(...Array.from({ length: count }, () => bytes));

const infe = (id: number, version = 2, flags = 0, type = 'Exif') =>
  fullBox('infe', version, flags, concat(version === 3 ? u32(id) : u16(id), u16(0), latin1(`${type}\0`)));
/** Exif items with the ids 1 to `count`, which are not hidden: their places and properties are kept. */
const itemsUpTo = (count: number) =>
  fullBox('iinf', 0, 0, concat(u16(count), ...Array.from({ length: count }, (_, i) => infe(i + 1))));

describe('iinf', () => {
  const item = (id: number, hidden = false) => ({ id, type: 'Exif', hidden });

  test.each<[string, readonly Uint8Array[], readonly object[]]>([
    ['of two versions', [infe(1), infe(70_000, 3)], [item(1), item(70_000)]],
    [
      'hidden by the lowest flag',
      [infe(1, 2, 1), infe(2, 2, 2), infe(3, 2, 3)],
      [item(1, true), item(2), item(3, true)],
    ],
    ['hidden, left out unless they are Exif', [infe(1, 2, 1, 'hvc1'), infe(2, 2, 1)], [item(2, true)]],
    ['of older versions', [infe(1, 0), infe(2, 1), infe(3, 4), infe(4)], [item(4)]],
    ['of another box type', [box('infx', infe(1).subarray(8)), infe(2)], [item(2)]],
    ['that end after their type', [box('infe', infe(1).subarray(8, 20)), infe(2)], [item(1), item(2)]],
    ['that end before that', [box('infe', infe(1).subarray(8, 19)), infe(2)], [item(2)]],
  ])('entries %s', (_name, entries, items) => {
    const { listedItems: found, isWhole } = parse(fullBox('iinf', 0, 0, concat(u16(entries.length), ...entries)));
    expect(found).toEqual(items);
    expect(isWhole).toBe(true);
  });
});

describe('iloc', () => {
  /** Version 1: id, method, data reference, no base offset, extents of two fields of 2 bytes. */
  const entry = (id: number, extents: readonly (readonly [number, number])[], reference = 0, claims = extents.length) =>
    concat(
      u16(id),
      u16(0),
      u16(reference),
      u16(claims),
      ...extents.map(([at, length]) => concat(u16(at), u16(length))),
    );
  const iloc = (count: number, ...entries: readonly Uint8Array[]) =>
    fullBox('iloc', 1, 0, concat(u16(0x2200), u16(count), ...entries));
  const located = (id: number, ...extents: readonly (readonly [number, number])[]) => ({
    id,
    method: 0,
    extents: extents.map(([offset, length]) => ({ offset, length })),
  });

  test.each<[string, Uint8Array, readonly object[]]>([
    ['as many as it says', iloc(1, entry(1, [[5, 6]]), entry(2, [[7, 8]])), [located(1, [5, 6])]],
    ['as many as there are', iloc(9, entry(1, [[5, 6]]), entry(2, [[7, 8]])), [located(1, [5, 6]), located(2, [7, 8])]],
    ['none in another file', iloc(2, entry(1, [[5, 6]], 1), entry(2, [[7, 8]])), [located(2, [7, 8])]],
    ['no more extents than there are', iloc(1, entry(1, [[5, 6]], 0, 90)), [located(1, [5, 6])]],
    [
      'extents that end short with what comes after',
      iloc(1, entry(1, [[5, 6]], 0, 90), u16(9)),
      [located(1, [5, 6], [9, 0])],
    ],
    [
      'in version 0 no index, though the place of its size is not 0',
      fullBox('iloc', 0, 0, concat(u16(0x2204), u16(1), u16(1), u16(0), u16(1), u16(5), u16(6))),
      [located(1, [5, 6])],
    ],
    [
      'in version 1 the index, which is skipped',
      fullBox('iloc', 1, 0, concat(u16(0x2204), u16(1), u16(1), u16(0x12), u16(0), u16(1), u32(99), u16(5), u16(6))),
      [{ ...located(1, [5, 6]), method: 2 }],
    ],
  ])('%s', (_name, bytes, locations) => {
    const { locations: found, isWhole } = parse(itemsUpTo(2), bytes);
    expect(found).toEqual(locations);
    expect(isWhole).toBe(true);
  });

  test('items and extents together keep within the limit', () => {
    const item = concat(u16(1), u16(0), u16(60_000), new Uint8Array(120_000));
    const { locations } = parse(itemsUpTo(1), fullBox('iloc', 0, 0, concat(u16(0x2000), u16(3), repeated(2, item))));
    expect(locations.map(({ extents }) => extents.length)).toEqual([60_000, maxItems - 60_000 - 1]);
  });

  test('only Exif items, and those that lead to others or that others lead to', () => {
    const items = fullBox('iinf', 0, 0, concat(u16(2), infe(1, 2, 0, 'hvc1'), infe(2)));
    const iref = fullBox('iref', 0, 0, concat(box('iloc', concat(u16(3), u16(2), u16(4), u16(5)))));
    const entries = [1, 2, 3, 4, 5].map((id) => entry(id, [[id, 6]]));
    const { locations } = parse(items, iref, iloc(5, ...entries));
    expect(locations).toEqual([2, 3, 4].map((id) => located(id, [id, 6])));
  });

  test.each([
    ['extents', 1, false],
    ['no extents', 0, true],
  ])('fields of 3 bytes with %s: is it whole?', (_name, extents, isWhole) => {
    const item = concat(u16(1), u16(0), u16(extents), u32(0));
    const bytes = fullBox('iloc', 0, 0, concat(u16(0x2300), u16(1), item));
    expect(parse(itemsUpTo(1), bytes).isWhole).toBe(isWhole);
  });

  test('extents after the end of all bytes, though of an item that is not needed', () => {
    const bytes = iloc(2, entry(1, [[5, 6]]), entry(9, [[7, 8]]).subarray(0, -1));
    expect(parseMeta(concat(u32(0), hdlr, itemsUpTo(1), bytes))).toMatchObject({ locations: [], isWhole: false });
  });

  test('items of no extent keep within the limit', () => {
    const item = concat(u16(1), u16(0), u16(1), u16(5));
    const { locations } = parse(
      itemsUpTo(1),
      fullBox('iloc', 0, 0, concat(u16(0x2000), u16(0xffff), repeated(40_000, item))),
    );
    expect(locations).toHaveLength(maxItems / 2);
  });
});

describe('iref', () => {
  const reference = (width: typeof u16, from: number, count: number, ...to: readonly number[]) =>
    box('cdsc', concat(width(from), u16(count), ...to.map((id) => width(id))));

  test.each([
    ['ids of 16 bits', 0, u16, 7],
    ['ids of 32 bits', 1, u32, 70_000],
  ] as const)('%s', (_name, version, width, id) => {
    const boxes = [reference(width, id, 3, 1, 2, id), reference(width, 4, 1, 5, 6), reference(width, 8, 9, 3)];
    expect(parse(fullBox('iref', version, 0, concat(...boxes))).references).toEqual([
      { type: 'cdsc', from: id, to: [1, 2, id] },
      { type: 'cdsc', from: 4, to: [5] },
      { type: 'cdsc', from: 8, to: [3] },
    ]);
  });
});

test('iref of types that are not needed', () => {
  const boxes = ['thmb', 'auxl', 'prem', 'iloc'].map((type) => box(type, concat(u16(1), u16(1), u16(2))));
  expect(parse(fullBox('iref', 0, 0, concat(...boxes))).references).toEqual([{ type: 'iloc', from: 1, to: [2] }]);
});

test.each([
  ['of many items', concat(u16(1), u16(30_000), new Uint8Array(60_000)), [30_000, 30_000, maxItems - 60_002]],
  ['of no items', concat(u16(1), u16(0)), Array.from({ length: maxItems }, () => 0)],
])('references %s and the items they lead to keep within the limit', (_name, payload, counts) => {
  const { references } = parse(fullBox('iref', 0, 0, repeated(counts.length + 9, box('cdsc', payload))));
  expect(references.map(({ to }) => to.length)).toEqual(counts);
});

test('the parts that are kept are counted: items, references, places and properties, and what these hold', () => {
  const iref = fullBox('iref', 0, 0, box('cdsc', concat(u16(1), u16(2), u16(8), u16(9))));
  const iloc = fullBox('iloc', 0, 0, concat(u16(0x2000), u16(1), u16(1), u16(0), u16(3), new Uint8Array(6)));
  const ipco = box('ipco', concat(box('ispe', noise(12)), box('irot', noise(1))));
  const ipma = fullBox('ipma', 0, 0, concat(u32(1), u16(2), u8(2, 1, 2)));
  const iprp = box('iprp', concat(ipco, ipma));
  expect(countParts(parse())).toBe(0);
  expect(countParts(parse(itemsUpTo(2)))).toBe(2);
  expect(countParts(parse(itemsUpTo(2), iref))).toBe(2 + 3);
  expect(countParts(parse(itemsUpTo(2), iref, iloc))).toBe(2 + 3 + 4);
  expect(countParts(parse(itemsUpTo(2), iref, iloc, iprp))).toBe(2 + 3 + 4 + 3);
});

test('iref of another type than cdsc: only the first item', () => {
  const dimg = box('dimg', concat(u16(1), u16(3), u16(7), u16(8), u16(9)));
  const empty = box('dimg', concat(u16(2), u16(0), u16(7)));
  expect(parse(fullBox('iref', 0, 0, concat(dimg, empty))).references).toEqual([
    { type: 'dimg', from: 1, to: [7] },
    { type: 'dimg', from: 2, to: [] },
  ]);
});

describe('iprp', () => {
  const ipco = box('ipco', concat(box('ispe', noise(12)), box('irot', noise(1)), box('pixi', noise(6))));
  const ipma = (count: number, ...associations: readonly Uint8Array[]) =>
    fullBox('ipma', 0, 0, concat(u32(count), ...associations));
  const of = (id: number, ...indexes: readonly number[]) => concat(u16(id), u8(indexes.length, ...indexes));
  const typesOf = (...boxes: readonly Uint8Array[]) =>
    [...parse(itemsUpTo(600), box('iprp', concat(...boxes))).properties].map(([id, own]) => [
      id,
      ...own.map(({ type }) => type),
    ]);

  test.each<[string, readonly Uint8Array[], readonly (readonly (number | string)[])[]]>([
    [
      'in their order',
      [ipco, ipma(2, of(1, 3, 1), of(2, 2))],
      [
        [1, 'pixi', 'ispe'],
        [2, 'irot'],
      ],
    ],
    ['as many as it says', [ipco, ipma(1, of(1, 1), of(2, 2))], [[1, 'ispe']]],
    ['the first list of an item', [ipco, ipma(2, of(1, 1), of(1, 2)), ipma(1, of(1, 3))], [[1, 'ispe']]],
    [
      'of two ipma',
      [ipco, ipma(1, of(1, 1)), ipma(1, of(2, 2))],
      [
        [1, 'ispe'],
        [2, 'irot'],
      ],
    ],
    ['not of an ipma too short', [ipco, box('ipma', noise(7)), ipma(1, of(2, 2))], [[2, 'irot']]],
    ['not of another box', [ipco, box('ipmx', ipma(1, of(1, 1)).subarray(8)), ipma(1, of(2, 2))], [[2, 'irot']]],
    ['up to an association cut after its id', [ipco, ipma(2, of(1, 1), u16(2))], [[1, 'ispe']]],
    ['none without ipco', [ipma(1, of(1, 1))], [[1]]],
  ])('properties %s', (_name, boxes, properties) => {
    expect(typesOf(...boxes)).toStrictEqual(properties);
  });

  test('only properties of the primary item, its first tile and items that are not hidden', () => {
    const pitm = fullBox('pitm', 0, 0, u16(1));
    const items = fullBox('iinf', 0, 0, concat(u16(5), ...[1, 2, 3, 4].map((id) => infe(id, 2, 1)), infe(5)));
    const iref = fullBox('iref', 0, 0, box('dimg', concat(u16(1), u16(2), u16(3), u16(2))));
    const all = [1, 2, 3, 4, 5, 6].map((id) => of(id, 2));
    const { properties } = parse(pitm, items, iref, box('iprp', concat(ipco, ipma(all.length, ...all))));
    expect([...properties.keys()]).toEqual([1, 3, 5]);
  });

  test('properties up to an association that goes on after all bytes', () => {
    const boxes = box('iprp', concat(ipco, ipma(2, of(1, 2), concat(u16(2), u8(255)))));
    const { properties } = parseMeta(concat(u32(0), hdlr, itemsUpTo(2), boxes));
    expect([...properties.keys()]).toEqual([1]);
  });

  test('properties before an ipma too short at the end of all bytes', () => {
    const boxes = box('iprp', concat(ipco, ipma(1, of(1, 2)), box('ipma', noise(3))));
    const { properties } = parseMeta(concat(u32(0), hdlr, itemsUpTo(2), boxes));
    expect([...properties.keys()]).toEqual([1]);
  });

  test.each([
    ['that reach it', 128, maxItems / 128],
    ['that go beyond it with the last item', 255, Math.ceil(maxItems / 255)],
  ])('keep within the limit: items of as many %s', (_name, own, items) => {
    const many = Array.from({ length: items + 20 }, (_, i) => of(i + 1, ...Array.from({ length: own }, () => 1)));
    expect(typesOf(ipco, ipma(many.length, ...many))).toHaveLength(items);
  });
});

describe('damage', () => {
  const sound = {
    pitm: fullBox('pitm', 0, 0, u16(7)),
    iinf: fullBox('iinf', 0, 0, concat(u16(2), infe(2), infe(7, 2, 0, 'hvc1'))),
    iloc: fullBox('iloc', 0, 0, concat(u16(0x2200), u16(1), u16(2), u16(0), u16(1), u16(5), u16(6))),
    iref: fullBox('iref', 0, 0, box('cdsc', concat(u16(2), u16(1), u16(7)))),
    iprp: box('iprp', fullBox('ipma', 0, 0, concat(u32(1), u16(7), u8(0)))),
  };
  const whole = {
    pitm: 7,
    iinf: [
      { id: 2, type: 'Exif', hidden: false },
      { id: 7, type: 'hvc1', hidden: false },
    ],
    iloc: [{ id: 2, method: 0, extents: [{ offset: 5, length: 6 }] }],
    iref: [{ type: 'cdsc', from: 2, to: [7] }],
    iprp: new Map([[7, []]]),
  };
  /** Parsed without anything after the last box. */
  const bare = (...boxes: readonly Uint8Array[]) => parseMeta(concat(u32(0), hdlr, ...boxes));
  const byBox = ({ primary, listedItems, locations, references, properties }: Meta) => ({
    pitm: primary,
    iinf: listedItems,
    iloc: locations,
    iref: references,
    iprp: properties,
  });

  test('sound boxes are whole', () => {
    const meta = bare(...Object.values(sound));
    expect(byBox(meta)).toEqual(whole);
    expect(meta.isWhole).toBe(true);
  });

  test.each([
    ['pitm', 1, { pitm: null }],
    ['iinf', 0, { iinf: [], iloc: [] }],
    ['iloc', 5, { iloc: [] }],
    ['iref', 0, { iref: [] }],
  ] as const)('in %s costs that alone, or what it leads to', (type, length, left) => {
    const others = Object.values({ ...sound, [type]: new Uint8Array(0) });
    const meta = bare(...others, box(type, sound[type].subarray(8, 8 + length)));
    expect(byBox(meta)).toEqual({ ...whole, ...left });
    expect(meta.isWhole).toBe(false);
  });

  test('where boxes are missing: nothing is damaged', () => {
    expect(bare()).toMatchObject({ primary: null, listedItems: [], locations: [], references: [], isWhole: true });
  });

  test('the first box of a type counts', () => {
    expect(bare(sound.pitm, fullBox('pitm', 0, 0, u16(8))).primary).toBe(7);
  });
});
