// Runs `backfill` as a user does: kills it in the middle and starts it again; then runs it for keys that only the cache has.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { encodeManifestKey } from '../../bin/backfill/failures';
import { finished } from '../../bin/terminal/tally';
import type { Env } from '../../lib/types';
import { photos } from '../../testing/servers/notifying-store';

export type Repair = Readonly<{ dist: string; env: Env; folder: string }>;

/** Backfills the bucket. Returns the number of objects that were done when it was killed; null if it ended earlier. */
export async function backfillKilled(repair: Repair, objects: number): Promise<number | null> {
  const args = ['--state', join(repair.folder, 'state.json')];
  const child = start(repair, args);
  const ended = once(child, 'exit');
  const over = ended.then(() => true);
  let done = 0;
  while (done < objects / 3 && !(await Promise.race([over, delay(20, false)])))
    done = doneOf(join(repair.folder, 'state.json'));
  const killed = child.exitCode === null;
  if (killed) child.kill('SIGKILL');
  await ended;
  if (killed) await toEnd(start(repair, args));
  return killed ? done : null;
}

/** Backfills keys that the bucket may not have any more. */
export async function backfillKeys(repair: Repair, keys: readonly string[]): Promise<void> {
  const path = join(repair.folder, 'manifest.csv');
  await writeFile(path, keys.map((key) => `${photos},${encodeManifestKey(key)}\n`).join(''));
  await toEnd(start(repair, ['--manifest', path, '--state', join(repair.folder, 'keys.json')]));
}

function start({ dist, env, folder }: Repair, args: readonly string[]) {
  const settings = ['--bucket', String(env['EXIF_BUCKET']), '--cache', String(env['EXIF_CACHE']), '--engine', 'local'];
  return spawn(
    process.execPath,
    [join(dist, 'bin', 'backfill.js'), ...settings, '--all', '--concurrency', '16', ...args],
    {
      env: { ...env, PATH: process.env['PATH'], INIT_CWD: folder },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
}

async function toEnd(child: ReturnType<typeof start>): Promise<void> {
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`backfill ended with ${code}`);
}

/** The number of objects that are done in any way, by the state file. */
function doneOf(path: string): number {
  try {
    return finished(JSON.parse(readFileSync(path, 'utf8')).state.tally);
  } catch {
    return 0;
  }
}
