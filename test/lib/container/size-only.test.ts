// Formats that cannot have EXIF: BMP, ICO, CUR, SVG.

import { bmp, ico } from '../../../lib/container/size-only';
import { svg } from '../../../lib/container/svg';
import { latin1, noise, patched, u16, u32, utf8 } from '../../../testing/build/bytes';
import { buildBmp, buildIco } from '../../../testing/build/gif-bmp-psd';
import { cpuMsSince } from '../../../testing/compare/cpu-time';
import { locateIn, still } from '../../../testing/compare/located';
import { problemOf } from '../../../testing/compare/problem';
import { readBytes } from '../../../testing/compare/read';
import type { StatedMembers } from '../../../testing/compare/shape';

describe('BMP', () => {
  test.each([
    ['a core header', buildBmp(640, 480, 12)],
    ['a core header of the largest sides', buildBmp(65_535, 65_535, 12), 65_535, 65_535],
    ...[16, 40, 52, 56, 64, 108, 124].map((length) => [`a header of ${length} bytes`, buildBmp(640, 480, length)]),
    ['rows from the top', buildBmp(640, -480)],
    ['the lowest height of 32 bits', buildBmp(640, -(2 ** 31)), 640, 2 ** 31],
  ] as [string, Uint8Array, number?, number?][])('%s', async (...[, bytes, width = 640, height = 480]) => {
    expect(bmp.matches(bytes)).toBe(true);
    expect(await locateIn(bmp, bytes)).toMatchObject({ shape: still(width, height), exif: null });
  });

  const core = buildBmp(640, 480, 12).subarray(0, 26);
  const dense = (bits: number, x: number, y: number): Uint8Array => {
    const bytes = patched(buildBmp(640, 480), 28, u16(bits, true));
    return patched(patched(bytes, 38, u32(x, true)), 42, u32(y, true));
  };

  test.each<[string, Uint8Array, StatedMembers]>([
    ['a core header of 24 bits, and nothing after it', patched(core, 24, u16(24, true)), { bitDepth: 8 }],
    ['no bits', dense(0, 0, 0), {}],
    ['1 bit', dense(1, 0, 0), { bitDepth: 1 }],
    ['8 bits', dense(8, 0, 0), { bitDepth: 8 }],
    ['9 bits', dense(9, 0, 0), {}],
    ['a density', dense(32, 11_811, 2835), { bitDepth: 8, dpi: [300, 72.01] }],
    ['a density across alone', dense(32, 11_811, 0), { bitDepth: 8 }],
    ['a density down alone', dense(32, 0, 2835), { bitDepth: 8 }],
    ['a negative density', dense(32, 11_811, -1), { bitDepth: 8 }],
    ['a density, and nothing after it', dense(32, 11_811, 2835).subarray(0, 46), { bitDepth: 8, dpi: [300, 72.01] }],
    ['an end in the density', dense(32, 11_811, 2835).subarray(0, 45), {}],
  ])('with %s', async (_name, bytes, stated) => {
    expect(bmp.matches(bytes)).toBe(true);
    const located = await locateIn(bmp, bytes);
    expect([located.shape, located.stated]).toEqual([still(640, 480), stated]);
  });

  test.each([
    ['a text that begins with BM', latin1('BMW builds cars, and many of them.')],
    ['a header of another length', buildBmp(3, 2, 41)],
    ['a header cut short', buildBmp(3, 2).subarray(0, 25)],
  ])('%s is not recognised', (_name, bytes) => {
    expect(bmp.matches(bytes)).toBe(false);
  });
});

describe('ICO and CUR', () => {
  test.each([
    ['an icon', buildIco([[48, 32]]), still(48, 32)],
    ['a cursor', buildIco([[32, 16]], 2), still(32, 16)],
    ['sides of 256', buildIco([[256, 256]]), still(256, 256)],
    [
      'several, of which the first counts',
      buildIco([
        [16, 16],
        [32, 32],
        [256, 256],
      ]),
      { ...still(16, 16), frames: 3 },
    ],
  ])('%s', async (_name, bytes, shape) => {
    expect(ico.matches(bytes)).toBe(true);
    expect(await locateIn(ico, bytes)).toMatchObject({ shape, exif: null });
  });

  const icon = buildIco([[16, 16]]);
  const cursor = buildIco([[16, 16]], 2);
  const two = buildIco([
    [16, 16],
    [32, 32],
  ]);

  test.each<[string, Uint8Array, boolean]>([
    ['a header and one entry, and nothing after it', icon.subarray(0, 22), true],
    ['a count of 0', patched(icon, 4, u16(0)), false],
    ['another byte where 0 is reserved', patched(icon, 9, Uint8Array.of(1)), false],
    ['no plane', patched(icon, 10, u16(0)), true],
    ['two planes', patched(icon, 10, u16(2, true)), false],
    ['a cursor that points at its middle', patched(cursor, 10, u16(8, true)), true],
    ['another byte where 0 is reserved in a cursor', patched(cursor, 9, Uint8Array.of(1)), false],
    ['an image of 0 bytes', patched(icon, 14, u32(0)), false],
    ['an image in its own entry', patched(icon, 18, u32(21, true)), false],
    ['an image in the second entry', patched(two, 18, u32(37, true)), false],
    ['an image right after two entries', patched(two, 18, u32(38, true)), true],
  ])('%s: %p', (_name, bytes, expected) => {
    expect(ico.matches(bytes)).toBe(expected);
  });

  test.each([
    ['another type', buildIco([[16, 16]], 3)],
    ['no image', buildIco([])],
    ['a header cut short', buildIco([[16, 16]]).subarray(0, 21)],
    ['zeros', new Uint8Array(64)],
    ['MPEG', Uint8Array.of(0, 0, 1, 0xba, ...new Uint8Array(30))],
  ])('%s is not recognised', (_name, bytes) => {
    expect(ico.matches(bytes)).toBe(false);
  });
});

describe('SVG', () => {
  const sized = '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480">';
  test.each<[string, string]>([
    ['the root element alone', sized],
    ['an XML declaration', `<?xml version="1.0" encoding="UTF-8"?>\n${sized}`],
    ['white space and a byte order mark', `\ufeff\r\n\t ${sized}`],
    [
      'comments and a document type',
      `<!-- by hand --><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "a.dtd">\n<!-- x -->${sized}`,
    ],
    ['single quotes, pixels and spaces', "<svg width = '640px' height=' 480 '/>"],
    ['fractions', '<svg\nwidth="639.625"\nheight="480.4">'],
    ['a self-closed root', '<svg width="640" height="480"/>'],
    ['a comment that holds another root', `<!-- <svg width="1" height="1"> -->${sized}`],
    ['a comment that holds another element', `<!-- <html> -->${sized}`],
    [
      'a processing instruction that holds another root',
      `<?xml-stylesheet title="<svg width='1' height='1'>"?>${sized}`,
    ],
    ['an entity that holds another root', `<!DOCTYPE svg [<!ENTITY a "<svg width='1' height='1'>">]>${sized}`],
    ['a root with attributes of similar names', '<svg stroke-width="1" data-height="2" width="640" height="480">'],
    ['a value that holds a bracket', '<svg data-a="a > b" width="640" height="480">'],
    ['a value that holds another size', `<svg data-a=" width='1' height='1'" width="640" height="480">`],
  ])('%s', async (_name, text) => {
    const bytes = utf8(text);
    expect(svg.matches(bytes)).toBe(true);
    expect(await locateIn(svg, bytes)).toMatchObject({ shape: still(640, 480), exif: null });
  });

  test.each<[string, string]>([
    ['percents', '<svg width="100%" height="100%">'],
    ['other units', '<svg width="10cm" height="5em">'],
    ['a view box alone', '<svg viewBox="0 0 640 480">'],
    ['sizes of elements inside', '<svg><rect width="640" height="480"/></svg>'],
    ['numbers of more digits than any size', `<svg width="${'9'.repeat(400)}" height="1e999">`],
    ['a root cut short', '<svg '],
  ])('%s state no size', async (_name, text) => {
    expect(svg.matches(utf8(text))).toBe(true);
    expect(await locateIn(svg, utf8(text))).toMatchObject({ shape: still(null, null), exif: null });
  });

  test.each<[string, string]>([
    ['HTML with a picture inside', '<!DOCTYPE html><html><body><svg width="1" height="1">'],
    ['another element', '<svgx width="1">'],
    ['text before the root', 'see <svg width="1">'],
    ['XML of another kind', '<?xml version="1.0"?><rss/>'],
    ['nothing', ''],
    ['a comment of nothing but a root', '<!-- <svg width="1" height="1"> -->'],
    ['a root further than 4 KiB', `<!--${'x'.repeat(5000)}--><svg>`],
  ])('%s is not recognised', (_name, text) => {
    expect(svg.matches(utf8(text))).toBe(false);
  });

  test.each([
    ['openings', '<!--<svg '.repeat(500)],
    ['spaces', `<svg width="${' '.repeat(4096)}`],
    ['widths', `<svg${' width="1 '.repeat(450)}`],
    ['brackets', '<'.repeat(4096)],
    ['comments in a document type without end', `<!DOCTYPE svg [${'<!-- a -->'.repeat(400)}`],
    ['instructions in a document type without end', `<!DOCTYPE svg [${'<?a?>'.repeat(800)}`],
    ['literals in a document type without end', `<!DOCTYPE svg ${'"a" [b] '.repeat(500)}`],
    ['comments without end', `${'<!-- a -->'.repeat(200)}${'<!--'.repeat(500)}`],
    ['attributes', `<svg ${'a="1" '.repeat(680)}`],
    ['names without values', `<svg ${'ab '.repeat(1300)}`],
    ['one long name', `<svg ${'a'.repeat(4000)}`],
    ['quotes', `<?xml ${'"\'>'.repeat(1300)}`],
    ['bytes of no text', String.fromCharCode(...noise(4096))],
  ])('4 KiB of %s take little time', async (_name, text) => {
    const bytes = latin1(text);
    const start = process.cpuUsage();
    if (svg.matches(bytes)) await locateIn(svg, bytes);
    expect(cpuMsSince(start)).toBeLessThan(2000);
  });
});

test('other files are NotAnImage', async () => {
  for (const bytes of [noise(200), utf8('hello'), latin1('%PDF-1.7'), latin1('PK\x03\x04'), Uint8Array.of(0)]) {
    expect(await problemOf(() => readBytes(bytes))).toBe('NotAnImage');
  }
});
