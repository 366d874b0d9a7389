// Streams of events with sinks: each call of the bucket, the cache and the sinks may fail, before or after it took effect, and
// the function may end between any two calls. In the end each table is as the bucket, and each queue has the last version of
// each object and no message with a greater order about an older state.
import { metadataContent } from '../../../lib/metadata/content';
import { readMetadata } from '../../../lib/read/metadata';
import { nothingKnown } from '../../../lib/read/object';
import { readRecord } from '../../../lib/read/record';
import type { SinkStyle } from '../../../lib/sink/sink';
import { styles } from '../../../lib/style';
import { anyRef, countingBucket } from '../../../testing/fakes/counting-bucket';
import { type Fault, oneFault } from '../../../testing/fakes/faulty-calls';
import { queueSink, type RightRecord, tableSink, wrongIn } from '../../../testing/fakes/model-sinks';
import { runStream, type StreamParts, streamCount, wrongOf } from './stream-run';
import { base, contents, keys, limits, type Setting, type World } from './stream-world';

/** The records of all contents in a style, each read without cache and sinks. */
async function rightRecords(style: SinkStyle): Promise<RightRecord> {
  const records = await Promise.all(contents.map((bytes) => recordOf(bytes, style)));
  return (content) => records[content];
}

async function recordOf(bytes: Uint8Array, style: SinkStyle): Promise<unknown> {
  const { bucket } = countingBucket(() => ({ bytes, etag: '"e"' }));
  const deps = { bucket, limits, dropGroups: [] };
  const signal = AbortSignal.timeout(5_000);
  const request = { ref: anyRef, deps, cost: { requests: 0, bytes: 0 }, known: nothingKnown, signal };
  if (style === 'metadata') {
    const answer = metadataContent('flat');
    const read = await readMetadata(request, answer);
    return read.kind === 'metadata' ? JSON.parse(await answer.render(read.record)) : null;
  }
  const read = await readRecord(request);
  return read.kind === 'record' ? JSON.parse((await styles.get(style)?.render(read.record)) ?? '') : null;
}

/** A table and a queue, and what is wrong in one of them at the end. */
function withSinks(right: RightRecord, batch: number): StreamParts {
  const sinks = [tableSink(batch), queueSink(batch)];
  const check = ({ model }: World): string | null => {
    const wrong = sinks.flatMap((sink) => keys.map((key) => [sink.name, wrongIn(sink, key, model, right)] as const));
    const [name, reason] = wrong.find(([, found]) => found !== null) ?? [];
    return name === undefined ? null : `${name}: ${reason}`;
  };
  return { sinks, check };
}

const shaky = { ...base, crash: 0.03 };
const kinds: readonly (readonly [string, Setting])[] = [
  ['S3', { ...shaky, kind: 's3', freshness: 'verify' }],
  ['S3, trusted', { ...shaky, kind: 's3', freshness: 'trust' }],
  // Multipart uploads are dated by their beginning.
  ['S3 with older dates', { ...shaky, kind: 's3', freshness: 'trust', backdated: true }],
  ['S3 with versions', { ...shaky, kind: 'versioned', freshness: 'verify', backdated: true }],
  ['COS', { ...shaky, kind: 'cos', freshness: 'verify', ownTags: true }],
  ['COS, trusted', { ...shaky, kind: 'cos', freshness: 'trust', ownTags: true }],
  ['COS, deleted and written again with the same tag', { ...shaky, kind: 'cos', freshness: 'trust' }],
  ['Ceph', { ...shaky, kind: 'ceph', freshness: 'trust', ownTags: true }],
  ['Ceph, the same tag again', { ...shaky, kind: 'ceph', freshness: 'trust' }],
  ['S3, two contents in turns', { ...shaky, kind: 's3', freshness: 'trust', inTurns: true }],
  ['COS, two contents in turns', { ...shaky, kind: 'cos', freshness: 'trust', inTurns: true }],
  ['S3, changes within one second', { ...shaky, kind: 's3', freshness: 'trust', most: 301, backdated: true }],
  ['COS, changes within one second', { ...shaky, kind: 'cos', freshness: 'trust', most: 301 }],
  ['S3, a clock two seconds ahead', { ...shaky, kind: 's3', freshness: 'trust', skew: 2_000, clocks: 2_000 }],
  ['COS, a clock two seconds behind', { ...shaky, kind: 'cos', freshness: 'trust', skew: -2_000, clocks: 2_000 }],
  ['S3, each clock wrong by up to a day', { ...shaky, kind: 's3', freshness: 'verify', clocks: 86_400_000 }],
  ['COS, each clock wrong by up to a day', { ...shaky, kind: 'cos', freshness: 'verify', clocks: 86_400_000 }],
  ['S3, many crashes', { ...shaky, kind: 's3', freshness: 'trust', crash: 0.1 }],
  ['COS, many crashes', { ...shaky, kind: 'cos', freshness: 'verify', crash: 0.1 }],
  ['S3, many faults', { ...shaky, kind: 's3', freshness: 'verify', fault: 0.1 }],
  ['S3, metadata', { ...shaky, kind: 's3', freshness: 'verify', style: 'metadata' }],
  [
    'S3 with versions, metadata',
    { ...shaky, kind: 'versioned', freshness: 'trust', style: 'metadata', backdated: true },
  ],
  ['COS, metadata', { ...shaky, kind: 'cos', freshness: 'trust', style: 'metadata' }],
  ['Ceph, metadata', { ...shaky, kind: 'ceph', freshness: 'trust', style: 'metadata', clocks: 2_000 }],
];
const streams = streamCount(25);

test.each(kinds)(
  '%s',
  async (_, setting) => {
    const right = await rightRecords(setting.style);
    expect(await wrongOf(setting, streams, () => withSinks(right, 1))).toBe('');
  },
  300_000,
);

test.each<[string, Setting]>([
  ['S3, messages sent together', { ...shaky, kind: 's3', freshness: 'verify' }],
  ['COS, messages sent together', { ...shaky, kind: 'cos', freshness: 'trust' }],
])(
  '%s',
  async (_, setting) => {
    const right = await rightRecords(setting.style);
    expect(await wrongOf(setting, Math.ceil(streams / 5), () => withSinks(right, 10))).toBe('');
  },
  300_000,
);

/** Every call of a stream is once the only one that fails, in each way. */
describe('one fault at each call', () => {
  const steady = { ...base, fault: 0 };
  const ways: readonly Fault[] = ['before', 'after', 'crash before', 'crash after'];

  async function wrongAtAny(setting: Setting, seed: number, right: RightRecord): Promise<string> {
    const count = oneFault(-1, 'before');
    const wrong = await runStream(setting, seed, { ...withSinks(right, 1), plan: count });
    if (wrong !== null) return `seed ${seed}, no fault: ${wrong}`;
    for (let at = 0; at < count.count(); at++) {
      for (const way of ways) {
        const found = await runStream(setting, seed, { ...withSinks(right, 1), plan: oneFault(at, way) });
        if (found !== null) return `seed ${seed}, ${way} call ${at}: ${found}`;
      }
    }
    return '';
  }

  test.each<[string, Setting]>([
    ['S3', { ...steady, kind: 's3', freshness: 'verify' }],
    ['S3 with versions, trusted', { ...steady, kind: 'versioned', freshness: 'trust', backdated: true }],
    ['COS, the same tag again', { ...steady, kind: 'cos', freshness: 'trust' }],
    ['Ceph', { ...steady, kind: 'ceph', freshness: 'verify', ownTags: true }],
    ['S3, metadata', { ...steady, kind: 's3', freshness: 'verify', style: 'metadata' }],
    ['COS, metadata', { ...steady, kind: 'cos', freshness: 'trust', style: 'metadata' }],
  ])(
    '%s',
    async (_, setting) => {
      const right = await rightRecords(setting.style);
      for (let seed = 1; seed <= Math.ceil(streams / 25); seed++)
        expect(await wrongAtAny(setting, seed, right)).toBe('');
    },
    300_000,
  );
});
