// Many runs of random changes, messages and faults, compared with a model of the dataset after each.
import { exportTo, mergeInto } from '../../../bin/dataset/update';
import type { Row } from '../../../lib/table/columns';
import { type MemoryStorage, memoryStorage } from '../../../testing/fakes/memory-storage';
import { type Random, seededRandom } from '../../../testing/random/seeded';
import { datasetAt, type Objects, sourceOf, visibleRows, wanted } from './world';

const once = { restart: false, onStart: () => {} };
const merging = { by: null, selectionOf: () => () => true, restart: false, messages: true };

/** The state of each key. `etag` null: it is removed. */
type Model = Map<string, Readonly<{ order: number; etag: string | null }>>;

const keyOf = (random: Random): string =>
  `${random.pick(['a', 'é', '\u{1f4f7}', '\uffff'])}/${random.below(30)}${random.pick(['', ' +%'])}`;

/** Runs `work` until it ends, with a fault at a random call of each try but the last. */
async function withFaults(storage: MemoryStorage, random: Random, work: () => Promise<unknown>): Promise<void> {
  for (let tries = random.below(4); tries > 0; tries--) {
    storage.arm({ call: random.below(80), kind: random.pick(['before', 'after', 'dead']) });
    await work().catch(() => {});
    storage.arm(null);
    storage.files.delete('_state/lock');
  }
  storage.arm(null);
  await work();
}

function changeSome(objects: Objects, random: Random): void {
  for (let left = random.below(25); left > 0; left--) {
    if (random.chance(0.3)) objects.delete(keyOf(random));
    else objects.set(keyOf(random), `"${random.below(1e9)}"`);
  }
}

/** Writes messages, some late and some twice, and makes the model what they say. */
function sendSome(storage: MemoryStorage, model: Model, random: Random, at: number): void {
  const count = random.below(20);
  for (let i = 0; i < count; i++) {
    const key = keyOf(random);
    const held = model.get(key);
    const order = random.chance(0.7) ? Math.max((held?.order ?? 0) + 1, Date.now()) : random.below(held?.order ?? 1);
    // Two messages of the same order are the same message.
    const etag = order % 3 === 0 ? null : `"m${order}"`;
    const type = etag === null ? 'removed' : 'read';
    const line = JSON.stringify({ type, bucket: 'photos', key, order, etag, style: 'flat', record: {} });
    for (let copies = random.chance(0.2) ? 2 : 1; copies > 0; copies--) {
      const path = `changes/2026-11-30/${random.below(3)}/${at}-${i}-${copies}.ndjson`;
      storage.files.set(path, new TextEncoder().encode(line));
    }
    if (held === undefined || held.order < order) model.set(key, { order, etag });
  }
}

const contentsOf = (rows: readonly Row[]): readonly string[] =>
  rows.map((row) => `${row['key']} ${row['etag']} ${row['state_order']}`).sort();

test.each(Array.from({ length: 30 }, (_, seed) => seed))(
  'seed %i',
  async (seed) => {
    const random = seededRandom(seed);
    const storage = memoryStorage();
    const objects: Objects = new Map();
    const model: Model = new Map();
    const by = random.pick(['none', 'prefix', 'month'] as const);
    const limits = {
      rows: 2 + random.below(30),
      saveMs: random.pick([0, 60_000]),
      entriesOfFile: 1 + random.below(20),
    };
    for (let at = 0; at < 12; at++) {
      if (random.chance(0.5)) {
        changeSome(objects, random);
        await withFaults(storage, random, () =>
          exportTo(datasetAt(storage, limits), { ...wanted, by }, sourceOf(objects), once),
        );
        const rows = new Map((await visibleRows(storage)).map((row) => [String(row['key']), row]));
        expect([...rows.keys()].sort()).toEqual([...objects.keys()].sort());
        for (const [key, held] of model) {
          const row = rows.get(key);
          // The time of the removal is not in a row: the next message about the key is later than now.
          if (row === undefined && held.etag !== null) model.set(key, { order: Date.now(), etag: null });
        }
        for (const [key, row] of rows) {
          const [order, held] = [Number(row['state_order']), model.get(key)];
          expect(row['etag']).toBe(objects.get(key));
          // A row that was read has a greater number than every state before.
          if (held?.etag === row['etag']) expect(order).toBe(held?.order);
          else expect(order).toBeGreaterThan(held?.order ?? 0);
          model.set(key, { order, etag: String(row['etag']) });
        }
        // Later messages are later than everything that this run has seen.
        await new Promise((resolve) => setTimeout(resolve, 2));
      } else {
        sendSome(storage, model, random, at);
        await withFaults(storage, random, () => mergeInto(datasetAt(storage, limits), { ...merging, by }));
        for (const [key, { etag }] of model) {
          if (etag === null) objects.delete(key);
          else objects.set(key, etag);
        }
      }
      const expected = [...model].flatMap(([key, { etag, order }]) =>
        etag === null ? [] : [`${key} ${etag} ${order}`],
      );
      expect(contentsOf(await visibleRows(storage))).toEqual(expected.sort());
      expect([...storage.files.keys()].filter((path) => /run\.json|lock|changes\//.test(path))).toEqual([]);
    }
  },
  60_000,
);
