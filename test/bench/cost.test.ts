import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main, withTables } from '../../bench/cost';
import { type Measured, parseMeasured, withWarm } from '../../bench/cost/measured';
import { costTables } from '../../bench/cost/page';
import { cost, prices } from '../../bench/cost/prices';
import {
  awsBill,
  cached,
  ciBill,
  ciFreeImages,
  otherRegion,
  scfBill,
  total,
  uncached,
  wholeFile,
} from '../../bench/cost/sheet';

const root = join(__dirname, '..', '..');
const pageText = readFileSync(join(root, 'docs', 'cost.md'), 'utf8');
const measuredText = readFileSync(join(root, 'bench', 'cost', 'measured.json'), 'utf8');

/** Round figures: a handler of 1 ms has 1769 / 256 = 6.9 of them in 256 MB. */
const round: Measured = {
  store: { from: 'a test', gets: 1, meanBytes: 1000 },
  warm: { from: 'a test', machine: 'none', readMs: 1, hitMs: 0, wholeMs: 0 },
  logBytes: 2 ** 20,
};

describe('a million answers, computed by hand', () => {
  test('without a cache: one round trip and the handler in a seventh of a core', () => {
    expect(uncached(round)).toMatchObject({ ms: 27, memoryMb: 256, gets: 1, puts: 0, logBytes: 2 ** 20 });
  });

  test('dollars: calls, 6,750 GB s, a million GETs, 977 GB of log', () => {
    const lines = Object.fromEntries(awsBill(uncached(round)));
    expect(lines['calls']).toBeCloseTo(0.2, 9);
    expect(lines['time']).toBeCloseTo(6750 * 0.0000133334, 9);
    expect(lines['requests']).toBeCloseTo(0.4, 9);
    expect(lines['DynamoDB']).toBe(0);
    expect(lines['log']).toBeCloseTo(488.28125, 9); // 10^6 MiB = 976.5625 GiB
  });

  test('yuan: 1.33 calls, 6,750 GB s, a million requests', () => {
    expect(total(scfBill(uncached(round)))).toBeCloseTo(1.33 + 6750 * 0.00011108 + 1, 9);
  });

  test.each([
    ['objects', 'first', { gets: 2, puts: 1, ms: 67 }, 0.4 * 2 + 5],
    ['cos', 'first', { gets: 3, puts: 1, ms: 87 }, 0.4 * 3 + 5],
    ['objects', 'verify', { gets: 2, puts: 0, ms: 40 }, 0.8],
    ['objects', 'trust', { gets: 1, puts: 0, ms: 20 }, 0.4],
    ['dynamodb', 'first', { gets: 1, readUnits: 1, writeUnits: 2, ms: 67 }, 0.4 + 0.125 + 1.25],
    ['dynamodb', 'trust', { gets: 0, readUnits: 1, writeUnits: 0, ms: 20 }, 0.125],
    ['memory', 'verify', { gets: 1, puts: 0, ms: 20 }, 0.4],
  ] as const)('cache %s, %s: calls, round trips and what they cost', (kind, use, expected, dollars) => {
    const work = cached(round, kind, use);
    expect(work).toMatchObject(expected);
    const { requests = 0, DynamoDB = 0 } = Object.fromEntries(awsBill(work));
    expect(requests + DynamoDB).toBeCloseTo(dollars, 9);
  });

  test('whole objects: the transfer is time, and the longest need twice the memory', () => {
    expect(wholeFile(round, 9_000_000)).toMatchObject({ gets: 1, ms: 120, memoryMb: 256, logBytes: 0 });
    expect(wholeFile(round, 45_000_000)).toMatchObject({ gets: 1, ms: 520, memoryMb: 512, logBytes: 0 });
  });

  test("the cloud's own API: its bytes beyond 10 TB, its requests always, nothing over 32 MB", () => {
    const gib = 2 ** 30;
    expect(total(ciBill(gib / 1000, false) ?? [])).toBeCloseTo(1000 * 0.025 + 1, 9);
    expect(total(ciBill(gib / 1000, true) ?? [])).toBeCloseTo(1, 9);
    expect(ciBill(32 * 2 ** 20, false)).not.toBeNull();
    expect(ciBill(32 * 2 ** 20 + 1, false)).toBeNull();
    expect(ciFreeImages(gib)).toBe(10_240);
  });

  test('another region: two cents a GB', () => {
    expect(otherRegion(2 ** 30 / 1000)).toBeCloseTo(20, 9);
  });

  test.each(Object.entries(prices))('the price %s has a date and a source, and is for something', (_, price) => {
    expect(price.date).toMatch(/^(20\d\d(-\d\d){0,2}|undated)$/);
    expect(price.source).not.toBe('');
    expect(cost(price, price.per)).toBeCloseTo(price.amount, 12);
  });
});

describe('docs/cost.md', () => {
  test('has what the script writes', () => {
    expect(pageText).toBe(withTables(pageText, costTables(parseMeasured(measuredText))));
  });

  test('without its markers nothing is written', () => {
    expect(() => withTables('# What it costs\n', '')).toThrow('markers');
  });
});

describe('the times of a warm bench', () => {
  const row = (program: string, object: string, delayMs: number, p50: number) => ({ program, object, delayMs, p50 });
  const rows = [
    row('ours', 'jpeg', 20, 29),
    row('ours', 'jpeg', 0, 4),
    row('ours', 'hit', 0, 5),
    row('baseline', 'jpeg', 0, 60),
  ];

  test('replace those that are held, in the page too', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cost-'));
    const silent = jest.spyOn(console, 'log').mockImplementation(() => undefined);
    try {
      for (const name of ['docs', 'bench/cost']) mkdirSync(join(folder, name), { recursive: true });
      writeFileSync(join(folder, 'docs', 'cost.md'), pageText);
      writeFileSync(join(folder, 'bench', 'cost', 'measured.json'), measuredText);
      const file = join(folder, 'warm.json');
      writeFileSync(file, JSON.stringify({ machine: 'a quiet one', warm: rows }));
      expect(await main(['--warm', file, '--write'], folder)).toBe(0);
      const measured = parseMeasured(readFileSync(join(folder, 'bench', 'cost', 'measured.json'), 'utf8'));
      expect(measured.warm).toMatchObject({ machine: 'a quiet one', readMs: 4, hitMs: 5, wholeMs: 60 });
      expect(readFileSync(join(folder, 'docs', 'cost.md'), 'utf8')).toContain('a quiet one');
    } finally {
      silent.mockRestore();
      rmSync(folder, { recursive: true });
    }
  });

  test('are the CPU of a call where that is known', () => {
    const counted = rows.map((each) => ({ ...each, cpu: each.p50 / 2 }));
    const { warm } = withWarm(round, JSON.stringify({ machine: 'x', warm: counted }));
    expect(warm).toMatchObject({ readMs: 2, hitMs: 2.5, wholeMs: 30 });
  });

  test.each([
    ['a row is missing', JSON.stringify({ machine: 'x', warm: rows.slice(0, 2) }), 'no row of ours, hit'],
    ['there is no list', '{"machine": "x"}', 'no list'],
    [
      'a time is no number',
      JSON.stringify({ machine: 'x', warm: [{ ...row('ours', 'jpeg', 0, 1), p50: 'fast' }] }),
      'p50',
    ],
  ])('%s: that is said', (_, text, said) => {
    expect(() => withWarm(round, text)).toThrow(said);
  });
});
