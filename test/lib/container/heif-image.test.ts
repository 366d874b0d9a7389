// What the properties of an image item state: which of them count, and what one that is too short costs.
import { boxesIn } from '../../../lib/container/bmff';
import { type ItemImage, readItemImage } from '../../../lib/container/heif-image';
import type { Meta } from '../../../lib/container/heif-meta';
import { box, free, fullBox } from '../../../testing/build/bmff';
import { concat, noise, u32 } from '../../../testing/build/bytes';

const ispe = (width: number, height: number) => fullBox('ispe', 0, 0, concat(u32(width), u32(height)));
const pixi = (...bits: number[]) => fullBox('pixi', 0, 0, Uint8Array.of(bits.length, ...bits));
const hvcC = (depth: number, length = 18) => {
  const payload = new Uint8Array(Math.max(length, 18)).fill(0xff);
  payload[17] = 0xf8 | (depth - 8);
  return box('hvcC', payload.subarray(0, length));
};
const av1C = (profile: number, flags: number, length = 4) =>
  box('av1C', Uint8Array.of(0x81, profile << 5, flags, 0).subarray(0, length));
const size = ispe(3, 2);
const image: ItemImage = { width: 3, height: 2, orientation: 1 };

/** A `meta` whose item 1 has the first properties, and whose item 2 has the others. */
function metaOf(
  own: readonly Uint8Array[],
  others: readonly Uint8Array[] = [],
  references: Meta['references'] = [],
): Meta {
  // Zeros after the last box, for a read that goes on after its end.
  const bytes = concat(noise(5), ...own, ...others, free(99));
  const boxes = boxesIn(bytes, 5, bytes.length);
  const properties = new Map([
    [1, boxes.slice(0, own.length)],
    [2, boxes.slice(own.length, -1)],
  ]);
  return { primary: 1, listedItems: [], locations: [], references, idat: noise(0), properties, bytes, isWhole: true };
}

test.each<[string, readonly Uint8Array[], ItemImage | null]>([
  ['no properties', [], null],
  ['no size', [pixi(8), hvcC(10)], null],
  ['a size', [size], image],
  ['the first of two sizes', [size, ispe(5, 4)], image],
  ['a size after one too short', [box('ispe', noise(11)), size], image],
  ['a size after a long box of another type', [box('clap', noise(32)), size], image],
  ['the depth of pixi', [size, pixi(10)], { ...image, bitDepth: 10 }],
  ['that of the first that states one', [size, hvcC(12), pixi(10)], { ...image, bitDepth: 12 }],
  [
    'that of hvcC after a pixi of no channel',
    [size, box('pixi', noise(9).fill(0)), hvcC(9)],
    { ...image, bitDepth: 9 },
  ],
  ['that of hvcC after a pixi too short', [size, box('pixi', noise(5).fill(1)), hvcC(9)], { ...image, bitDepth: 9 }],
  ['that of pixi after an hvcC too short', [size, hvcC(12, 17), pixi(10)], { ...image, bitDepth: 10 }],
  ['that of pixi after an av1C too short', [size, av1C(2, 0x60, 3), pixi(9)], { ...image, bitDepth: 9 }],
  ['that of pixi after boxes of other types', [size, box('colr', noise(30)), pixi(9)], { ...image, bitDepth: 9 }],
  ['AV1 of 8 bits', [size, av1C(2, 0x20)], { ...image, bitDepth: 8 }],
  ['AV1 of 10 bits', [size, av1C(1, 0x60)], { ...image, bitDepth: 10 }],
  ['AV1 of 10 bits in the profile of 12', [size, av1C(2, 0x40)], { ...image, bitDepth: 10 }],
  ['AV1 of 12 bits', [size, av1C(2, 0x60)], { ...image, bitDepth: 12 }],
  ['a turn', [size, box('irot', Uint8Array.of(1))], { ...image, orientation: 8 }],
  ['a mirror', [size, box('imir', Uint8Array.of(0))], { ...image, orientation: 4 }],
  ['a turn and a mirror without their bytes', [size, box('irot', noise(0)), box('imir', noise(0))], image],
])('%s', (_name, own, expected) => {
  expect(readItemImage(metaOf(own), 1)).toEqual(expected);
});

test('an item that is not listed has no size', () => {
  expect(readItemImage(metaOf([size]), 3)).toBeNull();
});

describe('an item without a depth has that of', () => {
  const dimg = (from: number, ...to: number[]) => ({ type: 'dimg', from, to });
  test.each<[string, Meta['references'], number | undefined]>([
    ['its first tile', [dimg(1, 2, 1)], 10],
    ['no tile but the first', [dimg(1, 3, 2)], undefined],
    ['no tile of another item', [dimg(4, 2)], undefined],
    ['nothing that it has another reference to', [{ type: 'thmb', from: 1, to: [2] }], undefined],
    [
      'its tile after references of other kinds and items',
      [{ type: 'thmb', from: 1, to: [3] }, dimg(4, 3), dimg(1, 2)],
      10,
    ],
    ['no tile where the list is empty', [dimg(1)], undefined],
  ])('%s', (_name, references, bitDepth) => {
    expect(readItemImage(metaOf([size], [pixi(10)], references), 1)?.bitDepth).toBe(bitDepth);
  });
});
