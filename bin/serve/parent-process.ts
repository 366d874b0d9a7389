// Ends the server when the npm that started it has ended. npm does not end its children when it is killed, and the port would
// stay in use.

import { readFileSync } from 'node:fs';
import type { Env } from '../../lib/types';

/** Milliseconds between two checks: a new `npm start` after a kill should find its port free. */
const every = 250;
/** The most processes between npm and this one: usually a shell, or none. */
const mostBetween = 8;

/**
 * Calls `onEnd` once, when npm or a shell between npm and this process has ended. Does nothing if npm did not start this
 * process by `npm start` or `npx`: a server that was started directly may run longer than its parent (nohup, a service manager,
 * a container).
 */
export function watchParentProcess(env: Env, onEnd: () => void): void {
  const script = scriptOf(env);
  if (script === null) return;
  const started = ancestors(script);
  const timer = setInterval(() => {
    if (isSame(started)) return;
    clearInterval(timer);
    onEnd();
  }, every);
  timer.unref();
}

/**
 * The name of the npm script that runs this process; null for none. A script of another project may want the server to keep
 * running.
 */
function scriptOf(env: Env): string | null {
  const script = env['npm_lifecycle_event'];
  const isOwn = script === 'start' && env['npm_package_name'] === 'bucket-exif';
  return isOwn || script === 'npx' ? script : null;
}

/**
 * The parent, and on Linux all parents up to npm. npm is the only one that does not have the name of the script in its
 * environment.
 */
function ancestors(script: string): readonly number[] {
  const found = [process.ppid];
  for (let pid: number | null = process.ppid; pid !== null && found.length <= mostBetween; ) {
    const isBetween = read(pid, 'environ').split('\0').includes(`npm_lifecycle_event=${script}`);
    pid = isBetween ? parentOf(pid) : null;
    if (pid !== null) found.push(pid);
  }
  return found;
}

/** Whether each process still has the same parent. */
function isSame([parent, ...others]: readonly number[]): boolean {
  if (parent === undefined || process.ppid !== parent) return false;
  // Windows still reports the number of a parent that has ended.
  if (process.platform === 'win32' && !isRunning(parent)) return false;
  return others.every((pid, at) => parentOf([parent, ...others][at] ?? 0) === pid);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * The parent of a process [proc(5), stat: the second field after the name, which is in brackets]; null when it is not known.
 */
function parentOf(pid: number): number | null {
  const stat = read(pid, 'stat');
  const [, parent] = /^ \S (\d+) /.exec(stat.slice(stat.lastIndexOf(')') + 1)) ?? [];
  return parent === undefined ? null : Number(parent);
}

/** The text of a file in /proc about a process; '' when there is none. */
function read(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
