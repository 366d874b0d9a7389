// The engine that reads and caches from this machine, and continues where it was stopped.

import { ProblemError, problemCode } from '../../lib/problem';
import {
  formatCount,
  formatCounts,
  formatObjects,
  type Progress,
  type Screen,
  showProgress,
} from '../terminal/progress';
import { addKinds, addSent, addSkipped, addWarmed, listed, type ObjectOutcome, type Tally } from '../terminal/tally';
import { encodeManifestKey, type Failure, type FailureFile, firstFailures, openFailures } from './failures';
import type { KeyFilter } from './select';
import type { ListedObject, ObjectSource } from './source';
import { firstState, loadState, type Purpose, removeState, type State, saveState } from './state';
import { type Attempt, unreadableProblem, type Warm } from './warm-object';
import { workThrough } from './work';

/** The parts of a local backfill. */
export type LocalBackfill = Readonly<{
  source: ObjectSource;
  chosen: KeyFilter;
  warm: Warm;
  purpose: Purpose;
  /** The bucket's own name, for the file of failures. */
  bucket: string;
  concurrency: number;
  /** Whether to count all objects at the same time, so that the progress shows the total. */
  count: boolean;
  statePath: string;
  failuresPath: string;
  restart: boolean;
  /** The number of sinks; with one or more, the end says how many messages they have. */
  sinks: number;
  /** Whether the end says how many objects give away something. */
  isPrivate: boolean;
  screen: Screen;
  out(text: string): void;
  stop: AbortSignal;
}>;

/** The result: the number of failed objects, and whether the user stopped it. */
export type BackfillEnd = Readonly<{ failed: number; stopped: boolean }>;

/** Number of failures in a row, with the codes below, after which the backfill stops: the store, the cache or a sink is unreachable. */
const giveUpAfter = 100;
const storeFaults = new Set([
  'BucketFault',
  'BucketMisconfigured',
  'CacheFault',
  'NoSuchBucket',
  'SinkFault',
  'SlowDown',
  'Timeout',
]);

/** A running backfill: the state, the failures since the last save, and the failures in a row. */
type BackfillRun = { state: State; since: Failure[]; inARow: number };

/** Failed keys that are shown at the end. */
const shownFailures = 20;

/** Runs a backfill to its end. Throws ProblemError when it cannot start or continue; finished work is saved then. */
export async function backfillLocally(local: LocalBackfill): Promise<BackfillEnd> {
  const { statePath, purpose, failuresPath, screen } = local;
  const held = local.restart ? null : await loadState(statePath, purpose);
  const run: BackfillRun = { state: held ?? firstState, since: [], inARow: 0 };
  // Before the first page, so that an error in writing is found now.
  await saveState(statePath, purpose, run.state);
  const counting = new AbortController();
  const progress = showProgress(screen, () => run.state);
  let failures: FailureFile | null = null;
  try {
    failures = await openFailures(failuresPath, run.state.failureBytes);
    void countAll(local, run, counting.signal);
    return await follow(local, run, failures, progress);
  } finally {
    progress.stop();
    counting.abort();
    await failures?.close();
    if (run.state.after === null) await removeState(statePath);
  }
}

async function follow(
  local: LocalBackfill,
  run: BackfillRun,
  failures: FailureFile,
  progress: Progress,
): Promise<BackfillEnd> {
  const { after } = run.state;
  if (after !== null) progress.note(`Continuing after ${JSON.stringify(after)} (from ${local.statePath})`);
  const done = await workThrough(local.source, after, {
    concurrency: local.concurrency,
    doOne: (object) => doOne(local, run, object),
    onSaved: (cursor) => save(local, run, failures, cursor),
    stop: local.stop,
  });
  if (done) await removeState(local.statePath);
  progress.stop();
  await sayEnd(local, run, done);
  return { failed: run.state.tally.failed, stopped: !done };
}

async function doOne(
  { chosen, warm, bucket }: LocalBackfill,
  run: BackfillRun,
  { key, etag, problem }: ListedObject,
): Promise<void> {
  if (problem === null && !chosen(key)) return addTo(run, { tally: addSkipped(run.state.tally) });
  const attempt: Attempt =
    problem === null
      ? await warm(key, etag)
      : { code: problem.code, container: null, error: problem, isUpToDate: false, isSent: false };
  const { container, error } = attempt;
  const failed = error !== null;
  const code = failed ? problemCode(error) : attempt.code;
  const tally = addWarmed(run.state.tally, { code, container, outcome: outcomeOf(attempt) });
  addTo(run, { tally: addKinds(attempt.isSent ? addSent(tally) : tally, attempt.kinds ?? []) });
  run.inARow = failed && storeFaults.has(code) ? run.inARow + 1 : 0;
  const reason = failed ? error : unreadableProblem(attempt);
  if (reason === null) return;
  const message = reason instanceof Error ? reason.message : 'a value that is not an Error was thrown';
  if (run.inARow >= giveUpAfter) {
    const inARow = `Stopped after ${giveUpAfter} failures in a row. The last one: ${message}`;
    throw new ProblemError('BucketFault', `${inARow}. To continue with these objects, run the same command again`);
  }
  run.since.push({ bucket, encoded: problem === null ? encodeManifestKey(key) : key, code, message });
}

function outcomeOf(attempt: Attempt): ObjectOutcome {
  if (attempt.error !== null) return 'failed';
  if (unreadableProblem(attempt) !== null) return 'unreadable';
  return attempt.isUpToDate ? 'upToDate' : 'done';
}

function addTo(run: BackfillRun, change: Partial<State>): void {
  run.state = { ...run.state, ...change };
}

/**
 * Failures are written first. If the program ends before the state is saved, the next start cuts off the lines that the state
 * does not have.
 */
async function save(local: LocalBackfill, run: BackfillRun, failures: FailureFile, cursor: string): Promise<void> {
  addTo(run, { after: cursor, failureBytes: await failures.add(run.since.splice(0)) });
  await saveState(local.statePath, local.purpose, run.state);
}

/** Counts all objects while the work goes on. If that fails, the progress shows no total, and the work reports the reason. */
async function countAll({ source, chosen, count }: LocalBackfill, run: BackfillRun, stop: AbortSignal): Promise<void> {
  if (!count || run.state.total !== null) return;
  let total = 0;
  try {
    for await (const { objects } of source.pages(null)) {
      if (stop.aborted) return;
      for (const { key, problem } of objects) if (problem !== null || chosen(key)) total++;
    }
    addTo(run, { total });
  } catch {
    return;
  }
}

async function sayEnd(
  { out, failuresPath, statePath, sinks, isPrivate }: LocalBackfill,
  { state }: BackfillRun,
  done: boolean,
): Promise<void> {
  const { tally } = state;
  out(`${done ? 'Done' : 'Stopped'}: ${formatOutcomes(tally)}\n`);
  if (sinks > 0)
    out(`Messages: ${formatCount(tally.sent)} sent to ${sinks === 1 ? 'the sink' : `each of ${sinks} sinks`}\n`);
  if (isPrivate) out(`Objects that give away: ${formatKinds(tally)}\n`);
  if (!done) out(`To continue, run the same command again: ${statePath} has the position\n`);
  if (listed(tally) === 0) return;
  for (const line of await firstFailures(failuresPath, shownFailures)) out(`  ${line}\n`);
  const more = listed(tally) - shownFailures;
  if (more > 0) out(`  and ${formatCount(more)} more\n`);
  const kinds = [tally.failed > 0 ? 'failed' : '', tally.unreadable > 0 ? 'unreadable' : ''].filter(
    (kind) => kind !== '',
  );
  out(
    `The ${kinds.join(' and ')} keys are in ${failuresPath}: to try only these again, use --manifest ${failuresPath}\n`,
  );
}

function formatKinds({ kinds }: Tally): string {
  const counts = Object.entries(kinds).sort(([, one], [, other]) => other - one);
  return counts.map(([kind, count]) => `${kind} ${formatCount(count)}`).join(', ') || 'nothing';
}

function formatOutcomes(tally: Tally): string {
  const counts = formatCounts(tally);
  return [
    `${formatObjects(tally.done)} cached`,
    `${formatCount(tally.failed)} failed`,
    `${formatCount(tally.unreadable)} unreadable`,
    `${formatCount(tally.upToDate)} already up to date`,
    `${formatCount(tally.skipped)} not selected by name${counts === '' ? '' : ` (${counts})`}`,
  ].join(', ');
}
