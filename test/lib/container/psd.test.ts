import { psd } from '../../../lib/container/psd';
import { concat, latin1, noise } from '../../../testing/build/bytes';
import { tiny } from '../../../testing/build/containers';
import { buildPsd, type PsdOptions } from '../../../testing/build/gif-bmp-psd';
import type { Resource } from '../../../testing/build/jpeg';
import { locateIn, still } from '../../../testing/compare/located';
import { problemOf } from '../../../testing/compare/problem';
import { readBytes } from '../../../testing/compare/read';

const KiB = 1024;
const exif: Resource = { id: 0x0422, data: tiny };

test.each([
  ['PSD', '8BPS\0\x01', true],
  ['PSB', '8BPS\0\x02', true],
  ['version 3', '8BPS\0\x03', false],
])('matches %s: %p', (_name, head, expected) => {
  expect(psd.matches(latin1(head))).toBe(expected);
});

describe('finds EXIF and size', () => {
  test.each<[string, readonly Resource[], PsdOptions]>([
    ['in a PSD', [exif], {}],
    ['in a PSB', [exif], { version: 2 }],
    ['behind colour mode data', [exif], { colors: 768 }],
    ['behind colour mode data of odd length', [exif], { colors: 7 }],
    [
      'behind odd names and data',
      [{ id: 1, data: noise(3), name: 'ab' }, { id: 2, data: noise(5), name: 'abc' }, exif],
      {},
    ],
    [
      'behind other signatures',
      ['AgHg', 'DCSR', 'PHUT', 'MeSa']
        .map((signature) => ({ ...exif, id: 3, signature }))
        .concat({ ...exif, signature: '8BIM' }),
      {},
    ],
    ['with the identifier of JPEG', [{ ...exif, data: concat(latin1('Exif\0\0'), tiny) }], {}],
    ['when the resources claim too much', [exif], { claims: 0xffffffff }],
  ])('%s', async (_name, resources, options) => {
    expect(await locateIn(psd, buildPsd(640, 480, resources, options))).toMatchObject({
      shape: still(640, 480),
      exif: tiny,
    });
  });

  test('when the object ends inside the resource, as far as it goes', async () => {
    const bytes = buildPsd(640, 480, [exif]);
    const missing = 12 + 9; // what is behind the resources, and a little more
    expect((await locateIn(psd, bytes.subarray(0, -missing))).exif).toEqual(tiny.subarray(0, tiny.length - 9));
  });
});

describe('finds no EXIF', () => {
  test.each<[string, Uint8Array]>([
    ['where there is none', buildPsd(640, 480, [])],
    ['in a resource of another number', buildPsd(640, 480, [{ ...exif, id: 0x0424 }])],
    ['in a resource without a TIFF header', buildPsd(640, 480, [{ ...exif, data: noise(40) }])],
    [
      'behind a resource of another signature',
      buildPsd(640, 480, [{ id: 1, data: noise(4), signature: 'XXXX' }, exif]),
    ],
    ['when the resources claim too little', buildPsd(640, 480, [exif], { claims: 9 })],
    ['when the object ends behind its header', buildPsd(640, 480, [exif]).subarray(0, 31)],
    [
      'when colour mode data claims 4 GiB',
      buildPsd(640, 480, [exif]).map((byte, i) => (i >= 26 && i < 30 ? 0xff : byte)),
    ],
  ])('%s', async (_name, bytes) => {
    expect(await locateIn(psd, bytes)).toMatchObject({ shape: still(640, 480), exif: null });
  });
});

test.each([6, 18, 29])('a header cut to %i bytes is DamagedImage', async (length) => {
  expect(await problemOf(() => locateIn(psd, buildPsd(3, 2, []).subarray(0, length)))).toBe('DamagedImage');
});

test.each<[string, readonly Resource[], number]>([
  ['one request where the resource is near the start', [exif, { id: 1, data: noise(9) }], 1],
  ['at most two where 200 KiB of others stand before it', [{ id: 1, data: new Uint8Array(200 * KiB) }, exif], 2],
])('%s', async (_name, resources, requests) => {
  const result = await readBytes(concat(buildPsd(640, 480, resources), new Uint8Array(300 * KiB)));
  expect(result).toMatchObject({ container: 'psd', shape: still(640, 480), requests });
  expect(result.entries).toContain('Exif:a001 [1]');
});
