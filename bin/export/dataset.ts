// `bucket-exif export SOURCE --to s3://warehouse/dataset/`, `--merge` and `--compact`.

import { existsSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { regionIn } from '../../lib/bucket';
import { openPart } from '../../lib/table/parquet';
import { openEncoder } from '../../lib/table/parquet-encoder';
import type { Env } from '../../lib/types';
import { failureLine } from '../cli/error-words';
import type { Codec } from '../dataset/buffers';
import { openStorage } from '../dataset/open-storage';
import { type Dataset, datasetLimits } from '../dataset/run';
import { type Counts, noCounts } from '../dataset/state';
import type { Storage } from '../dataset/storage';
import { exportTo, mergeInto } from '../dataset/update';
import { wrongUse } from '../terminal/command-line';
import { formatCount, formatDuration, type Progress, type Screen, showProgress } from '../terminal/progress';
import { keepHeapSmall } from '../terminal/small-heap';
import { emptyTally, type Tally } from '../terminal/tally';
import type { DatasetExport, DatasetMerge, DatasetOptions } from './dataset-options';
import { purposeOf, selectionOf, sourceOf } from './dataset-source';
import type { ReadRow } from './read-row';
import type { ExportSource } from './source';

export type DatasetCommand = Readonly<{
  env: Env;
  /** `bucket-exif version 1.2.3`, for the parts. */
  program: string;
  screen: Screen;
  out(text: string): void;
  stop: AbortSignal;
}>;

/** How a command ended. `failed`: objects, or files of messages, that could not be read. */
export type DatasetEnd = Readonly<{ failed: number; stopped: boolean }>;

/** Failures that are shown. */
const shownFailures = 20;
/** The lock of a run that was killed on another machine is free after a minute. */
const lease = { leaseMs: 60_000, pollMs: 2_000 } as const;

/** Exports into a dataset. Throws ProblemError when it cannot start or go on; what it has read is kept then. */
export async function exportDataset(
  options: DatasetExport,
  opened: ExportSource,
  readRow: ReadRow,
  command: DatasetCommand,
): Promise<DatasetEnd> {
  refuseSource(options, opened);
  const work = start(options, command);
  const wanted = { ...purposeOf(options, opened, command.env['EXIF_DROP'] ?? ''), by: options.by };
  const { dataset, note } = work;
  let shown = 0;
  const source = {
    ...sourceOf(options, opened, wanted, readRow),
    onFailure(key: string, error: unknown): void {
      if (shown++ < shownFailures) note(failureLine(key, error));
    },
  };
  const onStart = (resumed: boolean): void => {
    if (resumed) note('Going on with the export that was interrupted');
  };
  try {
    const { counts, stopped } = await exportTo(dataset, wanted, source, { restart: options.restart, onStart });
    if (shown > shownFailures) note(`and ${formatCount(shown - shownFailures)} more failures`);
    work.end(stopped ? 'Stopped: ' : '', counts, stopped ? 'To continue, run the same command again' : '');
    return { failed: counts.failed, stopped };
  } finally {
    work.progress?.stop();
  }
}

/** Merges the messages of a sink, or only compacts. Throws ProblemError when it cannot; the messages are kept then. */
export async function mergeDataset(options: DatasetMerge, command: DatasetCommand): Promise<DatasetEnd> {
  const { by, restart, kind, location } = options;
  // The first message makes a place in a bucket; a folder has a dataset only after an export.
  if (location.kind === 'directory' && !existsSync(location.path))
    throw wrongUse(`${location.path} does not exist: --${kind} needs a dataset`);
  const work = start(options, command);
  try {
    const merged = await mergeInto(work.dataset, { by, restart, selectionOf, messages: kind === 'merge' });
    const { bad, messages, files, left, counts, stopped } = merged;
    for (const { path, problem } of bad.slice(0, shownFailures)) work.note(`${path} was left: ${problem}`);
    if (bad.length > shownFailures) work.note(`and ${formatCount(bad.length - shownFailures)} more files were left`);
    const others = left === 0 ? '' : `, ${formatCount(left)} about keys that are not selected`;
    const read = `Merged ${formatCount(messages)} messages of ${formatCount(files)} files${others}`;
    work.end(stopped ? 'Stopped: ' : '', counts, kind === 'merge' ? read : '');
    return { failed: bad.length, stopped };
  } finally {
    work.progress?.stop();
  }
}

/** Throws for a dataset in the folder that is exported: its parts would lie among the photos. */
function refuseSource({ location }: DatasetExport, { place }: ExportSource): void {
  if (location.kind !== 'directory' || place.location.kind !== 'directory') return;
  const [from, to] = [resolve(place.location.path), resolve(location.path)];
  if (to === from || to.startsWith(`${from}${sep}`))
    throw wrongUse(`--to is inside ${place.location.path}, which is exported: use a folder outside it`);
}

type Started = Readonly<{
  dataset: Dataset;
  progress: Progress | null;
  note(line: string): void;
  end(before: string, counts: Counts, after: string): void;
}>;

function start(options: DatasetOptions, { env, program, screen, out, stop }: DatasetCommand): Started {
  const { location, quiet, partRows } = options;
  keepHeapSmall();
  // Requests of the storage are not stopped by the user: the position is saved after a stop.
  const storage = openStorage(location, regionIn(env, location.kind === 's3'), env, new AbortController().signal);
  const started = performance.now();
  let seen: Counts = noCounts;
  const progress = quiet ? null : showProgress(screen, () => ({ tally: tallyOf(seen), total: null }));
  const note = progress?.note ?? ((line: string) => screen.write(`${line}\n`));
  const dataset: Dataset = {
    storage,
    codec: parquetCodec(program),
    limits: { ...datasetLimits, rows: partRows },
    lease: { ...lease, onWait: note },
    stop,
    onProgress(counts) {
      seen = counts;
    },
  };
  return {
    dataset,
    progress,
    note,
    end(before, counts, after) {
      progress?.stop();
      if (quiet) return;
      out(summaryOf(storage, before, counts, performance.now() - started));
      if (after !== '') out(`${after}\n`);
    },
  };
}

/** Parts as Parquet. Of a part that is read, its columns are in memory, and one row. */
export function parquetCodec(program: string): Codec {
  return {
    async encode(rows) {
      const encoder = await openEncoder(program);
      for await (const row of rows) encoder.add(row);
      return encoder.end();
    },
    async *decode(bytes) {
      const { groups } = await openPart(bytes);
      for await (const group of groups) yield* group;
    },
  };
}

function tallyOf({ created, changed, unchanged, removed, failed }: Counts): Tally {
  const codes = Object.entries({ new: created, changed, unchanged, removed, failed }).filter(([, count]) => count > 0);
  return { ...emptyTally, done: created + changed, upToDate: unchanged, failed, codes: Object.fromEntries(codes) };
}

function summaryOf({ name }: Storage, before: string, counts: Counts, ms: number): string {
  const { created, changed, unchanged, removed, errors, failed, written, rewritten } = counts;
  const rows = [
    `${formatCount(created)} new`,
    `${formatCount(changed)} changed`,
    `${formatCount(unchanged)} unchanged`,
    `${formatCount(removed)} removed`,
    ...(errors === 0 ? [] : [`${formatCount(errors)} new rows with an error`]),
    ...(failed === 0 ? [] : [`${formatCount(failed)} failed`]),
  ];
  const parts = `${formatCount(written)} ${written === 1 ? 'part' : 'parts'} written, ${formatCount(rewritten)} rewritten`;
  return `${before}${name}: ${rows.join(', ')}\n${parts}, ${formatDuration(ms / 1000)}\n`;
}
