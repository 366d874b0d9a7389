// The duration of fragmented MP4 files.
import { box, ftyp, fullBox } from '../../../testing/build/bmff';
import { concat, u32, unsigned } from '../../../testing/build/bytes';
import * as mp4 from '../../../testing/build/video';
import { readVideo, videoOf } from '../../../testing/compare/video';

const start = (...extends_: readonly Uint8Array[]) => concat(ftyp('iso6'), mp4.fragmentedMoov(...extends_));
const fragment = (options: Parameters<typeof mp4.moof>[0]) => concat(mp4.moof(options), mp4.media(50));
const mehd = fullBox('mehd', 1, 0, unsigned(5_500n, 8, false));

test.each([
  ['stated for all fragments', [start(mehd), fragment({ samples: 2 })], 5.5],
  ['stated as 0', [start(fullBox('mehd', 0, 0, u32(0))), fragment({ samples: 2 })], null],
  ['of an index at the start', [start(), mp4.sidx(90_000, [90_000, 45_000]), fragment({ samples: 2 })], 1.5],
  ['of such an index with 64 bits', [start(), mp4.sidx(10, [7], 1), fragment({ samples: 2 })], 0.7],
  ['of an index with a time scale of 0', [start(), mp4.sidx(0, [7]), fragment({ samples: 2 })], null],
  ['of a cut index', [start(), box('sidx', mp4.sidx(10, [7, 8]).subarray(8, 40)), fragment({ samples: 2 })], null],
  ['not stated', [start(), fragment({ samples: 2 }), fragment({ samples: 2 })], null],
])('%s', async (_, parts, duration) => expect(await videoOf(...parts)).toMatchObject({ duration, width: 3 }));

/** A file that ends with an index; `last` is the fragment that its last entry names. */
const indexed = (last: Uint8Array, time = 2_000, version: 0 | 1 = 1, id = 1) => {
  const first = start();
  return [
    first,
    last,
    mp4.mfra(
      id,
      [
        [0, 0],
        [time, first.length],
      ],
      version,
    ),
  ];
};
test.each([
  ['the ticks of the track', indexed(fragment({ samples: 5 })), 2.2],
  ['the ticks of the fragment', indexed(fragment({ samples: 5, each: 100 })), 2.5],
  ['the ticks of each sample', indexed(fragment({ samples: 2, ticks: [30, 70] })), 2.1],
  ['the time in the fragment', indexed(fragment({ samples: 5, start: 3_000 })), 3.2],
  ['an index with 32 bits', indexed(fragment({ samples: 5 }), 2_000, 0), 2.2],
  ['a fragment of another track only', indexed(fragment({ id: 9, samples: 5 })), 2],
  ['a place where no fragment is', indexed(mp4.media(9)), 2],
  ['an index of an unknown track', indexed(fragment({ samples: 5 }), 2_000, 1, 9), null],
  ['an empty index', [start(), mp4.mfra(1, [])], null],
  ['more samples than the file has', indexed(fragment({ samples: 0xffffffff, ticks: [1] })), 2.001],
])('an index at the end, %s', async (_, parts, duration) => expect((await videoOf(...parts)).duration).toBe(duration));

test('an index at the end of 5 GB: two reads, because the last fragment is near', async () => {
  const first = concat(start(), mp4.media(0));
  const far = 5_000_000_000;
  const last = fragment({ samples: 5 });
  const parts = [
    first,
    mp4.moof({ samples: 1 }),
    far,
    last,
    mp4.mfra(1, [[2_000, first.length + mp4.moof({ samples: 1 }).length + far]]),
  ];
  const { record, requests } = await readVideo(parts);
  expect([record.duration, requests]).toEqual([2.2, 2]);
});

test('an index that leads to a long fragment again and again: only some of them are read', async () => {
  const first = start();
  const long = fragment({ samples: 25_000, ticks: Array(25_000).fill(1) });
  const index = mp4.mfra(1, [[2_000, first.length]]);
  const tfra = index.subarray(8, index.length - 16);
  const size = 8 + 100 * tfra.length + 16;
  const parts = Array.from({ length: 100 }, () => tfra);
  const mfra = box('mfra', concat(...parts, fullBox('mfro', 0, 0, u32(size))));
  const { duration, warnings } = await videoOf(first, long, mfra);
  expect([duration, warnings]).toEqual([27, ['Not all fragments were read, because they are too long']]);
});
