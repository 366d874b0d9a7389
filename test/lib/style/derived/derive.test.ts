import { type DerivedMembers, derive } from '../../../../lib/style/derived/derive';
import type { ExifRecord, ImageShape, TagEntry } from '../../../../lib/types';
import { recordOf } from '../../../../testing/fakes/record';
import { derivedOf, entry, from, ratio, short, signed } from './entries';

test('of no EXIF and of no known tag follows nothing but the size', () => {
  expect(derive(recordOf(null))).toEqual({ width: 3, height: 2 });
  expect(derivedOf([short('IFD0', 0xfffe, 1)])).toEqual({ width: 3, height: 2 });
});

describe('the size once upright', () => {
  const shape: ImageShape = { width: 3, height: 2, frames: 1, animated: false };
  const turned = (orientation: number, more: Partial<ExifRecord> = {}): DerivedMembers =>
    derivedOf([short('IFD0', 0x0112, orientation)], { shape, ...more });

  test.each([1, 2, 3, 4])('orientation %i keeps the sides', (orientation) => {
    expect(turned(orientation)).toEqual({ width: 3, height: 2, orientation });
  });

  test.each([5, 6, 7, 8])('orientation %i swaps them', (orientation) => {
    expect(turned(orientation)).toEqual({ width: 2, height: 3, orientation });
  });

  test.each([0, 9, 65_535])('orientation %i is ignored', (orientation) => {
    expect(turned(orientation)).toEqual({ width: 3, height: 2 });
  });

  test.each(['heif', 'jxl'])('%s has its own orientation: the tag has no effect', (container) => {
    expect(turned(6, { container })).toEqual({ width: 3, height: 2 });
    expect(turned(1, { container, shape: { ...shape, orientation: 8 } })).toEqual({
      width: 2,
      height: 3,
      orientation: 8,
    });
  });

  test('the thumbnail and SubIFDs have no part in it', () => {
    expect(derivedOf([short('IFD1', 0x0112, 6), short('SubIFD0', 0x0112, 6)], { shape })).toEqual({
      width: 3,
      height: 2,
    });
  });

  test('an unknown side stays absent', () => {
    expect(turned(6, { shape: { ...shape, height: null } })).toEqual({ height: 3, orientation: 6 });
  });
});

describe('exposure', () => {
  test.each<[string, readonly TagEntry[], DerivedMembers]>([
    [
      'as stated',
      [ratio('Exif', 0x829a, [1, 50]), ratio('Exif', 0x829d, [28, 10])],
      { exposureTime: 0.02, fNumber: 2.8 },
    ],
    [
      'else of APEX values',
      [signed('Exif', 0x9201, [5, 1]), ratio('Exif', 0x9202, [4, 1])],
      { exposureTime: 1 / 32, fNumber: 4 },
    ],
    ['of a second and more', [signed('Exif', 0x9201, [-3, 1])], { exposureTime: 8 }],
    [
      'signed, though stored unsigned',
      [ratio('Exif', 0x9201, [4_294_967_293, 1]), ratio('Exif', 0x9204, [4_294_967_295, 3])],
      { exposureTime: 8, exposureBias: -1 / 3 },
    ],
    [
      'not by zero, not 0',
      [ratio('Exif', 0x829a, [1, 0]), ratio('Exif', 0x829d, [0, 1]), signed('Exif', 0x9204, [1, 0])],
      {},
    ],
    [
      'not of what no camera has',
      [signed('Exif', 0x9201, [-2_147_483_648, 1]), ratio('Exif', 0x9202, [4_294_967_295, 1])],
      {},
    ],
    ['not of a lens without contacts', [ratio('Exif', 0x829d, [0, 1]), ratio('Exif', 0x9202, [0, 1])], {}],
    ['not of one whose f-number is unknown', [ratio('Exif', 0x829d, [0, 0]), ratio('Exif', 0x9202, [0, 1])], {}],
    ['an aperture of f/1, alone', [ratio('Exif', 0x9202, [0, 1])], { fNumber: 1 }],
    [
      'an aperture beside an f-number of 0',
      [ratio('Exif', 0x829d, [0, 1]), ratio('Exif', 0x9202, [2, 1])],
      { fNumber: 2 },
    ],
    ['bias', [signed('Exif', 0x9204, [-1, 3])], { exposureBias: -1 / 3 }],
    ['no bias is 0', [signed('Exif', 0x9204, [0, 10])], { exposureBias: 0 }],
    ['no bias of four SHORTs', [short('Exif', 0x9204, 36, 0, 18, 0)], {}],
    [
      'focal lengths',
      [ratio('Exif', 0x920a, [50, 1]), short('Exif', 0xa405, 75)],
      { focalLength: 50, focalLength35: 75 },
    ],
    ['unknown focal lengths', [ratio('Exif', 0x920a, [0, 0]), short('Exif', 0xa405, 0)], {}],
    ['sensitivity', [short('Exif', 0x8827, 200)], { iso: 200 }],
    ['the first of several', [short('Exif', 0x8827, 100, 0)], { iso: 100 }],
    ['beyond a SHORT', [short('Exif', 0x8827, 65_535), entry('Exif', 0x8832, 4, [102_400])], { iso: 102_400 }],
    ['of another tag', [entry('Exif', 0x8833, 4, [49])], { iso: 49 }],
    ['nowhere else', [short('Exif', 0x8827, 65_535)], {}],
  ])('%s', (_name, entries, expected) => {
    expect(from(...entries)).toEqual(expected);
  });

  test('the first of a tag wins, IFD0 over Exif; other IFDs do not count', () => {
    expect(from(short('Exif', 0x8827, 1), short('Exif', 0x8827, 2))).toEqual({ iso: 1 });
    expect(from(short('Exif', 0x8827, 1), short('IFD0', 0x8827, 2))).toEqual({ iso: 2 });
    expect(from(short('IFD1', 0x8827, 1), short('Raw', 0x8827, 1), short('GPS', 0x8827, 1))).toEqual({});
  });
});
