// Raw files of cameras: those with a structure of their own, and those that are TIFF but for a detail.
import { cr3 } from '../../../lib/container/cr3';
import { mrw } from '../../../lib/container/mrw';
import { raf } from '../../../lib/container/raf';
import { rw2 } from '../../../lib/container/rw2';
import { crw } from '../../../lib/container/size-only';
import { tiff } from '../../../lib/container/tiff';
import { x3f } from '../../../lib/container/x3f';
import { box, free, ftyp } from '../../../testing/build/bmff';
import { concat, latin1, noise, u32 } from '../../../testing/build/bytes';
import { tiny, tinyExif } from '../../../testing/build/containers';
import { buildJpeg, comment, exifSegment, frameHeader } from '../../../testing/build/jpeg';
import {
  buildCr3,
  buildCrw,
  buildMrw,
  buildRaf,
  buildRw2,
  buildX3f,
  prd,
  relabelled,
  type X3fSection,
} from '../../../testing/build/raw';
import { ascii, buildTiff, bytesField, type Field, type Ifd, long, pointer, short } from '../../../testing/build/tiff';
import { locateIn, still } from '../../../testing/compare/located';
import { problemOf } from '../../../testing/compare/problem';
import { readBytes } from '../../../testing/compare/read';

const KiB = 1024;
const size = (width: number, height: number): Field[] => [short(0x0100, width), short(0x0101, height)];
const gps: Ifd = { fields: [bytesField(0x0000, 1, [2, 3, 0, 0])] };
const picture = buildJpeg([exifSegment(tiny), frameHeader(640, 480)]);

describe('TIFF by another magic number', () => {
  test.each(['IIRO', 'IIRS', 'MMOR', 'II\xbc\x01'])('%p', async (magic) => {
    const bytes = relabelled(magic, { fields: [...size(640, 480), ...tinyExif.fields] });
    const { container, shape, entries, requests } = await readBytes(bytes);
    expect({ container, shape, requests }).toEqual({ container: 'tiff', shape: still(640, 480), requests: 1 });
    expect(entries).toContain('Exif:a001 [1]');
  });

  test('the size of a JPEG XR is in separate tags', async () => {
    const bytes = relabelled('II\xbc\x01', { fields: [long(0xbc80, 640), long(0xbc81, 480)] });
    expect((await readBytes(bytes)).shape).toEqual(still(640, 480));
  });
});

describe('the size of a raw file is that of the full image, not of a preview', () => {
  const reduced = long(0x00fe, 1);
  const full = long(0x00fe, 0);
  const mask = long(0x00fe, 4);
  const cases: readonly (readonly [name: string, ifd0: Ifd])[] = [
    [
      'in a SubIFD, IFD0 being a preview',
      { fields: [reduced, ...size(160, 120), pointer(0x014a, [{ fields: [full, ...size(640, 480)] }])] },
    ],
    [
      'in the second SubIFD, the first being a preview too',
      {
        fields: [
          reduced,
          ...size(160, 120),
          pointer(0x014a, [{ fields: [reduced, ...size(320, 240)] }, { fields: [full, ...size(640, 480)] }]),
        ],
      },
    ],
    [
      'in the SubIFD of no NewSubfileType',
      { fields: [reduced, ...size(160, 120), pointer(0x014a, [{ fields: size(640, 480) }])] },
    ],
    [
      'in IFD0 that is the full one',
      { fields: [full, ...size(640, 480), pointer(0x014a, [{ fields: [reduced, ...size(160, 120)] }])] },
    ],
    [
      'in IFD0 of no NewSubfileType',
      { fields: [...size(640, 480), pointer(0x014a, [{ fields: [full, ...size(160, 120)] }])] },
    ],
    ['in IFD0 that is a preview, where no SubIFD has a size', { fields: [reduced, ...size(640, 480)] }],
    [
      'not in a SubIFD that is a mask',
      {
        fields: [
          reduced,
          ...size(160, 120),
          pointer(0x014a, [{ fields: [mask, ...size(64, 48)] }, { fields: [full, ...size(640, 480)] }]),
        ],
      },
    ],
  ];
  test.each(cases)('%s', async (_name, ifd0) => {
    expect((await readBytes(buildTiff(ifd0))).shape).toEqual(still(640, 480));
  });
});

describe('CR3', () => {
  const cmt1 = ['CMT1', buildTiff({ fields: [ascii(0x010f, 'Eg'), ...size(640, 480)] })] as const;
  const cmt2 = ['CMT2', buildTiff({ fields: [short(0xa001, 1)] }, { littleEndian: false })] as const;
  const cmt3 = ['CMT3', buildTiff({ fields: [short(0x0001, 9)] })] as const;
  const cmt4 = ['CMT4', buildTiff(gps)] as const;
  const all = ['IFD0:010f [69,103,0]', 'IFD0:0100 [640]', 'IFD0:0101 [480]', 'Exif:a001 [1]', 'GPS:0000 [2,3,0,0]'];

  test('is not taken for HEIF', () => {
    expect(cr3.matches(ftyp('crx ', ['crx ', 'isom']))).toBe(true);
    expect(cr3.matches(ftyp('heic', ['crx ']))).toBe(false);
  });

  test.each<[string, Uint8Array, string[]]>([
    ['each box is an IFD, but the maker note', buildCr3([cmt1, cmt2, cmt3, cmt4]), all],
    [
      'in any order: the first box is that of IFD0 or not',
      buildCr3([cmt4, cmt2, cmt1]),
      [all.at(-1), all[3], ...all.slice(0, 3)] as string[],
    ],
    ['behind other boxes', buildCr3([['CNCV', noise(9)], cmt1, ['THMB', noise(30)], cmt2, cmt4], free(99)), all],
    ['one that is no TIFF stream costs itself', buildCr3([cmt1, cmt2, ['CMT4', noise(40)]]), all.slice(0, 4)],
    ['an empty one costs itself', buildCr3([cmt1, ['CMT2', noise(0)], cmt4]), [...all.slice(0, 3), ...all.slice(4)]],
  ])('%s', async (_name, bytes, entries) => {
    expect(await readBytes(bytes)).toMatchObject({ container: 'cr3', shape: still(640, 480), entries, requests: 1 });
  });

  test('one whose IFD lies outside costs itself', async () => {
    const outside = buildTiff({ fields: [] }, { ifd0: 5000 });
    expect((await readBytes(buildCr3([cmt1, cmt2, ['CMT4', outside]]))).entries).toEqual(all.slice(0, 4));
  });

  test('without IFD0 it is one picture of no known size', async () => {
    expect((await readBytes(buildCr3([cmt2]))).shape).toEqual(still(null, null));
  });

  test.each([
    ['no box of Canon', concat(ftyp('crx '), box('moov', box('uuid', noise(40))))],
    ['no IFD in it', buildCr3([cmt3])],
    ['an empty moov', concat(ftyp('crx '), box('moov', noise(0)))],
  ])('%s: no EXIF', async (_name, bytes) => {
    expect(await readBytes(bytes)).toMatchObject({ shape: still(null, null), entries: null });
  });

  test.each([
    ['no moov', concat(ftyp('crx '), free(9))],
    ['a box of size 0 before moov', concat(ftyp('crx '), free(4, { form: 'open' }), box('moov', noise(9)))],
    [
      'a box of 64-bit size 0 before moov',
      concat(ftyp('crx '), free(4, { form: 'long', claims: 0 }), box('moov', noise(9))),
    ],
    [
      'a box beyond safe integers',
      concat(ftyp('crx '), free(4, { form: 'long', claims: 2n ** 63n }), box('moov', noise(9))),
    ],
  ])('%s is DamagedImage', async (_name, bytes) => {
    expect(await problemOf(() => locateIn(cr3, bytes))).toBe('DamagedImage');
  });
});

describe('RAF', () => {
  test('has the EXIF and the size of its JPEG', async () => {
    const bytes = concat(buildRaf(picture), noise(9000));
    expect(await locateIn(raf, bytes)).toMatchObject({ shape: still(640, 480), exif: tiny });
    expect(await readBytes(bytes)).toMatchObject({ container: 'raf', requests: 1 });
  });

  test('takes a JPEG that claims too much as far as the object goes', async () => {
    expect((await locateIn(raf, buildRaf(picture, { length: 0xffffffff }))).exif).toEqual(tiny);
  });

  test.each([
    ['behind the end', buildRaf(picture, { offset: 0xffffffff })],
    ['at the end', buildRaf(picture, { offset: buildRaf(picture).length })],
    ['of no bytes', buildRaf(picture, { length: 0 })],
    ['at its own start', buildRaf(picture, { offset: 0 })],
    ['that is none', buildRaf(noise(60))],
  ])('a JPEG %s is DamagedImage', async (_name, bytes) => {
    expect(await problemOf(() => locateIn(raf, bytes))).toBe('DamagedImage');
  });

  test.each([16, 84, 91])('a header cut to %i bytes is DamagedImage', async (length) => {
    expect(await problemOf(() => locateIn(raf, buildRaf(picture).subarray(0, length)))).toBe('DamagedImage');
  });
});

describe('MRW', () => {
  const ttw = { name: 'TTW', data: tiny };
  const wbg = { name: 'WBG', data: noise(5) };

  test.each([
    ['PRD first', [prd(640, 480), ttw, wbg]],
    ['others first', [wbg, { name: 'RIF', data: noise(0) }, prd(640, 480), ttw]],
  ])('has the size of the image, not of the sensor: %s', async (_name, blocks) => {
    const bytes = concat(buildMrw(blocks), noise(9000));
    expect(await locateIn(mrw, bytes)).toMatchObject({ shape: still(640, 480), exif: tiny });
    expect(await readBytes(bytes)).toMatchObject({ container: 'mrw', requests: 1 });
  });

  test.each([
    ['without TTW', [prd(640, 480), wbg]],
    ['with TTW that is no TIFF stream', [prd(640, 480), { ...ttw, data: noise(40) }]],
    ['behind a block of 4 GiB', [prd(640, 480), { ...wbg, claims: 0xffffffff }, ttw]],
  ])('%s: no EXIF', async (_name, blocks) => {
    expect((await locateIn(mrw, buildMrw(blocks))).exif).toBeNull();
  });

  test('blocks of nothing without end end', async () => {
    const bytes = concat(buildMrw([prd(640, 480)]), new Uint8Array(200 * KiB));
    expect((await locateIn(mrw, bytes)).exif).toBeNull();
  });
});

describe('RW2', () => {
  const own = [short(0x0002, 700), short(0x0003, 500), ...tinyExif.fields];

  test('comes before TIFF: both know its magic number', () => {
    expect([rw2.matches(latin1('IIU\0')), tiff.matches(latin1('IIU\0'))]).toEqual([true, true]);
  });

  test('has the tags of its JPEG, then its own, which are not those of IFD0', async () => {
    const { container, entries, requests } = await readBytes(buildRw2(own, picture));
    expect({ container, requests }).toEqual({ container: 'rw2', requests: 1 });
    const places = entries?.map((entry) => entry.split(' ')[0]);
    expect(places?.slice(0, 3)).toEqual(['IFD0:010f', 'IFD0:8769', 'Exif:a001']);
    expect(places).toEqual(expect.arrayContaining(['Raw:0002', 'Raw:0003', 'Raw:010f']));
  });

  test.each<[string, Uint8Array]>([
    ['without a JPEG', buildRw2(own)],
    ['a JPEG that is none', buildRw2(own, noise(60))],
    ['a JPEG without EXIF', buildRw2(own, buildJpeg([frameHeader(3, 2)]))],
    ['a JPEG that is damaged at once', buildRw2(own, buildJpeg([comment(3)]))],
    ['a JPEG of no bytes', buildRw2(own, picture, 0)],
  ])('%s: its own tags', async (_name, bytes) => {
    const { entries } = await readBytes(bytes);
    expect(entries).toContain('Exif:a001 [1]');
    expect(entries?.every((entry) => !entry.startsWith('IFD0'))).toBe(true);
  });

  test.each([4, 7])('cut to %i bytes is DamagedImage', async (length) => {
    expect(await problemOf(() => readBytes(buildRw2(own, picture).subarray(0, length)))).toBe('DamagedImage');
  });
});

describe('X3F', () => {
  const preview = { type: 'IMA2', data: buildJpeg([exifSegment(tiny), frameHeader(3, 2)]) };
  const bare = { type: 'IMA2', data: buildJpeg([frameHeader(3, 2)]) };
  const raw = { type: 'IMAG', data: noise(300), format: 30 };
  const properties = { type: 'PROP', data: noise(20) };

  test.each<[string, readonly X3fSection[]]>([
    ['a preview', [preview]],
    ['a preview after others', [properties, raw, preview]],
    ['a preview listed as IMAG', [{ ...preview, type: 'IMAG' }]],
    ['a preview after one without EXIF', [bare, preview]],
    ['a preview whose length reaches past the file', [{ ...preview, claims: 0xffffffff }]],
  ])('EXIF from %s, the size from the header', async (_name, sections) => {
    const result = await readBytes(buildX3f(640, 480, sections));
    expect(result).toMatchObject({ container: 'x3f', shape: still(640, 480) });
    expect(result.entries).toContain('Exif:a001 [1]');
  });

  test.each<[string, Uint8Array]>([
    ['no section', buildX3f(640, 480)],
    ['no preview', buildX3f(640, 480, [raw, properties])],
    ['a preview without EXIF', buildX3f(640, 480, [bare])],
    ['a preview that is not a JPEG', buildX3f(640, 480, [{ type: 'IMA2', data: noise(90) }])],
    ['a directory that leads nowhere', concat(buildX3f(640, 480, [preview]), u32(0xfffffff0, true))],
    ['no directory', buildX3f(640, 480, [preview]).subarray(0, 110)],
  ])('a size alone from a file with %s', async (_name, bytes) => {
    expect(await readBytes(bytes)).toMatchObject({ container: 'x3f', shape: still(640, 480), entries: null });
  });

  test('of a long file takes three requests', async () => {
    const long = { type: 'IMAG', data: new Uint8Array(500 * KiB), format: 30 };
    const { requests, entries } = await readBytes(buildX3f(640, 480, [long, preview, long]));
    expect(entries).toContain('Exif:a001 [1]');
    expect(requests).toBe(3);
  });

  test('cut inside its header is DamagedImage', async () => {
    expect(await problemOf(() => locateIn(x3f, buildX3f(640, 480).subarray(0, 35)))).toBe('DamagedImage');
  });
});

describe('no EXIF', () => {
  test('CRW, nor a size', async () => {
    expect(await readBytes(buildCrw())).toMatchObject({ container: 'crw', shape: still(null, null), entries: null });
    expect(crw.matches(latin1('II\x1a\0\0\0HEAPJPGM'))).toBe(false);
  });
});
