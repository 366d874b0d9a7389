// What is read ahead of an object, by what earlier objects of its kind needed.
import { learning } from '../../../lib/limits';
import { createForecast, type Forecast, type Need, type Plan } from '../../../lib/read/forecast';
import type { ObjectRef } from '../../../lib/types';

const KiB = 1024;
const firstRead = 64 * KiB;
const usual: Plan = { firstRead, ahead: null };

function refTo(key: string, bucketId = 'b'): ObjectRef {
  return { bucketId, bucket: 'photos', key };
}

const none: Need = { size: 1000 * KiB, range: null };
const needs = (start: number, end: number, size = 1000): Need => ({
  size: size * KiB,
  range: { start: start * KiB, end: end * KiB },
});
/** Needs bytes in the last `length` KiB of an object of `size` KiB. */
const atEnd = (length: number, size = 1000): Need => needs(size - length, size, size);

const ref = refTo('2024/a.heic');

function learned(...all: readonly Need[]): Forecast {
  const forecast = createForecast(firstRead);
  for (const need of all) forecast.learn(ref, 'record', need);
  return forecast;
}

const times = (count: number, need: Need): Need[] => Array.from({ length: count }, () => need);

describe('the plan', () => {
  test.each<readonly [string, readonly Need[], Plan]>([
    ['nothing was learned', [], usual],
    ['too few objects', times(2, atEnd(10)), usual],
    ['no object needed more', times(8, none), usual],
    ['needs at the end', [atEnd(10, 500), atEnd(12, 900), atEnd(11, 700)], { firstRead, ahead: { last: 16 * KiB } }],
    [
      'the longest of needs at the end',
      [atEnd(64), atEnd(10, 900), atEnd(20, 800)],
      { firstRead, ahead: { last: 64 * KiB } },
    ],
    [
      'one need that is too long',
      [atEnd(200, 900), atEnd(10), atEnd(12, 800)],
      { firstRead, ahead: { last: 16 * KiB } },
    ],
    ['needs that are all too long', [atEnd(500), atEnd(400, 900), atEnd(600, 1200)], usual],
    [
      'needs at one place',
      [needs(500, 516, 1000), needs(500, 516, 3000), needs(498, 514, 2000)],
      { firstRead, ahead: { start: 496 * KiB, end: 528 * KiB } },
    ],
    [
      'the latest of two places',
      [needs(700, 716, 3000), needs(300, 316, 1000), needs(301, 317, 3000), needs(300, 316, 2000)],
      { firstRead, ahead: { start: 288 * KiB, end: 320 * KiB } },
    ],
    [
      'needs just after the first read: one GET, but a longer one',
      [needs(64, 80), needs(66, 90, 700), needs(64, 100, 99_000)],
      { firstRead: 112 * KiB, ahead: null },
    ],
    ['short objects that need their end: one GET', times(3, atEnd(20, 100)), { firstRead: 112 * KiB, ahead: null }],
    ['half of all objects', [none, none, ...times(2, atEnd(10))], { firstRead, ahead: { last: 16 * KiB } }],
    ['fewer than half of all objects', [none, none, none, ...times(2, atEnd(10))], usual],
    ['none of the latest objects', [...times(5, atEnd(10)), ...times(learning.recent, none)], usual],
    ['only the latest objects', [...times(20, none), ...times(8, atEnd(10))], { firstRead, ahead: { last: 16 * KiB } }],
  ])('for %s', (_name, all, plan) => {
    expect(learned(...all).planFor(ref, 'record')).toEqual(plan);
  });

  test('never has more bytes than the limits', () => {
    const steps = [64, 65, 80, 100, 127, 128, 129, 192, 255, 256, 257, 500];
    for (const start of steps) {
      for (const length of steps) {
        const { firstRead: first, ahead } = learned(...times(8, needs(start, start + length, 700))).planFor(
          ref,
          'record',
        );
        const bytes = ahead === null ? 0 : 'last' in ahead ? ahead.last : ahead.end - ahead.start;
        expect(first).toBeLessThanOrEqual(learning.firstRead);
        expect(bytes).toBeLessThanOrEqual(learning.ahead);
      }
    }
  });
});

describe('a kind', () => {
  const ahead = { firstRead, ahead: { last: 16 * KiB } };
  const forecast = learned(...times(8, atEnd(10)));

  test.each<readonly [string, ObjectRef, Plan]>([
    ['the same folder and suffix', refTo('2024/b.HEIC'), ahead],
    ['another folder that is not known yet', refTo('2025/b.heic'), ahead],
    ['another suffix', refTo('2024/b.jpg'), usual],
    ['no suffix', refTo('2024/heic'), usual],
    ['a suffix of the folder only', refTo('2024.heic/b'), usual],
    ['another bucket', refTo('2024/b.heic', 'c'), usual],
    ['a folder whose name looks like a bucket and a folder', refTo('\n2024/b.heic', ''), usual],
  ])('is %s', (_name, other, plan) => {
    expect(forecast.planFor(other, 'record')).toEqual(plan);
  });

  test('has its own plan for thumbnails', () => {
    expect(forecast.planFor(ref, 'thumbnail')).toEqual(usual);
  });

  test('of a folder counts more than that of the bucket', () => {
    const mixed = learned(...times(8, atEnd(10)));
    for (const need of times(3, none)) mixed.learn(refTo('scans/a.heic'), 'record', need);
    expect(mixed.planFor(refTo('scans/b.heic'), 'record')).toEqual(usual);
    expect(mixed.planFor(ref, 'record')).toEqual(ahead);
  });

  test('is learned again after a failure', () => {
    const failed = learned(...times(8, atEnd(10)));
    failed.forget(ref, 'record');
    expect(failed.planFor(ref, 'record')).toEqual(usual);
    for (const need of times(3, atEnd(10))) failed.learn(ref, 'record', need);
    expect(failed.planFor(ref, 'record')).toEqual(ahead);
  });

  test('of a bucket whose store does not support it is not read ahead for a long time, then tried again', () => {
    const paused = learned(...times(8, atEnd(10)));
    const ahead = paused.planFor(ref, 'record');
    paused.exclude('b');
    for (let i = 0; i < learning.pause; i++) {
      expect(paused.planFor(ref, 'record')).toEqual(usual);
      paused.learn(ref, 'record', atEnd(10));
    }
    expect(paused.planFor(ref, 'record')).toEqual(ahead);
  });

  test('that was not used for long is forgotten: the memory is bounded', () => {
    const full = learned(...times(8, atEnd(10)));
    for (let i = 0; i < learning.kinds; i++) full.learn(refTo(`f${i}/x.s${i}`), 'record', none);
    expect(full.planFor(ref, 'record')).toEqual(usual);
  });

  test('of objects without a folder is not that of the bucket', () => {
    const roots = createForecast(firstRead);
    for (const need of times(2, atEnd(10))) roots.learn(refTo('a.heic'), 'record', need);
    expect(roots.planFor(refTo('b.heic'), 'record')).toEqual(usual);
  });

  test('of a bucket stays while its folders change', () => {
    const moving = createForecast(firstRead);
    for (let i = 0; i < 2 * learning.kinds; i++) moving.learn(refTo(`f${i}/x.heic`), 'record', atEnd(10));
    expect(moving.planFor(refTo('new/x.heic'), 'record')).toEqual(ahead);
  });
});

describe('objects that are made to mislead', () => {
  /** GETs in vain for `honest` objects, which need nothing, when one of `period` objects needs bytes at the end. */
  function vain(period: number, count = 1000): number {
    const forecast = createForecast(firstRead);
    let inVain = 0;
    for (let i = 0; i < count; i++) {
      const isBait = i % period !== 0;
      if (!isBait && forecast.planFor(ref, 'record').ahead !== null) inVain++;
      forecast.learn(ref, 'record', isBait ? atEnd(10) : none);
    }
    return inVain / Math.ceil(count / period);
  }

  test('cost others at most one GET each, and only while they are half of the objects', () => {
    expect(vain(2)).toBeLessThanOrEqual(1);
    const forecast = createForecast(firstRead);
    for (let i = 0; i < 100; i++) {
      forecast.learn(ref, 'record', i % 3 === 0 ? atEnd(10) : none);
      if (i > 8) expect(forecast.planFor(ref, 'record')).toEqual(usual);
    }
  });
});
