import { maxKeptViews } from '../../../lib/limits';
import { createKeptAnswers, type KeptAnswers, type KeptView } from '../../../lib/read/kept-answers';
import type { ObjectRef, ObjectStat } from '../../../lib/types';

const refOf = (key: string): ObjectRef => ({ bucketId: 'b', bucket: 'photos', key });
const ref = refOf('a.jpg');
const statOf = (etag: string | null): ObjectStat => ({ size: 10, etag, lastModified: null });
const viewOf = (bytes: number): KeptView => ({
  content: { type: 'application/json', body: new Uint8Array(bytes) },
  container: 'jpeg',
  warnings: 0,
});

/** Keeps a view of an object that the bucket confirms at `at`. */
function keep(answers: KeptAnswers, of: ObjectRef, name: string, bytes = 1_000, at = 0): void {
  const object = answers.confirm(of, { stat: statOf('"v1"'), version: null, at });
  if (object !== null) answers.add(of, object, name, viewOf(bytes));
}

const made = (given: Partial<Parameters<typeof createKeptAnswers>[0]> = {}): KeptAnswers =>
  createKeptAnswers({ maxBytes: 1_000_000, freshMs: 0, ...given });
const namesIn = (answers: KeptAnswers, of = ref): string[] => [...(answers.find(of)?.views.keys() ?? [])];

describe('memory', () => {
  test('is limited: the objects that were used longest ago are dropped', () => {
    const answers = made({ maxBytes: 7_500 }); // three objects
    for (const key of ['a', 'b', 'c']) keep(answers, refOf(key), 'cos');
    answers.find(refOf('a'));
    keep(answers, refOf('d'), 'cos');
    keep(answers, refOf('e'), 'cos');
    expect(['a', 'b', 'c', 'd', 'e'].filter((key) => answers.find(refOf(key)) !== null)).toEqual(['a', 'd', 'e']);
  });

  test('includes the cost of names, and of objects without a view', () => {
    const count = (answers: KeptAnswers, keys: readonly string[]): number =>
      keys.filter((key) => answers.find(refOf(key)) !== null).length;
    const keys = Array.from({ length: 100 }, (_, i) => `${i}`);
    const long = keys.map((key) => key.padStart(1_000, '/'));
    const [few, fewer] = [made({ maxBytes: 20_000 }), made({ maxBytes: 20_000 })];
    for (const key of keys) few.confirm(refOf(key), { stat: statOf('"v1"'), version: null, at: 0 });
    for (const key of long) fewer.confirm(refOf(key), { stat: statOf('"v1"'), version: null, at: 0 });
    expect([count(few, keys), count(fewer, long)]).toEqual([25, 7]);
  });

  test('one object has a limited number of views: the caller chooses the tags in them', () => {
    const answers = made();
    for (let i = 0; i < 1_000; i++) keep(answers, ref, `cos/only/${i}`, 10);
    expect(namesIn(answers)).toHaveLength(maxKeptViews);
    expect(namesIn(answers).at(-1)).toBe('cos/only/999');
  });

  test('a view that is replaced, dropped or too long leaves nothing', () => {
    const answers = made({ maxBytes: 4_000 });
    for (let i = 0; i < 100; i++) keep(answers, ref, 'cos', 1_000);
    expect(namesIn(answers)).toEqual(['cos']);
    keep(answers, ref, 'flat', 10_000);
    expect(answers.find(ref)).toBeNull();
    for (let i = 0; i < 100; i++) {
      keep(answers, ref, 'cos', 1_000);
      answers.drop(ref);
    }
    keep(answers, ref, 'cos', 1_000);
    expect(namesIn(answers)).toEqual(['cos']);
  });

  test('a body that is a part of a larger buffer is copied; a text becomes bytes', () => {
    const answers = made();
    const object = answers.confirm(ref, { stat: statOf('"v1"'), version: null, at: 0 }) ?? never();
    const bodies = [new Uint8Array(16_384).subarray(0, 3), 'é"'].map((body, i) => {
      const view = { ...viewOf(0), content: { type: 'text/plain', body } };
      return answers.add(ref, object, `${i}`, view).content.body;
    });
    expect(bodies).toEqual([new Uint8Array(3), Uint8Array.of(0xc3, 0xa9, 0x22)]);
    expect(bodies.map((body) => typeof body !== 'string' && body.buffer.byteLength)).toEqual([3, 3]);
  });

  test('objects of two buckets with the same key are two objects', () => {
    const answers = made();
    keep(answers, ref, 'cos');
    expect(answers.find({ ...ref, bucketId: 'other' })).toBeNull();
  });
});

describe('a version', () => {
  const v1 = { stat: statOf('"v1"'), version: null, at: 100 };
  test.each([
    ['the same version, confirmed again', { ...v1, at: 200 }, ['cos'], 200],
    ['the same version, confirmed earlier', { ...v1, at: 50 }, ['cos'], 100],
    ['another ETag', { ...v1, stat: statOf('"v2"'), at: 200 }, [], 200],
    ['the same ETag and another size', { ...v1, stat: { ...statOf('"v1"'), size: 11 }, at: 200 }, [], 200],
    ['a weak ETag', { ...v1, stat: statOf('W/"v1"'), at: 200 }, [], 200],
    ['the same object, from another entry of the cache', { ...v1, version: '7', at: 200 }, [], 200],
    ['another ETag, from a source that was asked earlier', { ...v1, stat: statOf('"v0"'), at: 50 }, ['cos'], 100],
  ])('%s', (_name, next, views, confirmedAt) => {
    const answers = made();
    keep(answers, ref, 'cos', 10, 100);
    answers.confirm(ref, next);
    expect(namesIn(answers)).toEqual(views);
    expect(answers.find(ref)).toMatchObject({ confirmedAt });
  });

  test.each([null, 'W/"v1"'])('with the ETag %s is not known to be the same when it is read again', (etag) => {
    const answers = made();
    const seen = { stat: statOf(etag), version: null, at: 100 };
    answers.add(ref, answers.confirm(ref, seen) ?? never(), 'cos', viewOf(3));
    answers.confirm(ref, { ...seen, at: 200 });
    expect(namesIn(answers)).toEqual([]);
  });

  test('gets no view after another version has replaced it', () => {
    const answers = made();
    const first = answers.confirm(ref, v1) ?? never();
    answers.confirm(ref, { ...v1, stat: statOf('"v2"'), at: 200 });
    expect(answers.add(ref, first, 'cos', viewOf(3)).content.body).toEqual(new Uint8Array(3));
    expect(namesIn(answers)).toEqual([]);
  });

  test.each([
    [0, 0, false],
    [1_000, 999, true],
    [1_000, 1_000, false],
  ])('is fresh for %d ms: after %d ms %p', (freshMs, age, fresh) => {
    let now = 5_000;
    const answers = made({ freshMs, now: () => now });
    keep(answers, ref, 'cos', 10, 5_000);
    now += age;
    expect(answers.isFresh(answers.find(ref) ?? never())).toBe(fresh);
  });
});

function never(): never {
  throw new Error('not kept');
}
