// What can be done with a dataset: export a bucket into it, or merge messages and compact it.

import { ProblemError } from '../../lib/problem';
import { finish } from './compact';
import { joinListing } from './join';
import type { ExportSource } from './join-state';
import { type Partitioning, paths } from './layout';
import { type Merged, mergeAll } from './merge';
import { type Dataset, discard, firstJournal, joinedRun, type LockedDataset, withLock } from './run';
import { type Counts, type DatasetPurpose, type Journal, loadPurpose, savePurpose, unusable } from './state';

/** What a command wants the dataset to be of; `by` null: as it is, or without partitions. */
export type Wanted = Omit<DatasetPurpose, 'by'> & Readonly<{ by: Partitioning | null }>;

/** How an export ended. */
export type Exported = Readonly<{ counts: Counts; stopped: boolean }>;

export type ExportOptions = Readonly<{
  /** Whether to start from the beginning, not from the position of an interrupted run. */
  restart: boolean;
  /** Called when the dataset is locked; `resumed`: the run goes on with an interrupted one. */
  onStart(resumed: boolean): void;
}>;

/**
 * Exports a bucket. Throws ProblemError ConfigInvalid for a dataset of something else, or that another process is writing, and the
 * errors of the bucket and of the storage.
 */
export function exportTo(
  dataset: Dataset,
  wanted: Wanted,
  source: ExportSource,
  { restart, onStart }: ExportOptions,
): Promise<Exported> {
  return withLock(dataset, async (opened, held) => {
    const purpose = await agree(opened, wanted, source.again);
    const { by } = purpose;
    const { locked, journal } = await settled(opened, held, restart);
    onStart(journal !== null);
    const joined = await joinListing(locked, source, by, journal ?? firstJournal('export', locked.head));
    if (joined.run === null) return { counts: joined.counts, stopped: true };
    const { counts } = await finish(locked, joined.run);
    if (purpose.leftOut === null) await savePurpose(opened.storage, { ...purpose, leftOut: wanted.leftOut });
    return { counts, stopped: false };
  });
}

/** How messages are merged. */
export type MergeOptions = Readonly<{
  /** The partitions of a new dataset; null = none. */
  by: Partitioning | null;
  /** The keys that a dataset has of its exported bucket. */
  selectionOf(purpose: DatasetPurpose): (key: string) => boolean;
  /** Whether to give up an export that was interrupted; the next one starts from the beginning. */
  restart: boolean;
  /** Whether to read messages; false = only compact. */
  messages: boolean;
}>;

/** Merges the messages below `changes/`, and compacts. Throws as `exportTo`. */
export function mergeInto(dataset: Dataset, { by, selectionOf, restart, messages }: MergeOptions): Promise<Merged> {
  return withLock(dataset, async (opened, held) => {
    if (!messages && (await loadPurpose(opened.storage)) === null) throw unusable(opened.storage, 'there is none');
    const purpose = await agree(opened, { source: null, names: [], prefix: '', keys: '', leftOut: '', by }, false);
    const isOpen = held?.kind === 'export' && held.stage === 'join';
    if (isOpen && !restart) throw unusable(opened.storage, interrupted);
    const { locked } = await settled(opened, held, restart);
    return mergeAll(locked, { purpose, isSelected: selectionOf(purpose), messages });
  });
}

const interrupted =
  'an export into it was interrupted. Run that export again first, or add --restart to give up what it has read';

/** Ends a run that only has to be ended, and gives up one that cannot go on. Returns the journal of one that goes on. */
async function settled(
  opened: LockedDataset,
  held: Journal | null,
  restart: boolean,
): Promise<Readonly<{ locked: LockedDataset; journal: Journal | null }>> {
  if (held === null) return { locked: opened, journal: null };
  if (held.stage === 'compact') {
    const { head } = await finish(opened, await joinedRun(opened, held));
    return { locked: { ...opened, head }, journal: null };
  }
  if (held.kind === 'export' && !restart) return { locked: opened, journal: held };
  await discard(opened, held);
  return { locked: opened, journal: null };
}

/** The purpose of the dataset: the one that it has, which must be the wanted one; in an empty place, the wanted one. */
async function agree({ storage }: LockedDataset, wanted: Wanted, again: boolean): Promise<DatasetPurpose> {
  const held = await loadPurpose(storage);
  if (held === null) await refuseOthers(storage);
  else refuseOther(storage, held, wanted);
  const by = held?.by ?? wanted.by ?? 'none';
  const isNew = held === null || (held.source === null && wanted.source !== null);
  const isOtherwise = !isNew && wanted.source !== null && held.leftOut !== wanted.leftOut;
  if (isOtherwise && !again) throw unusable(storage, otherwise(held.leftOut, wanted.leftOut));
  if (!isNew && !isOtherwise) return held;
  const purpose: DatasetPurpose = isNew ? { ...wanted, by } : { ...held, leftOut: null };
  await savePurpose(storage, purpose);
  return purpose;
}

/** Rows of unchanged objects would keep what the settings now leave out. */
function otherwise(held: string | null, wanted: string | null): string {
  const text = (leftOut: string | null): string => leftOut || 'neither EXIF_DROP nor --no-privacy';
  const made = held === null ? 'its rows were being replaced' : `it was made with ${text(held)}`;
  return `${made}, and this run has ${text(wanted)}: add --again to read all objects again, or ${another}`;
}

function refuseOther(storage: LockedDataset['storage'], held: DatasetPurpose, wanted: Wanted): void {
  const otherBy = wanted.by !== null && wanted.by !== held.by;
  if (otherBy)
    throw unusable(storage, `it is divided --by ${held.by}, not ${wanted.by}: leave out --by, or ${another}`);
  if (wanted.source === null || held.source === null) return;
  if (held.source !== wanted.source)
    throw unusable(storage, `it is of ${held.source}, not of ${wanted.source}: ${another}`);
  if (held.prefix === wanted.prefix && held.keys === wanted.keys) return;
  const below = held.prefix === '' ? '' : `, below or like ${JSON.stringify(held.prefix)}`;
  const selected = `${keysText(held.keys)}${below}`;
  throw unusable(storage, `it has another selection of keys (${selected}): use the same one, or ${another}`);
}

const another = 'export into another place';

function keysText(keys: string): string {
  if (keys === 'all') return '--all';
  return keys === 'images' ? 'neither --include nor --all' : `--include ${JSON.stringify(keys)}`;
}

/** Refuses to start a dataset among the files of another program. Messages may come before the dataset. */
async function refuseOthers(storage: LockedDataset['storage']): Promise<void> {
  for (const prefix of [paths.data, paths.state]) {
    for await (const page of storage.list(prefix)) {
      const other = page.find(({ path }) => path !== paths.lock);
      if (other === undefined) continue;
      const message = `${storage.name} is not a dataset, but has the file ${JSON.stringify(other.path)}: ${another}`;
      throw new ProblemError('ConfigInvalid', `Cannot start a dataset: ${message}`);
    }
  }
}
