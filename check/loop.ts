// Uploads, events, cache, sinks and backfill with a real S3 server (Ceph). In the end each entry of the cache, and the columns
// and messages in each sink, must equal a fresh read of the object, and there must be no others.
//   node dist/check/loop.js [--objects 5000] [--corpus FOLDER]
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Options, program, runMain } from '../testing/program/program';
import { formatTable } from '../testing/program/table';
import { cephInstalled } from '../testing/servers/ceph-rgw';
import { defaultCorpus } from './corpus/truth';
import type { Comparison } from './loop/compare';
import { type LoopResult, runLoop } from './loop/run';

/** Bytes. Larger images are not used: the server keeps everything in memory. */
const maxImageBytes = 64 * 1024;
const maxImages = 200;

const help = `Usage: node dist/check/loop.js [options]

  --objects N      objects to upload, change and delete (default 5000)
  --corpus FOLDER  images to upload (default ${defaultCorpus}; the samples when it does not exist)
  --help

Exit code 1: an entry of the cache, or what a sink has, differs from its object.
`;

const options = { objects: 'count', corpus: 'text' } as const;

runMain(program({ name: 'loop', help, options, run }));

async function run({ objects = 5000, corpus = defaultCorpus }: Options<typeof options>): Promise<number> {
  if (!cephInstalled('the loop of uploads and events')) return 2;
  const folder = [join(corpus, 'valid'), 'samples'].find((each) => existsSync(each)) ?? '';
  const images = loadImages(folder);
  console.log(`${images.length} images of ${folder}`);
  const dist = join(__dirname, '..');
  const result = await runLoop({ objects, images, dist, say: console.log });
  console.log(formatTable(rowsOf(result)));
  const all = [result.repaired, ...result.sinks.repaired.values()];
  const wrong = all.flatMap(({ missing, stale, ghosts }) => [...missing, ...stale, ...ghosts]);
  for (const key of wrong.slice(0, 20)) console.log(`differs: ${key}`);
  return wrong.length === 0 ? 0 : 1;
}

function loadImages(folder: string): readonly Uint8Array[] {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  const small = paths.filter((path) => {
    const { size } = statSync(path);
    return statSync(path).isFile() && size > 0 && size <= maxImageBytes;
  });
  const step = Math.max(1, Math.floor(small.length / maxImages));
  return small
    .sort()
    .filter((_, at) => at % step === 0)
    .slice(0, maxImages)
    .map((path) => readFileSync(path));
}

function rowsOf(result: LoopResult) {
  const { churn, receiver, objects, entries, followed, backfilled, repaired, sinks, killedAt } = result;
  const changes = churn.uploads + churn.deletes;
  const rate = `${Math.round(changes / (churn.ms / 1000))}/s`;
  const differ = ({ same, missing, stale, ghosts }: Comparison): string =>
    `${same} the same, ${missing.length} missing, ${stale.length} stale, ${ghosts.length} of deleted objects`;
  const sinkRows = (compared: ReadonlyMap<string, Comparison>) =>
    [...compared].map(([name, comparison]) => [`  the sink ${name}`, differ(comparison)]);
  return [
    ['', ''],
    ['changes', `${changes}: ${churn.uploads} uploads, ${churn.deletes} deletes, ${rate}`],
    [
      'events',
      `${receiver.got} handled, ${receiver.dropped} dropped, ${changes - receiver.got - receiver.dropped} never arrived`,
    ],
    ['jobs', `${receiver.followed} done, ${receiver.again} tried again, ${receiver.failed} given up`],
    ['at the end', `${objects} objects, ${entries} entries`],
    ['after the events', differ(followed)],
    ...sinkRows(sinks.followed),
    [
      'backfill',
      killedAt === null ? 'ended before it could be killed' : `killed after ${killedAt} objects, then resumed`,
    ],
    ['after the backfill', differ(backfilled)],
    ...sinkRows(sinks.backfilled),
    ['after a backfill of keys that only the cache had', differ(repaired)],
    ...sinkRows(sinks.repaired),
  ];
}
