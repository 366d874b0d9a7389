// Every video format, cut at every length and with every byte flipped: a record or DamagedImage, within the bounds of reads.
import { ProblemError } from '../../../lib/problem';
import type { VideoRecord } from '../../../lib/video/record';
import { chunk, list, smallAvi } from '../../../testing/build/avi';
import { box, ftyp } from '../../../testing/build/bmff';
import { concat, latin1, utf8 } from '../../../testing/build/bytes';
import { smallWebm } from '../../../testing/build/matroska';
import * as mp4 from '../../../testing/build/video';
import { readVideo } from '../../../testing/compare/video';

const texts = concat(
  mp4.userText('©xyz', '+1.5+2.5/'),
  mp4.loci(1, 2, 3),
  mp4.itemMeta([['©nam', 'T']]),
  box('XMP_', utf8('<x/>')),
);
const keys = mp4.keysMeta([
  ['com.apple.quicktime.make', 'Apple'],
  ['n', Uint8Array.of(1), 21],
]);
const fragmented = concat(ftyp('iso6'), mp4.fragmentedMoov());
const lastFragment = mp4.moof({ samples: 2, ticks: [3, 4], start: 9 });

const videos: Readonly<Record<string, Uint8Array>> = {
  'moov first': mp4.buildMp4('isom', mp4.smallMoov(box('udta', texts), keys), mp4.xmpUuid('<x/>'), mp4.media(20)),
  'moov last': mp4.buildMp4('qt  ', mp4.c2paUuid(box('jumb', latin1('abc'))), mp4.media(20), mp4.smallMoov(keys)),
  fragments: concat(fragmented, lastFragment, mp4.mfra(1, [[5, fragmented.length]])),
  'an index of fragments': concat(fragmented, mp4.sidx(10, [5, 6]), mp4.moof({ samples: 1 })),
  avi: smallAvi(list('INFO', chunk('ISFT', latin1('an app'))), chunk('_PMX', utf8('<x/>'))),
  webm: smallWebm(),
};

/** The record of a damaged video; null when it is not a video, or has no description. */
async function read(bytes: Uint8Array): Promise<VideoRecord | null> {
  try {
    const { record, requests } = await readVideo([bytes], 48);
    if (requests > 9) throw new Error(`${requests} reads`);
    JSON.stringify({ ...record, xmp: null, c2pa: null });
    return record;
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'DamagedImage') return null;
    if (error instanceof Error && error.message === 'not a video') return null;
    throw error;
  }
}

describe.each(Object.entries(videos))('%s', (_, bytes) => {
  test('whole', async () => expect(await read(bytes)).toMatchObject({ warnings: [], width: expect.any(Number) }));

  test('cut at every length', async () => {
    const whole = new Set((await read(bytes))?.texts.map(({ name }) => name));
    for (let length = 1; length < bytes.length; length++) {
      const names = (await read(bytes.slice(0, length)))?.texts.map(({ name }) => name) ?? [];
      expect(names.filter((name) => !whole.has(name))).toEqual([]);
    }
  });

  test.each([0xff, 0x01, 0x80])('each byte xor %i', async (mask) => {
    for (let at = 0; at < bytes.length; at++) {
      const flipped = bytes.slice();
      flipped[at] = (flipped[at] ?? 0) ^ mask;
      await read(flipped);
    }
  });
});
