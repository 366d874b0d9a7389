// `node dist/check/loop.js [--objects 5000] [--corpus FOLDER]`: uploads, events, cache and backfill with a real S3 server
// (Ceph). Afterwards each entry of the cache must equal a fresh read.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runMain } from '../testing/program/run-main';
import { formatTable } from '../testing/program/table';
import { cephInstalled } from '../testing/servers/ceph-rgw';
import type { Comparison } from './loop/compare';
import { type LoopResult, runLoop } from './loop/run';

/** Bytes of the largest image that is taken: the server keeps all in memory. */
const maxImageBytes = 64 * 1024;
const maxImages = 200;

runMain(async (args) => {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ args: [...args], options: { objects: text, corpus: text } });
  if (!cephInstalled('the loop of uploads and events')) return 2;
  const folder = [join(values.corpus ?? '../shared/corpus', 'valid'), 'samples'].find((each) => existsSync(each)) ?? '';
  const images = loadImages(folder);
  console.log(`${images.length} images of ${folder}`);
  const dist = join(__dirname, '..');
  const result = await runLoop({ objects: Number(values.objects ?? 5000), images, dist, say: console.log });
  console.log(formatTable(rowsOf(result)));
  const { missing, stale, ghosts } = result.repaired;
  for (const key of [...missing, ...stale, ...ghosts].slice(0, 20)) console.log(`differs: ${key}`);
  return missing.length + stale.length + ghosts.length === 0 ? 0 : 1;
});

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

function rowsOf({ churn, door, objects, entries, followed, backfilled, repaired, killedAt }: LoopResult) {
  const changes = churn.uploads + churn.deletes;
  const rate = `${Math.round(changes / (churn.ms / 1000))}/s`;
  const differ = ({ same, missing, stale, ghosts }: Comparison): string =>
    `${same} the same, ${missing.length} missing, ${stale.length} stale, ${ghosts.length} of objects that are gone`;
  return [
    ['', ''],
    ['changes', `${changes}: ${churn.uploads} uploads, ${churn.deletes} deletes, ${rate}`],
    ['events', `${door.got} taken, ${door.dropped} thrown away, ${changes - door.got - door.dropped} never came`],
    ['jobs', `${door.followed} followed, ${door.again} tries again, ${door.failed} given up`],
    ['at the end', `${objects} objects, ${entries} entries`],
    ['by events', differ(followed)],
    ['backfill', killedAt === null ? 'ended before it could be killed' : `killed after ${killedAt}, and gone on`],
    ['by backfill', differ(backfilled)],
    ['by keys of the cache', differ(repaired)],
  ];
}
