import { memoryReader } from '../../../lib/bytes/reader';
import { png } from '../../../lib/container/png';
import { maxHops, maxProfileBytes, maxProfiles, pngTail } from '../../../lib/limits';
import { concat, latin1, noise, patched, u32 } from '../../../testing/build/bytes';
import { tiffBytes } from '../../../testing/build/containers';
import {
  actl,
  buildPng,
  type Chunk,
  exifChunk,
  idat,
  iend,
  ihdr,
  phys,
  profileDump,
  rawProfile,
  type TextKind,
  textChunk,
} from '../../../testing/build/png';
import { ascii, buildTiff } from '../../../testing/build/tiff';
import { cpuMsSince } from '../../../testing/compare/cpu-time';
import { locateIn, still } from '../../../testing/compare/located';
import { problemOf } from '../../../testing/compare/problem';

const other = buildTiff({ fields: [ascii(0x010f, 'Another maker')] });
const app1 = concat(latin1('Exif\0\0'), tiffBytes);
const size = ihdr(640, 480);
const exif = exifChunk(tiffBytes);
const kinds: readonly TextKind[] = ['tEXt', 'zTXt', 'iTXt', 'iTXt deflated'];

test.each([
  ['the signature', '\x89PNG\r\n\x1a\n', true],
  ['a damaged signature', '\x89PNG\n\x1a\n\0', false],
  ['JPEG', '\xff\xd8\xff', false],
])('matches %s: %p', (_name, head, expected) => {
  expect(png.matches(latin1(head))).toBe(expected);
});

/** A raw profile of type APP1 whose dump has this name [ImageMagick]. */
function namedProfile(name: string, lineEnd = '\n'): Chunk {
  const digits = [...app1].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const lines = ['', name, `     ${app1.length}`, ...(digits.match(/.{1,72}/g) ?? []), ''];
  return textChunk('zTXt', 'Raw profile type APP1', lines.join(lineEnd));
}

const times = (count: number, chunk: Chunk) => Array.from({ length: count }, () => chunk);
const broken = exifChunk(noise(40));
const wrongCrc = { ...exifChunk(new Uint8Array(0)), crc: 1 };
const rawExif = rawProfile('zTXt', 'exif', tiffBytes);
const noProfile = rawProfile('zTXt', 'APP1', latin1('http://ns.adobe.com/xap/1.0/\0'));

describe('finds EXIF', () => {
  const profiles = kinds.flatMap((kind) =>
    [
      ['exif', tiffBytes],
      ['exif', app1],
      ['APP1', app1],
    ].map(([name, bytes]) => rawProfile(kind, name as string, bytes as Uint8Array)),
  );
  const cases: readonly (readonly [name: string, chunks: readonly Chunk[]])[] = [
    ['in eXIf before IDAT', [size, exif, idat(), iend]],
    ['in eXIf with the identifier of JPEG', [size, exifChunk(app1), idat(), iend]],
    ['in eXIf behind IDAT', [size, idat(), idat(), exif, iend]],
    ['in eXIf behind IDAT, before others', [size, idat(), exif, textChunk('tEXt', 'Author', 'me'), iend]],
    ['in the first of two eXIf before IDAT', [size, exif, exifChunk(other), idat(), iend]],
    ['in eXIf before IDAT rather than behind', [size, exif, idat(), exifChunk(other), iend]],
    ['in eXIf rather than a raw profile', [size, rawProfile('zTXt', 'exif', other), exif, idat(), iend]],
    ['in eXIf rather than a raw profile, behind IDAT', [size, idat(), rawProfile('zTXt', 'exif', other), exif, iend]],
    [
      'behind an eXIf that holds none',
      [size, exifChunk(noise(40)), rawProfile('zTXt', 'exif', tiffBytes), idat(), iend],
    ],
    [
      'in the first of two raw profiles',
      [size, rawProfile('tEXt', 'exif', tiffBytes), rawProfile('tEXt', 'exif', other), idat(), iend],
    ],
    ['in a raw profile whose name has spaces', [size, namedProfile('generic profile'), idat(), iend]],
    ['in a raw profile without a name', [size, namedProfile(''), idat(), iend]],
    ['in a raw profile whose name has digits', [size, namedProfile('12 ab 34'), idat(), iend]],
    ['in a raw profile after a blank line', [size, namedProfile('  \ngeneric profile'), idat(), iend]],
    ['in a raw profile with line ends of Windows', [size, namedProfile('generic profile', '\r\n'), idat(), iend]],
    ['after seven that cannot be read', [size, ...times(7, broken), exif, idat(), iend]],
    [
      'in a raw profile after blocks that are not raw profiles',
      [size, ...times(maxProfiles - 1, noProfile), rawExif, idat(), iend],
    ],
    ['behind IDAT after 31 with a wrong CRC', [size, idat(), ...times(31, wrongCrc), exif, iend]],
    ['though its CRC before IDAT is wrong', [size, { ...exif, crc: 1 }, idat(), iend]],
    ...profiles.flatMap((profile, i): [string, Chunk[]][] => [
      [`in raw profile ${i}, ${profile.type}, before IDAT`, [size, profile, idat(), iend]],
      [`in raw profile ${i}, ${profile.type}, behind IDAT`, [size, idat(), profile, iend]],
    ]),
  ];
  test.each(cases)('%s', async (_name, chunks) => {
    const { shape, exif: found } = await locateIn(png, buildPng(chunks));
    expect(found).toEqual(tiffBytes);
    expect(shape).toEqual(still(640, 480));
  });

  test('in a dump of capital letters and other line ends', async () => {
    const dump = profileDump('exif', tiffBytes).toUpperCase().replaceAll('\n', '\r\n').replace('EXIF', 'exif');
    const chunk = textChunk('tEXt', 'Raw profile type exif', dump);
    expect((await locateIn(png, buildPng([size, chunk, idat(), iend]))).exif).toEqual(tiffBytes);
  });

  test('in a dump with other characters between the lines of digits', async () => {
    const [lead, name, length, ...digits] = profileDump('exif', tiffBytes).split('\n');
    const dump = [lead, name, length, digits.join(' /:@G`gz\n')].join('\n');
    const chunk = textChunk('tEXt', 'Raw profile type exif', dump);
    expect((await locateIn(png, buildPng([size, chunk, idat(), iend]))).exif).toEqual(tiffBytes);
  });

  test('before IDAT without reading the image data', async () => {
    const { ranges } = await locateIn(png, buildPng([size, exif, idat(100_000), iend]));
    expect(Math.max(...ranges.map(({ end }) => end))).toBeLessThan(1000);
  });

  test('after a megabyte of image data, of which only the end is read', async () => {
    const bytes = buildPng([
      size,
      ...Array.from({ length: 32 }, () => ({ ...idat(0), data: new Uint8Array(32_768), crc: 0 })),
      exif,
      iend,
    ]);
    const { exif: found, ranges } = await locateIn(png, bytes);
    expect(found).toEqual(tiffBytes);
    const late = ranges.filter(({ start }) => start > 1000);
    expect(Math.min(...late.map(({ start }) => start))).toBe(bytes.length - pngTail);
  });

  test('when the object ends inside eXIf, as far as it goes', async () => {
    const bytes = buildPng([size, exif]);
    expect((await locateIn(png, bytes.subarray(0, 33 + 8 + 100))).exif).toEqual(tiffBytes.subarray(0, 100));
  });
});

describe('finds no EXIF', () => {
  const xmp = concat(latin1('http://ns.adobe.com/xap/1.0/\0'), noise(40));
  const iTxt = (fields: string, text: string) => ({
    type: 'iTXt',
    data: latin1(`Raw profile type exif\0${fields}${text}`),
  });
  const bomb = textChunk(
    'zTXt',
    'Raw profile type exif',
    profileDump('exif', concat(tiffBytes, new Uint8Array(maxProfileBytes / 2))),
  );
  test('nor a broken block in a profile APP1 that is XMP', async () => {
    expect((await png.locate(memoryReader(buildPng([size, noProfile, idat(), iend])))).exif).toBeNull();
  });

  const cases: readonly (readonly [name: string, chunks: readonly Chunk[]])[] = [
    ['where there is none', [size, idat(), iend]],
    ['in eXIf without a TIFF header', [size, exifChunk(noise(40)), idat(), iend]],
    ['in an empty eXIf', [size, exifChunk(new Uint8Array(0)), idat(), exifChunk(new Uint8Array(0)), iend]],
    ['in a profile of another name', [size, rawProfile('tEXt', 'iptc', tiffBytes), idat(), iend]],
    [
      'in another text',
      [size, textChunk('tEXt', 'Raw profile text exif', profileDump('exif', tiffBytes)), idat(), iend],
    ],
    ['in a chunk of another type', [size, { ...rawProfile('iTXt', 'exif', tiffBytes), type: 'prIv' }, idat(), iend]],
    ['after eight that cannot be read', [size, ...times(8, broken), exif, idat(), iend]],
    [
      'in a raw profile after as many as are looked at',
      [size, ...times(maxProfiles, noProfile), rawExif, idat(), iend],
    ],
    ['behind IDAT after 32 with a wrong CRC', [size, idat(), ...times(32, wrongCrc), exif, iend]],
    ['in a profile APP1 that is XMP', [size, rawProfile('zTXt', 'APP1', xmp), idat(), iend]],
    [
      'in a profile that does not inflate',
      [size, { ...rawProfile('tEXt', 'exif', tiffBytes), type: 'zTXt' }, idat(), iend],
    ],
    ['in a profile without a text', [size, textChunk('zTXt', 'Raw profile type exif', ''), idat(), iend]],
    ['in a profile without digits', [size, textChunk('tEXt', 'Raw profile type exif', '\nexif\n'), idat(), iend]],
    [
      'in an iTXt cut before its text',
      [size, { type: 'iTXt', data: latin1('Raw profile type exif\0\0\0en\0') }, idat(), iend],
    ],
    ['in an iTXt without a language', [size, iTxt('\0\0', profileDump('exif', tiffBytes)), idat(), iend]],
    [
      'in an iTXt without a translated keyword',
      [size, iTxt('\0\0en\0', profileDump('exif', tiffBytes).replace('\nexif', '')), idat(), iend],
    ],
    [
      'in an iTXt cut behind its keyword',
      [size, { type: 'iTXt', data: latin1('Raw profile type exif\0') }, idat(), iend],
    ],
    ['in a profile that inflates to more than the limit', [size, bomb, idat(), iend]],
    ['behind IDAT with a wrong CRC', [size, idat(), { ...exif, crc: 1 }, iend]],
    ['behind IDAT without IEND', [size, idat(), exif]],
    ['behind IEND', [size, idat(), iend, exif]],
    ['behind IEND before IDAT', [size, iend, exif, idat()]],
    ['further than the tail from the end', [size, idat(), exif, textChunk('tEXt', 'x', 'y'.repeat(pngTail)), iend]],
  ];
  test.each(cases)('%s', async (_name, chunks) => {
    const { shape, exif: found } = await locateIn(png, buildPng(chunks));
    expect(found).toBeNull();
    expect(shape).toEqual(still(640, 480));
  });

  test('in image data that looks like a chunk: its chain does not lead to IEND', async () => {
    const look = buildPng([exifChunk(other)]).subarray(8);
    const data = concat(noise(50), look, noise(50));
    const { exif: found } = await locateIn(png, buildPng([size, { type: 'IDAT', data }, exif, iend]));
    expect(found).toEqual(tiffBytes);
  });
});

test('a tail full of sound chunks that hold nothing takes little time', async () => {
  const empty = Array.from({ length: 5000 }, () => exifChunk(new Uint8Array(0)));
  const bytes = buildPng([size, idat(), ...empty, exif]);
  const start = process.cpuUsage();
  expect((await locateIn(png, bytes)).exif).toBeNull();
  expect(cpuMsSince(start)).toBeLessThan(2000);
});

describe('the frames', () => {
  test.each([
    [1, 1],
    [5, 5],
    [0, 1],
    [2 ** 32 - 1, 2 ** 32 - 1],
  ])('acTL of %i is %i', async (stated, frames) => {
    const { shape } = await locateIn(png, buildPng([size, actl(stated), idat(), iend]));
    expect(shape).toEqual({ width: 640, height: 480, frames, animated: true });
  });

  test('acTL after IDAT does not count', async () => {
    expect((await locateIn(png, buildPng([size, idat(), actl(5), iend]))).shape).toEqual(still(640, 480));
  });

  test('acTL of less than four bytes at the end is DamagedImage', async () => {
    const bytes = buildPng([size, actl(5)]);
    expect(await problemOf(() => locateIn(png, bytes.subarray(0, 33 + 8 + 3)))).toBe('DamagedImage');
  });
});

describe('the walk', () => {
  test.each([
    ['nothing but the signature', buildPng([])],
    ['no IHDR', buildPng([idat(), iend])],
    ['an IHDR cut short', buildPng([size]).subarray(0, 8 + 8 + 7)],
    ['a density without IHDR', buildPng([phys(1, 1), idat(), iend])],
    ['frames without IHDR', buildPng([actl(5), idat(), iend])],
    ['IHDR after the last chunk that is visited', buildPng([...times(maxHops, textChunk('tEXt', '', '')), size])],
  ])('%s is DamagedImage', async (_name, bytes) => {
    expect(await problemOf(() => locateIn(png, bytes))).toBe('DamagedImage');
  });

  test.each([
    ['as the last chunk that is visited', [...times(maxHops - 1, textChunk('tEXt', '', '')), size]],
    ['far after EXIF', [exif, { type: 'iCCP', data: new Uint8Array(70_000) }, size, idat(), iend]],
  ])('finds IHDR %s', async (_name, chunks) => {
    expect((await locateIn(png, buildPng(chunks))).shape).toEqual(still(640, 480));
  });

  test('ends at a chunk that claims more than the object has', async () => {
    const bytes = buildPng([size, { ...textChunk('tEXt', 'a', 'b'), claims: 0xffffffff }, exif, idat(), iend]);
    const { shape, exif: found } = await locateIn(png, bytes);
    expect({ shape, found }).toEqual({ shape: still(640, 480), found: null });
  });

  test('takes an eXIf that claims too much as far as the object goes', async () => {
    const bytes = buildPng([size, { ...exif, claims: 0xffffffff }]);
    const found = (await locateIn(png, bytes)).exif;
    expect(found?.subarray(0, tiffBytes.length)).toEqual(tiffBytes);
  });

  test('does not read a profile that claims more than the limit', async () => {
    const chunk = { ...rawProfile('tEXt', 'exif', tiffBytes), claims: maxProfileBytes + 1 };
    const { ranges } = await locateIn(png, concat(buildPng([size, chunk]), new Uint8Array(maxProfileBytes + 100)));
    expect(Math.max(...ranges.map(({ start, end }) => end - start))).toBeLessThan(100);
  });

  test('reads a profile of the longest length', async () => {
    const chunk = { ...rawProfile('tEXt', 'exif', tiffBytes), claims: maxProfileBytes };
    const bytes = concat(buildPng([size, chunk]), new Uint8Array(maxProfileBytes));
    expect((await locateIn(png, bytes)).exif?.subarray(0, tiffBytes.length)).toEqual(tiffBytes);
  });

  test('reads the size as unsigned', async () => {
    const bytes = patched(buildPng([size, idat(), iend]), 16, u32(0xffffffff));
    expect((await locateIn(png, bytes)).shape).toEqual(still(0xffffffff, 480));
  });
});
