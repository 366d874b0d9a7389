// The images of an MPF index: types, places, and damage.
import { maxMpfImages } from '../../../lib/block/limits';
import { parseMpf } from '../../../lib/block/mpf';
import { latin1, patched, u16, u32 } from '../../../testing/build/bytes';
import { everyCut, everyFlip } from '../../../testing/build/damage';
import { buildMpf, type MpfEntry } from '../../../testing/build/small-blocks';

const entries: readonly MpfEntry[] = [
  [0x20030000, 900, 0],
  [0x40010001, 80, 1000],
  [0x00050000, 70, 1100],
];
const images = [
  { type: 'primary', offset: 0, size: 900, dependent: false },
  { type: 'thumbnail-vga', offset: 1500, size: 80, dependent: true },
  { type: 'gain-map', offset: 1600, size: 70, dependent: false },
];

test.each([true, false])('images with offsets in the file; little endian: %s', (littleEndian) => {
  expect(parseMpf(buildMpf(entries, littleEndian), 500)).toEqual({ images, warnings: [] });
});

test.each<[number, string]>([
  [0x00000000, 'undefined'],
  [0x00010002, 'thumbnail-full-hd'],
  [0x80020001, 'panorama'],
  [0x00020002, 'disparity'],
  [0x00020003, 'multi-angle'],
  [0x07abcdef, '0xabcdef'],
])('attributes %i: %s', (attributes, type) => {
  expect(parseMpf(buildMpf([[attributes, 1, 0]]), 0).images[0]?.type).toBe(type);
});

const whole = buildMpf(entries);
const entryAt = 8 + 2 + 24;
test.each<[string, Uint8Array, string]>([
  ['no TIFF', patched(whole, 0, latin1('XX')), 'no TIFF header'],
  ['an IFD outside', patched(whole, 4, u32(0xffffffff)), 'no list of images'],
  ['no entries', patched(whole, 8, u16(2)), 'no list of images'],
  ['a list outside', patched(whole, entryAt + 8, u32(0xffffffff)), 'only 0 images are read'],
  ['a list that is longer than its bytes', patched(whole, entryAt + 4, u32(0xffffffff)), 'only 3 images are read'],
])('%s: a warning', (_name, bytes, detail) => {
  expect(parseMpf(bytes, 0).warnings).toEqual([{ block: 'mpf', detail }]);
});

test('a limited number of images are read', () => {
  const many = Array.from({ length: maxMpfImages + 1 }, (): MpfEntry => [0x020001, 1, 1]);
  expect(parseMpf(buildMpf(many), 0).images).toHaveLength(maxMpfImages);
});

test('damage at any place: no error, and of a cut list the first images', () => {
  for (const bytes of everyCut(whole)) {
    const read = parseMpf(bytes, 500).images;
    expect(read).toEqual(images.slice(0, read.length));
  }
  for (const bytes of everyFlip(whole)) parseMpf(bytes, 500);
});
