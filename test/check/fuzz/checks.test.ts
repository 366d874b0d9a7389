// What the fuzzer finds wrong: each check sees a fault that is made for it.
import { judgeInput, maxMs } from '../../../check/fuzz/judge-input';
import { plainObject, sparseObject } from '../../../check/fuzz/object';
import {
  differences,
  partReader,
  type ReadingFinding,
  type ReadingOutcome,
  unbounded,
} from '../../../check/fuzz/reading';
import { readRange } from '../../../lib/bytes/reader';
import { readTiffHeader } from '../../../lib/tiff/header';
import type { TagEntry } from '../../../lib/types';
import { noise } from '../../../testing/build/bytes';
import { problemOf } from '../../../testing/compare/problem';

const nothing = new Uint8Array(0);

test('an error is a reason, with the place in lib/ that it comes from', async () => {
  const { wrong } = await judgeInput(async (input) => [String(readTiffHeader(input).big)], nothing);
  expect(wrong).toEqual([
    { reason: expect.stringMatching(/^threw ProblemError: /), place: expect.stringContaining('header') },
  ]);
  const odd = await judgeInput(() => Promise.reject('text'), nothing);
  expect(odd.wrong).toEqual([{ reason: 'threw text', place: '' }]);
});

test('an input that takes long is a reason; one that waits is not', async () => {
  const busy = async () => {
    const startedAt = process.cpuUsage();
    for (let used = 0; used < 1000 * maxMs + 20_000; ) {
      const { user, system } = process.cpuUsage(startedAt);
      used = user + system;
    }
    return [];
  };
  expect((await judgeInput(busy, nothing)).wrong).toEqual([
    { reason: expect.stringContaining('took over'), place: '' },
  ]);
  const waiting = () => new Promise<string[]>((resolve) => setTimeout(() => resolve([]), maxMs + 20));
  expect((await judgeInput(waiting, nothing)).wrong).toEqual([]);
});

describe('readings', () => {
  const shape = { width: 3, height: 2, frames: 1, animated: false };
  const make: TagEntry = { ifd: 'IFD0', tag: 0x010f, type: 2, count: 2, offset: 10, value: Uint8Array.of(65, 0) };
  const model: TagEntry = { ...make, tag: 0x0110, offset: 22 };
  const document = { littleEndian: true, entries: [make, model], warnings: [], pages: 1 };
  const found: ReadingFinding = { container: 'tiff', shape, document };
  const reading = (outcome: ReadingOutcome, ended = false) => ({ way: ended ? 'little' : 'all', outcome, ended });
  const all = reading({ found });
  const but = (change: Partial<ReadingFinding>): ReadingOutcome => ({ found: { ...found, ...change } });

  test.each<[string, ReadingOutcome, boolean, number]>([
    ['the same', but({}), false, 0],
    ['another container', but({ container: 'png' }), false, 1],
    ['another shape', but({ shape: { ...shape, frames: 2 } }), false, 1],
    ['a tag less', but({ document: { ...document, entries: [make] } }), false, 1],
    [
      'another value',
      but({ document: { ...document, entries: [{ ...make, value: Uint8Array.of(66, 0) }, model] } }),
      false,
      1,
    ],
    ['another order', but({ document: { ...document, entries: [model, make] } }), false, 1],
    ['no tags', but({ document: null }), false, 1],
    ['a problem', { code: 'DamagedImage' }, false, 1],
    ['a tag less where the budget ended', but({ document: { ...document, entries: [make] } }), true, 0],
    ['no tags where the budget ended', but({ document: null }), true, 0],
    ['BudgetExceeded where the budget ended', { code: 'BudgetExceeded' }, true, 0],
    ['another problem where the budget ended', { code: 'DamagedImage' }, true, 1],
    [
      'another value where the budget ended',
      but({ document: { ...document, entries: [{ ...make, value: null }] } }),
      true,
      1,
    ],
    ['another container where the budget ended', but({ container: 'png' }), true, 1],
  ])('%s', (_, outcome, ended, count) => {
    expect(differences(all, reading(outcome, ended))).toHaveLength(count);
    expect(differences(reading(outcome, ended), all)).toHaveLength(count);
  });

  test('problems are compared by their code', () => {
    const damaged = reading({ code: 'DamagedImage' });
    expect(differences(damaged, reading({ code: 'DamagedImage' }))).toEqual([]);
    expect(differences(damaged, reading({ code: 'NotAnImage' }))).toHaveLength(1);
  });
});

test('a reader of parts gives the same bytes, and notes where its budget ends', async () => {
  const bytes = noise(300);
  for (const cut of ['ranges', { minRead: 1, mergeGap: 0 }, { minRead: 50, mergeGap: 25 }] as const) {
    const state = { ended: false };
    const reader = partReader(plainObject(bytes), cut, { ...unbounded, requests: 2 }, state);
    expect(await readRange(reader, 7, 130)).toEqual(bytes.subarray(7, 130));
    expect(await readRange(reader, 200, 300)).toEqual(bytes.subarray(200, 300));
    expect(state.ended).toBe(false);
    expect(await problemOf(() => readRange(reader, 0, 300))).toBe('BudgetExceeded');
    expect(state.ended).toBe(true);
  }
});

test('a sparse object is its bytes with zeros put in', () => {
  const bytes = noise(20).map((byte) => byte | 1);
  for (const [at, length] of [
    [0, 5],
    [7, 30],
    [20, 3],
    [25, 4],
    [7, 0],
  ] as const) {
    const whole = Uint8Array.of(...bytes.subarray(0, at), ...new Uint8Array(length), ...bytes.subarray(at));
    const object = sparseObject(bytes, at, length);
    expect(object.size).toBe(whole.length);
    for (let start = 0; start < whole.length; start++) {
      for (let end = start + 1; end <= whole.length; end++) {
        expect(Buffer.compare(object.slice({ start, end }), whole.subarray(start, end))).toBe(0);
      }
    }
  }
});
