// Files with a preview, cut at every length and with every byte changed: a whole JPEG or a problem of the image, within the
// budget.
import { jpegFacts } from '../../../lib/container/whole-jpeg';
import { defaultLimits } from '../../../lib/limits';
import { type ProblemCode, ProblemError } from '../../../lib/problem';
import { readPreview } from '../../../lib/read/preview';
import { concat, noise, patched, u16, u32 } from '../../../testing/build/bytes';
import { fixtures } from '../../../testing/build/containers';
import { buildPsd } from '../../../testing/build/gif-bmp-psd';
import { buildHeif } from '../../../testing/build/heif';
import { buildJpeg, exifSegment, frameHeader } from '../../../testing/build/jpeg';
import { mpfSegment } from '../../../testing/build/jpeg-blocks';
import { buildCr3, buildRaf, buildRw2, buildX3f } from '../../../testing/build/raw';
import { buildMpf } from '../../../testing/build/small-blocks';
import { thumbnailTiff } from '../../../testing/build/thumbnail';
import { ascii, buildTiff, short } from '../../../testing/build/tiff';
import { anyRef, bucketOf } from '../../../testing/fakes/counting-bucket';

const jpeg = buildJpeg([frameHeader(160, 120)], 40);
const thumb = concat(u32(0), u16(160), u16(120), u32(jpeg.length), u32(0x10000), jpeg);
const index = buildMpf([
  [0x030000, 100, 0],
  [0x010001, jpeg.length, 180],
]);
const files: readonly (readonly [string, Uint8Array])[] = [
  ['tiff', thumbnailTiff(jpeg)],
  ['rw2', buildRw2([short(0x0002, 640)], jpeg)],
  ['raf', buildRaf(jpeg)],
  ['x3f', buildX3f(640, 480, [{ type: 'IMA2', data: jpeg }])],
  [
    'cr3',
    buildCr3([
      ['CMT1', buildTiff({ fields: [ascii(0x010f, 'Canon')] })],
      ['THMB', thumb],
    ]),
  ],
  ['psd', buildPsd(640, 480, [{ id: 0x040c, data: concat(u32(1), noise(24), jpeg) }])],
  [
    'heif',
    buildHeif({
      items: [
        { id: 1, type: 'hvc1' },
        { id: 2, type: 'jpeg', data: [jpeg] },
      ],
    }),
  ],
  ['jpeg', concat(buildJpeg([exifSegment(thumbnailTiff(jpeg)), mpfSegment(index), frameHeader(64, 48)]), jpeg)],
];
const expected: readonly ProblemCode[] = [
  'NotAnImage',
  'DamagedImage',
  'BudgetExceeded',
  'SideTooLong',
  'TooManyPixels',
  'TooManyFrames',
  'PreviewMissing',
  'PreviewDamaged',
  'PreviewTooLarge',
];
const limits = { ...defaultLimits, firstRead: 48 };
const known = { held: null, isKnown: () => false };
const signal = new AbortController().signal;

/** Whether the answer is a JPEG, or the problem is one of the image. */
async function isSound(bytes: Uint8Array): Promise<boolean> {
  const cost = { requests: 0, bytes: 0 };
  const deps = { bucket: bucketOf(bytes).bucket, limits, dropGroups: [], previewBytes: 4096 };
  try {
    const found = await readPreview({ ref: anyRef, deps, cost, known, signal });
    return found.kind === 'thumbnail' && jpegFacts(found.bytes).width > 0 && cost.requests <= limits.requests;
  } catch (error) {
    return error instanceof ProblemError && expected.includes(error.code);
  }
}

test.each(files)('%s, cut at every length', async (_, file) => {
  const wrong: number[] = [];
  for (let length = 1; length < file.length; length++) {
    if (!(await isSound(file.subarray(0, length)))) wrong.push(length);
  }
  expect(wrong).toEqual([]);
});

test.each(files)('%s, with every byte changed', async (_, file) => {
  const wrong: number[] = [];
  for (let at = 0; at < file.length; at++) {
    for (const mask of [0xff, 0x01]) {
      if (!(await isSound(patched(file, at, Uint8Array.of((file[at] ?? 0) ^ mask))))) wrong.push(at);
    }
  }
  expect(wrong).toEqual([]);
});

const others = Object.entries(fixtures).flatMap(([container, named]) =>
  Object.entries(named).map(([name, bytes]) => [`${container}: ${name}`, bytes] as const),
);
test.each(others)('%s: a preview, or none', async (_, file) => {
  expect(await isSound(file)).toBe(true);
});
