// Ends a run: rewrites parts that have dead rows, joins small parts, and commits.

import type { Row } from '../../lib/table/columns';
import { type IndexFiles, indexWriter, isRemoved, openIndex } from './index-file';
import { partitionIn, partPath, paths } from './layout';
import type { LiveRows } from './live-rows';
import { commit, type JoinedRun, type LockedDataset } from './run';
import { type Counts, type Head, type Part, type PartLimits, unusable } from './state';

/** Parts whose live rows become one new part; `to` null: none of their rows is live. */
export type Rewrite = Readonly<{ from: readonly Part[]; to: Part | null }>;

/** Small parts of about the same size are joined when a partition has so many of them: then each row is rewritten few times. */
const manyParts = 8;

/** A run that is complete: its counts, and the dataset after it. */
export type Finished = Readonly<{ counts: Counts; head: Head }>;

/** Rewrites parts and commits the run. */
export async function finish(dataset: LockedDataset, joined: JoinedRun): Promise<Finished> {
  const { head } = dataset;
  const { run, live, files, limits } = joined;
  const parts = [...head.parts, ...joined.parts];
  const rewrites = planRewrites(parts, live, limits, joined.nextPart, run);
  const { created, changed, removed, marked } = joined.counts;
  if (rewrites.length === 0 && joined.parts.length === 0 && created + changed + removed + marked === 0) {
    await commit(dataset, head, run);
    return { counts: joined.counts, head };
  }
  const rewritten = await rewriteAll(dataset, live, rewrites);
  const index = { run, stage: 'a', files } as const;
  const counts = { ...joined.counts, rewritten };
  const gone = new Set(rewrites.flatMap(({ from }) => from));
  const next: Head = {
    run,
    index: rewrites.length === 0 ? index : await moveEntries(dataset, index, live, rewrites),
    parts: [...parts.filter((part) => !gone.has(part)), ...rewrites.flatMap(({ to }) => (to === null ? [] : [to]))],
    nextPart: joined.nextPart + rewrites.length,
  };
  await commit(dataset, next, run);
  return { counts, head: next };
}

/** The rewrites of all partitions. The same parts and live rows give the same rewrites, so that a run can go on with them. */
export function planRewrites(
  parts: readonly Part[],
  live: LiveRows,
  limits: PartLimits,
  firstPart: number,
  run: string,
): readonly Rewrite[] {
  const groups = [...grouped(parts, ({ path }) => partitionIn(path))].flatMap(([partition, own]) =>
    groupsOf(own, live, limits).map((from) => ({ partition, from })),
  );
  return groups.map(({ partition, from }, at) => {
    const rows = sumOf(from, ({ n }) => live.count(n));
    const n = firstPart + at;
    const weight = Math.round(sumOf(from, (part) => liveWeight(part, live)));
    return { from, to: rows === 0 ? null : { n, path: partPath(partition, n, run), rows, weight } };
  });
}

/** The parts of one partition that are rewritten, divided so that each new part stays within the limits. */
function groupsOf(parts: readonly Part[], live: LiveRows, limits: PartLimits): readonly (readonly Part[])[] {
  const isDirty = (part: Part): boolean => live.count(part.n) < part.rows;
  const isSmall = ({ rows, weight }: Part): boolean => rows < limits.rows / 4 && weight < limits.weight / 4;
  const small = grouped(
    parts.filter((part) => !isDirty(part) && isSmall(part)),
    ({ rows }) => Math.floor(Math.log2(rows) / 3),
  );
  const joined = new Set([...small.values()].filter(({ length }) => length >= manyParts).flat());
  const groups: Part[][] = [];
  let [rows, weight] = [Number.POSITIVE_INFINITY, 0];
  for (const part of parts) {
    if (!isDirty(part) && !joined.has(part)) continue;
    const more = live.count(part.n);
    rows += more;
    weight += liveWeight(part, live);
    if (rows > limits.rows || weight > limits.weight) {
      groups.push([]);
      [rows, weight] = [more, liveWeight(part, live)];
    }
    groups.at(-1)?.push(part);
  }
  return groups.filter((group) => group.length > 1 || group.some(isDirty));
}

function grouped<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): ReadonlyMap<Key, readonly Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

function liveWeight({ n, rows, weight }: Part, live: LiveRows): number {
  return rows === 0 ? 0 : (weight * live.count(n)) / rows;
}

function sumOf<T>(items: readonly T[], count: (item: T) => number): number {
  return items.reduce((sum, item) => sum + count(item), 0);
}

/** Writes the new parts, but those that this run wrote before it was interrupted. Returns their number. */
async function rewriteAll(dataset: LockedDataset, live: LiveRows, rewrites: readonly Rewrite[]): Promise<number> {
  const { storage, held } = dataset;
  const written = new Set<string>();
  if (rewrites.length > 0)
    for await (const page of storage.list(paths.data)) for (const { path } of page) written.add(path);
  let count = 0;
  for (const { from, to } of rewrites) {
    if (to === null) continue;
    count++;
    if (written.has(to.path)) continue;
    await held.check();
    await storage.put(to.path, await rewrite(dataset, live, from));
  }
  return count;
}

function rewrite({ storage, codec }: LockedDataset, live: LiveRows, from: readonly Part[]): Promise<Uint8Array> {
  return codec.encode(liveRowsOf());

  async function* liveRowsOf(): AsyncGenerator<Row> {
    for (const part of from) {
      if (live.count(part.n) === 0) continue;
      const bytes = await storage.get(part.path);
      if (bytes === null) throw unusable(storage, `${part.path} is missing: ${advice}`);
      let at = 0;
      for await (const row of codec.decode(bytes)) if (live.isLive(part.n, at++)) yield row;
      if (at !== part.rows) throw unusable(storage, `${part.path} was changed by another program: ${advice}`);
    }
  }
}

const advice = 'delete the dataset (data/ and _state/) and export it again';

/** Writes the index of stage `b`, in which the rows have their new places. */
async function moveEntries(
  { storage, limits, held }: LockedDataset,
  index: Readonly<{ run: string; stage: 'a'; files: number }>,
  live: LiveRows,
  rewrites: readonly Rewrite[],
): Promise<IndexFiles> {
  const moved = new Map<number, Readonly<{ part: number; base: number }>>();
  for (const { from, to } of rewrites) {
    let base = 0;
    for (const { n } of from) {
      if (to !== null) moved.set(n, { part: to.n, base });
      base += live.count(n);
    }
  }
  const reader = await openIndex(storage, index);
  const writer = indexWriter(storage, { run: index.run, stage: 'b', files: 0 }, limits.entriesOfFile);
  for (let entry = reader.current(); entry !== null; entry = reader.current()) {
    const place = isRemoved(entry) ? undefined : moved.get(entry.part);
    writer.add(
      place === undefined
        ? entry
        : { ...entry, part: place.part, row: place.base + live.before(entry.part, entry.row) },
    );
    if (writer.isFull()) {
      await held.check();
      await writer.cut();
    }
    const wait = reader.advance();
    if (wait !== null) await wait;
  }
  await writer.cut();
  return { run: index.run, stage: 'b', files: writer.files() };
}
