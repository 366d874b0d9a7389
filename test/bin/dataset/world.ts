// A bucket and its dataset in memory, for tests: the rows are JSON, so that thousands of runs take seconds.
import type { Codec } from '../../../bin/dataset/buffers';
import type { ExportSource, ReadResult } from '../../../bin/dataset/join-state';
import { partIn } from '../../../bin/dataset/layout';
import { type Dataset, type DatasetLimits, datasetLimits } from '../../../bin/dataset/run';
import type { Storage } from '../../../bin/dataset/storage';
import type { Wanted } from '../../../bin/dataset/update';
import { compareUtf8 } from '../../../lib/bytes/utf8';
import type { Row } from '../../../lib/table/columns';
import type { MemoryStorage } from '../../../testing/fakes/memory-storage';

export const jsonCodec: Codec = {
  async encode(rows) {
    const all: Row[] = [];
    for await (const row of rows) all.push(row);
    return new TextEncoder().encode(JSON.stringify(all));
  },
  async *decode(bytes) {
    yield* JSON.parse(new TextDecoder().decode(bytes)) as Row[];
  },
};

export const wanted: Wanted = {
  source: 's3://photos',
  names: ['photos'],
  prefix: '',
  keys: 'all',
  leftOut: '',
  by: null,
};

/** Small limits, so that few objects need several parts, files and positions. */
export const smallLimits: DatasetLimits = { ...datasetLimits, rows: 7, entriesOfFile: 5, messages: 6 };

export function datasetAt(
  storage: Storage,
  limits: Partial<DatasetLimits> = {},
  stop = new AbortController(),
): Dataset {
  return {
    storage,
    codec: jsonCodec,
    limits: { ...smallLimits, ...limits },
    lease: { leaseMs: 60_000, pollMs: 1, onWait: () => {} },
    stop: stop.signal,
    onProgress: () => {},
  };
}

/** Objects by their key: the ETag, or how reading fails. */
export type Objects = Map<string, string>;

export type TestSource = ExportSource & Readonly<{ reads: string[]; failures: string[] }>;

/** An ETag `"gone.."` is that of an object that is gone when it is read, `"fails.."` of one that cannot be read. */
export function sourceOf(objects: Objects, options: Partial<ExportSource> = {}): TestSource {
  const reads: string[] = [];
  const failures: string[] = [];
  return {
    bucket: 'photos',
    async *pages(after) {
      const keys = [...objects.keys()].sort(compareUtf8).filter((key) => after === null || compareUtf8(key, after) > 0);
      for (let at = 0; at < keys.length; at += 4) {
        const page = keys.slice(at, at + 4).map((key) => ({ key, etag: objects.get(key) ?? null }));
        yield { objects: page, askedAt: Date.now() };
      }
    },
    isSelected: () => true,
    async read({ key }, order): Promise<ReadResult> {
      reads.push(key);
      await new Promise((resolve) => setImmediate(resolve));
      const etag = objects.get(key) ?? '"gone"';
      if (etag.startsWith('"gone')) return { kind: 'gone' };
      if (etag.startsWith('"fails')) return { kind: 'failed', error: new Error(etag) };
      return { kind: 'row', row: rowOf(key, etag, order) };
    },
    concurrency: 3,
    again: false,
    allowRemovals: true,
    onFailure: (key) => void failures.push(key),
    ...options,
    reads,
    failures,
  };
}

export function rowOf(key: string, etag: string, order: number, bucket = 'photos'): Row {
  const month = (key.length + etag.length) % 3;
  const taken = month === 2 ? null : Date.UTC(2026, month, 3);
  return { bucket, key, etag, state_order: order, taken_at_local: taken, error: null };
}

/** All rows that a reader of the dataset sees now. */
export async function visibleRows(storage: MemoryStorage): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const [path, bytes] of storage.files)
    if (partIn(path) !== null) for await (const row of jsonCodec.decode(bytes)) rows.push(row);
  return rows;
}

/** The visible rows as `key etag`, sorted. */
export async function contents(storage: MemoryStorage): Promise<readonly string[]> {
  const rows = await visibleRows(storage);
  return rows.map((row) => `${row['key']} ${row['etag']}`).sort();
}

export function contentsOf(objects: Objects): readonly string[] {
  return [...objects]
    .filter(([, etag]) => !/^"(gone|fails)/.test(etag))
    .map(([key, etag]) => `${key} ${etag}`)
    .sort();
}

/** The files of the state that a run leaves, without those of the index. */
export function stateFiles(storage: MemoryStorage): readonly string[] {
  return [...storage.files.keys()].filter((path) => path.startsWith('_state/')).sort();
}
