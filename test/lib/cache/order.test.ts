import fc from 'fast-check';
import { isDatedLater, isSameEvent, laterOf, rankOf, supersedes } from '../../../lib/cache/order';
import type { CacheEntry, ObjectOrder } from '../../../lib/types';
import { permutations } from './contract';
import { goneEntry, orderOf, recordEntry, refTo } from './entries';

const ref = refTo('a.jpg');

/** What a cache holds after offers in that order. */
function heldAfter<T extends Pick<CacheEntry, 'order'>>(offers: readonly T[]): T | undefined {
  return offers.reduce<T | undefined>(
    (held, offer) => (held !== undefined && supersedes(held, offer) ? held : offer),
    undefined,
  );
}

/** The makers that stay, over every order of the entries. */
function winnersOf(entries: readonly CacheEntry[]): string[] {
  return [...new Set(permutations(entries).map((offers) => heldAfter(offers)?.revision ?? 'none'))];
}

const anySequencer = fc.stringMatching(/^[0-9a-fA-F]{1,20}$/);
const anySecond = fc.option(fc.integer({ min: 0, max: 3 }));

describe('which of two entries stays', () => {
  test('events in any order, twice or late, end with the last', () => {
    const events = fc.uniqueArray(fc.tuple(anySequencer, anySecond), {
      minLength: 1,
      maxLength: 5,
      selector: ([sequencer]) => rankOf(orderOf(sequencer, null)).sequencer,
    });
    fc.assert(
      fc.property(events, fc.infiniteStream(fc.nat()), (pairs, picks) => {
        const entries = pairs.map(([sequencer, second]) => ({ order: orderOf(sequencer, second) }));
        const last = entries.reduce((best, entry) => {
          const greater = String(rankOf(entry.order).sequencer) > String(rankOf(best.order).sequencer);
          return greater ? entry : best;
        });
        const twice = [...entries, ...entries].sort(() => ((picks.next().value ?? 0) % 3) - 1);
        expect(heldAfter(twice)).toBe(last);
        for (const offers of permutations(entries)) expect(heldAfter(offers)).toBe(last);
      }),
      { numRuns: 150 },
    );
  });

  test('those without events in any order end with the latest second', () => {
    fc.assert(
      fc.property(fc.array(anySecond, { minLength: 1, maxLength: 5 }), (seconds) => {
        const offers = seconds.map((second) => ({ order: orderOf(null, second) }));
        const latest = Math.max(...seconds.map((second) => second ?? -1));
        expect(heldAfter(offers)?.order.lastModified?.getTime() ?? -1000).toBe(latest * 1000);
      }),
    );
  });

  const order = (sequencer: string | null, second: number | null): ObjectOrder => orderOf(sequencer, second);
  test.each([
    ['a greater sequencer', order('0b', 1), order('0a', 9), 'held'],
    ['digits beyond the end count as 0', order('0a', 1), order('0a01', 1), 'candidate'],
    ['the longer is not the greater', order('0b', 1), order('0a99', 1), 'held'],
    ['zeros at the end mean nothing', order('0a00', 1), order('0a', 1), 'candidate'],
    ['case means nothing', order('0B', 1), order('0b', 1), 'candidate'],
    ['what is no hex number is no sequencer', order('zz', 1), order('0a', 1), 'candidate'],
    ['nor is one longer than S3 sends', order('f'.repeat(33), 1), order('0a', 1), 'candidate'],
    ['nor is an empty one', order('', 1), order('0a', 1), 'candidate'],
    ['one event told twice', order('0a', 1), order('0a', 1), 'candidate'],
    ['one event told twice, of which the second read later', order('0a', 1), order('0a', 2), 'candidate'],
    ['... and the first', order('0a', 2), order('0a', 1), 'held'],
    ['a fill of the version of an event', order('0a', 1), order(null, 1), 'held'],
    ['a fill of a later version', order('0a', 1), order(null, 2), 'candidate'],
    ['an event for the version of a fill', order(null, 1), order('0a', 1), 'candidate'],
    ['an event older than a fill', order(null, 2), order('0a', 1), 'held'],
    ['a tombstone without time', order('0a', null), order(null, 9), 'held'],
    ['... over a fill', order(null, 9), order('0a', null), 'candidate'],
    ['a fill without time', order('0a', 1), order(null, null), 'held'],
    ['a known time over an unknown one', order(null, 1), order(null, null), 'held'],
    ['two of the same', order(null, null), order(null, null), 'candidate'],
  ] as const)('%s', (_, held, candidate, stays) => {
    expect(supersedes({ order: held }, { order: candidate }) ? 'held' : 'candidate').toBe(stays);
  });

  test('milliseconds do not decide', () => {
    const at = (ms: number) => ({ order: { sequencer: null, lastModified: new Date(ms) } });
    expect(supersedes(at(1999), at(1000))).toBe(false);
    expect(supersedes(at(2000), at(1999))).toBe(true);
    expect(supersedes(at(Number.NaN), at(0))).toBe(false);
  });
});

describe('what happened to an object', () => {
  const created = recordEntry(ref, order('01', 100), 'created');
  const deleted = goneEntry(ref, order('02', 200), 'deleted');
  const again = recordEntry(ref, order('03', 300), 'again');

  function order(sequencer: string | null, second: number | null): ObjectOrder {
    return orderOf(sequencer, second);
  }

  test('created and deleted', () => {
    expect(winnersOf([created, deleted])).toEqual(['deleted']);
  });

  test('created, deleted and created again', () => {
    expect(winnersOf([created, deleted, again])).toEqual(['again']);
  });

  test('the same within one second, with a removal that has no time', () => {
    const at = (entry: CacheEntry, second: number | null) => ({
      ...entry,
      order: { ...entry.order, ...order(null, second), sequencer: entry.order.sequencer },
    });
    expect(winnersOf([at(created, 1), at(deleted, null), at(again, 1)])).toEqual(['again']);
  });

  test('reads of any version that arrive at any time change nothing after all events were followed', () => {
    const fills = [recordEntry(ref, order(null, 100), 'fill 1'), recordEntry(ref, order(null, 300), 'fill 3')];
    expect(winnersOf([created, deleted, again, ...fills])).toEqual(['again']);
  });

  test('a fill that read before the delete and arrives after it', () => {
    expect(winnersOf([created, recordEntry(ref, order(null, 100), 'late'), deleted])).toEqual(['deleted']);
    const untimed = { ...deleted, order: order('02', null) };
    expect(winnersOf([recordEntry(ref, order(null, 100), 'late'), untimed])).toEqual(['deleted']);
  });

  test('a fill of what was created again, before its event', () => {
    expect(heldAfter([created, deleted, recordEntry(ref, order(null, 300), 'fill')])?.revision).toBe('fill');
  });

  test('found missing by a fill, at a known time', () => {
    expect(heldAfter([created, goneEntry(ref, order(null, 250), 'missing')])?.revision).toBe('missing');
    expect(heldAfter([goneEntry(ref, order(null, 250), 'missing'), again])?.revision).toBe('again');
  });
});

describe('the order of a reading that began after two others', () => {
  test.each([
    ['the later of each', orderOf('0a', 5), orderOf('0b', 3), orderOf('0b', 5)],
    ['whichever is known', orderOf('0a', null), orderOf(null, 3), orderOf('0a', 3)],
    ['the known one', orderOf(null, null), orderOf('0A', 7), orderOf('0A', 7)],
    ['nothing', orderOf(null, null), orderOf(null, null), orderOf(null, null)],
    ['no sequencer of an impossible length', orderOf('f'.repeat(33), 1), orderOf('0b', 1), orderOf('0b', 1)],
    ['nor one alone', orderOf('f'.repeat(33), 1), orderOf(null, 1), orderOf(null, 1)],
  ] as const)('is %s', (_, a, b, expected) => {
    expect(laterOf(a, b)).toEqual(expected);
    expect(laterOf(b, a)).toEqual(expected);
  });

  test('is superseded by neither', () => {
    const orders = fc.tuple(fc.option(anySequencer), anySecond).map(([text, second]) => orderOf(text, second));
    fc.assert(
      fc.property(orders, orders, (a, b) => {
        const order = laterOf(a, b);
        expect([a, b].filter((one) => isDatedLater({ order: one }, { order }))).toEqual([]);
        const { sequencer } = rankOf(order);
        for (const one of [a, b]) expect((rankOf(one).sequencer ?? '') <= (sequencer ?? '')).toBe(true);
      }),
    );
  });
});

test('one event is the same in any spelling; without a sequencer none is', () => {
  expect(isSameEvent(orderOf('0A00', 1), orderOf('0a', 2))).toBe(true);
  expect(isSameEvent(orderOf('0a', 1), orderOf('0a1', 1))).toBe(false);
  expect(isSameEvent(orderOf(null, 1), orderOf(null, 1))).toBe(false);
  expect(isSameEvent(orderOf('x', 1), orderOf('x', 1))).toBe(false);
});
