// A run that ends at any call of the storage, and runs again: the dataset equals the bucket, without a row twice.
import { exportTo, mergeInto } from '../../../bin/dataset/update';
import { memoryStorage, type StorageFault } from '../../../testing/fakes/memory-storage';
import { contents, contentsOf, datasetAt, type Objects, sourceOf, stateFiles, visibleRows, wanted } from './world';

const once = { restart: false, onStart: () => {} };
const merging = { by: null, selectionOf: () => () => true, restart: false, messages: true };

const first: Objects = new Map(Array.from({ length: 40 }, (_, i) => [`${i % 4}/${i} é.jpg`, `"${i}"`]));
/** Half of the objects changed, some removed, some new. */
const second: Objects = new Map([
  ...[...first].filter((_, i) => i % 5 !== 0).map(([key, etag], i) => [key, i % 2 === 0 ? etag : '"new"'] as const),
  ...Array.from({ length: 20 }, (_, i) => [`${i % 4}/x${i}.jpg`, '"x"'] as const),
]);

describe.each(['none', 'prefix', 'month'] as const)('--by %s', (by) => {
  test.each(['before', 'after', 'dead'] as const)(
    'an export that fails at each call (%s)',
    async (kind) => {
      for (let call = 0; ; call++) {
        const storage = memoryStorage();
        await exportTo(datasetAt(storage), { ...wanted, by }, sourceOf(first), once);
        const before = await contents(storage);
        expect(before).toEqual(contentsOf(first));
        storage.arm({ call, kind } satisfies StorageFault);
        const limits = { saveMs: call % 2 === 0 ? 0 : 60_000 };
        const failed = await exportTo(datasetAt(storage, limits), wanted, sourceOf(second), once).then(
          () => false,
          () => true,
        );
        const isOver = storage.calls() <= call;
        storage.arm(null);
        const seen = new Set((await visibleRows(storage)).map(({ key }) => key));
        for (const key of second.keys()) if (first.has(key)) expect(seen).toContain(key);
        storage.files.delete('_state/lock');
        await exportTo(datasetAt(storage), wanted, sourceOf(second), once);
        expect({ call, rows: await contents(storage) }).toEqual({ call, rows: contentsOf(second) });
        // And what is kept is right: another run reads nothing.
        const source = sourceOf(second);
        await exportTo(datasetAt(storage), wanted, source, once);
        expect(source.reads).toEqual([]);
        expect(stateFiles(storage).filter((path) => !path.includes('/index-'))).toEqual([
          '_state/dataset.json',
          '_state/head.json',
        ]);
        if (isOver) {
          expect(failed).toBe(false);
          expect(call).toBeGreaterThan(50);
          return;
        }
      }
    },
    120_000,
  );
});

test('an export that fails at each call and goes on with other limits of rows', async () => {
  for (let call = 0, isOver = false; !isOver; call++) {
    const storage = memoryStorage();
    await exportTo(datasetAt(storage, { rows: 3 }), wanted, sourceOf(first), once);
    storage.arm({ call, kind: 'dead' });
    await exportTo(datasetAt(storage, { rows: 20 }), wanted, sourceOf(second), once).catch(() => {});
    isOver = storage.calls() <= call;
    storage.arm(null);
    storage.files.delete('_state/lock');
    await exportTo(datasetAt(storage, { rows: 5 }), wanted, sourceOf(second), once);
    expect({ call, rows: await contents(storage) }).toEqual({ call, rows: contentsOf(second) });
  }
}, 120_000);

test.each(['before', 'after', 'dead'] as const)(
  'a merge that fails at each call (%s)',
  async (kind) => {
    for (let call = 0; ; call++) {
      const storage = memoryStorage();
      await exportTo(datasetAt(storage), wanted, sourceOf(first), once);
      const after = new Map(first);
      const messages = [...first.keys()].flatMap((key, i) => {
        const order = Date.now() + 1000 + i;
        if (i % 3 === 0) after.set(key, '"changed"');
        if (i % 7 === 0) after.delete(key);
        return [
          ...(i % 3 === 0 ? [{ type: 'read', bucket: 'photos', key, order, etag: '"changed"', record: {} }] : []),
          ...(i % 7 === 0 ? [{ type: 'removed', bucket: 'photos', key, order: order + 1, etag: null }] : []),
        ];
      });
      messages.forEach((message, i) => {
        storage.files.set(
          `changes/2026-11-30/0${i % 3}/${i}.ndjson`,
          new TextEncoder().encode(JSON.stringify(message)),
        );
      });
      storage.arm({ call, kind });
      await mergeInto(datasetAt(storage), merging).catch(() => {});
      const isOver = storage.calls() <= call;
      storage.arm(null);
      storage.files.delete('_state/lock');
      await mergeInto(datasetAt(storage), merging);
      expect({ call, rows: await contents(storage) }).toEqual({ call, rows: contentsOf(after) });
      expect([...storage.files.keys()].filter((path) => path.startsWith('changes/'))).toEqual([]);
      // Late copies change nothing.
      messages.forEach((message, i) => {
        storage.files.set(`changes/2026-11-30/09/${i}.ndjson`, new TextEncoder().encode(JSON.stringify(message)));
      });
      await mergeInto(datasetAt(storage), merging);
      expect({ call, rows: await contents(storage) }).toEqual({ call, rows: contentsOf(after) });
      if (isOver) return;
    }
  },
  120_000,
);
