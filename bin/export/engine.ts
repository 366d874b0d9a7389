// Runs an export: lists, reads, and writes the rows in the order of the list.

import { ProblemError } from '../../lib/problem';
import type { ListedObject } from '../backfill/source';
import { failureLine } from '../cli/error-words';
import { inOrder } from '../cli/in-order';
import { formatCount, formatDuration, formatObjects, type Screen, showProgress } from '../terminal/progress';
import { addSkipped, addWarmed, emptyTally, finished, type Tally } from '../terminal/tally';
import type { ReadRow, RowResult } from './read-row';
import type { RowFile } from './row-file';
import type { ExportSource } from './source';

/** The parts of an export. `to` is the path of the file, for messages. */
export type Export = Readonly<{
  source: Pick<ExportSource, 'objects' | 'chosen'>;
  readRow: ReadRow;
  openFile(): Promise<RowFile>;
  to: string;
  concurrency: number;
  count: boolean;
  quiet: boolean;
  screen: Screen;
  /** Takes the summary. */
  out(text: string): void;
  stop: AbortSignal;
}>;

/** The result: objects that failed, and whether the user stopped it. */
export type ExportEnd = Readonly<{ failed: number; stopped: boolean }>;

/** Number of failures in a row, with the codes below, after which the export ends: the store is unreachable. */
const giveUpAfter = 100;
const storeFaults = new Set(['BucketFault', 'BucketMisconfigured', 'NoSuchBucket', 'SlowDown', 'Timeout']);
/** Failures that are shown. */
const shownFailures = 20;

/** What an export has done so far. `gone`: objects that were removed since they were listed. */
type Run = { tally: Tally; total: number | null; gone: number; requests: number; bytes: number; inARow: number };

/** Runs an export to its end. Throws ProblemError when it cannot go on; then no file is left. */
export async function exportTable(work: Export): Promise<ExportEnd> {
  const { screen, quiet, stop } = work;
  const started = performance.now();
  const run: Run = { tally: emptyTally, total: null, gone: 0, requests: 0, bytes: 0, inARow: 0 };
  const file = await work.openFile();
  const counting = new AbortController();
  const progress = quiet ? null : showProgress(screen, () => run);
  const note = progress?.note ?? ((line: string) => screen.write(`${line}\n`));
  if (work.count) void countAll(work, run, counting.signal);
  let isComplete = false;
  try {
    await addRows(work, run, file, note);
    if (stop.aborted) return { failed: run.tally.failed, stopped: true };
    const length = await file.finish();
    isComplete = true;
    progress?.stop();
    if (!quiet) work.out(summaryOf(work, run, length, performance.now() - started));
    return { failed: run.tally.failed, stopped: false };
  } finally {
    progress?.stop();
    counting.abort();
    if (!isComplete) await file.abandon();
    if (stop.aborted && !isComplete) screen.write(`Stopped: ${work.to} was not written\n`);
  }
}

async function addRows(work: Export, run: Run, file: RowFile, note: (line: string) => void): Promise<void> {
  const { readRow, concurrency, stop } = work;
  let shown = 0;
  const read = async (object: ListedObject) => ({ key: object.key, result: await readListed(readRow, object) });
  for await (const { key, result } of inOrder(chosenObjects(work, run), concurrency, read, stop)) {
    if (stop.aborted) return;
    addResult(run, result);
    if (result.row !== null) await file.add(result.row);
    if (result.message === null) continue;
    const error = new ProblemError(result.code as ProblemError['code'], result.message);
    if (shown++ < shownFailures) note(failureLine(key, error));
    if (run.inARow >= giveUpAfter)
      throw new ProblemError(
        'BucketFault',
        `Stopped after ${giveUpAfter} failures in a row. The last one: ${result.message}`,
      );
  }
  if (shown > shownFailures) note(`and ${formatCount(shown - shownFailures)} more failures`);
}

/** The objects that become rows. The next page is listed while one is read. */
async function* chosenObjects({ source }: Export, run: Run): AsyncGenerator<ListedObject> {
  const pages = source.objects.pages(null)[Symbol.asyncIterator]();
  const next = () => {
    const page = pages.next();
    page.catch(() => {}); // thrown when the page is needed
    return page;
  };
  let coming = next();
  try {
    for (;;) {
      const { value: page, done } = await coming;
      if (done === true) return;
      coming = next();
      for (const object of page.objects) {
        if (object.problem !== null || source.chosen(object.key)) yield object;
        else run.tally = addSkipped(run.tally);
      }
    }
  } finally {
    pages.return?.(undefined).catch(() => {});
  }
}

/** A key that the store sends in a form that cannot be decoded is a failure. */
async function readListed(readRow: ReadRow, { key, etag, size, problem }: ListedObject): Promise<RowResult> {
  if (problem === null) return readRow({ key, etag, size });
  const { code, message } = problem;
  return { row: null, code, container: null, outcome: 'failed', message, cost: { requests: 0, bytes: 0 } };
}

function addResult(run: Run, { row, code, container, outcome, message, cost }: RowResult): void {
  run.requests += cost.requests;
  run.bytes += cost.bytes;
  if (row === null && message === null) run.gone++;
  else run.tally = addWarmed(run.tally, { code, container, outcome });
  // A bucket may have many objects that are refused; but when no object can be read, a permission is missing.
  const isOfStore = storeFaults.has(code) || (code === 'AccessDenied' && run.tally.done === 0);
  run.inARow = outcome === 'failed' && isOfStore ? run.inARow + 1 : 0;
}

/** Counts all objects while the work goes on. If that fails, the progress shows no total, and the work reports the reason. */
async function countAll({ source }: Export, run: Run, stop: AbortSignal): Promise<void> {
  let total = 0;
  try {
    for await (const { objects } of source.objects.pages(null)) {
      if (stop.aborted) return;
      for (const { key, problem } of objects) if (problem !== null || source.chosen(key)) total++;
    }
    run.total = total;
  } catch {
    return;
  }
}

function summaryOf({ to }: Export, { tally, gone, requests, bytes }: Run, length: number, ms: number): string {
  const { OK: _, ...codes } = tally.codes;
  const byCode = Object.entries(codes).sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
  const errors = tally.unreadable + tally.failed;
  const names = byCode.map(([code, count]) => `${code} ${formatCount(count)}`).join(', ');
  const rows = finished(tally);
  return [
    `${to}: ${formatCount(rows)} ${rows === 1 ? 'row' : 'rows'}, ${megabytes(length)}`,
    errors === 0 ? '' : `, ${formatCount(errors)} with an error (${names})`,
    `\nRead ${megabytes(bytes)} in ${formatCount(requests)} GETs, ${formatDuration(ms / 1000)}`,
    gone === 0 ? '' : `; ${formatObjects(gone)} removed meanwhile`,
    tally.skipped === 0 ? '' : `; ${formatCount(tally.skipped)} not selected by name`,
    '\n',
  ].join('');
}

function megabytes(bytes: number): string {
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
