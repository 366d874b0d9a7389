// What was measured and is priced: bench/cost/measured.json, and how a new measurement gets into it.

/** Requests and bytes are means of an image; times are milliseconds of one warm call on a whole core, waiting for the store not counted. */
export type Measured = Readonly<{
  store: Readonly<{ from: string; gets: number; meanBytes: number }>;
  warm: Readonly<{ from: string; machine: string; readMs: number; hitMs: number; wholeMs: number }>;
  /** Bytes of the line that a request adds to the log. */
  logBytes: number;
}>;

/** What is read of a row of `npm run bench -- --only warm --json FILE`; rows of other objects or delays are passed over. */
type WarmRow = Readonly<{ program: string; object: string; delayMs: number; p50: number; cpu: number | null }>;

/** Where each time of a measurement stands: program and object of its row. */
const wanted = {
  readMs: ['ours', 'jpeg'],
  hitMs: ['ours', 'hit'],
  wholeMs: ['baseline', 'jpeg'],
} as const;

/** The text of measured.json, checked. Throws Error that names what is missing. */
export function parseMeasured(text: string): Measured {
  const value = record(JSON.parse(text), 'measured.json');
  const store = record(value['store'], 'store');
  const warm = record(value['warm'], 'warm');
  return {
    store: { from: words(store, 'from'), gets: figure(store, 'gets'), meanBytes: figure(store, 'meanBytes') },
    warm: {
      from: words(warm, 'from'),
      machine: words(warm, 'machine'),
      readMs: figure(warm, 'readMs'),
      hitMs: figure(warm, 'hitMs'),
      wholeMs: figure(warm, 'wholeMs'),
    },
    logBytes: figure(value, 'logBytes'),
  };
}

/**
 * `measured` with the times of a warm bench: `{"machine": text, "warm": [{"program": "ours" | "baseline", "object": "jpeg" |
 * "hit" | .., "delayMs": 0 | .., "p50": ms, "cpu": ms | null}, ..]}`. Rows without delay count: what the call took of the
 * processor where that is known, in which neither the store nor other work on the machine has a part; else its p50. Throws Error
 * for a row that is missing.
 */
export function withWarm(measured: Measured, text: string): Measured {
  const value = record(JSON.parse(text), 'the warm bench');
  const list: unknown = value['warm'];
  if (!Array.isArray(list)) throw new Error('cost: the warm bench has no list `warm`');
  const rows = list.map((row: unknown): WarmRow => {
    const of = record(row, 'a row of warm');
    return {
      program: words(of, 'program'),
      object: words(of, 'object'),
      delayMs: figure(of, 'delayMs'),
      p50: figure(of, 'p50'),
      cpu: of['cpu'] === undefined || of['cpu'] === null ? null : figure(of, 'cpu'),
    };
  });
  const time = ([program, object]: readonly [string, string]): number => {
    const found = rows.find((row) => row.program === program && row.object === object && row.delayMs === 0);
    if (found === undefined) throw new Error(`cost: the warm bench has no row of ${program}, ${object}, delayMs 0`);
    return Number((found.cpu ?? found.p50).toFixed(2));
  };
  const { readMs, hitMs, wholeMs } = wanted;
  return {
    ...measured,
    warm: {
      from: 'npm run bench -- --only warm',
      machine: words(value, 'machine'),
      readMs: time(readMs),
      hitMs: time(hitMs),
      wholeMs: time(wholeMs),
    },
  };
}

type Fields = Readonly<Record<string, unknown>>;

function record(value: unknown, name: string): Fields {
  if (typeof value !== 'object' || value === null) throw new Error(`cost: ${name} is no JSON object`);
  return value as Fields;
}

function words(of: Fields, name: string): string {
  const value = of[name];
  if (typeof value !== 'string' || value === '') throw new Error(`cost: ${name} is no text`);
  return value;
}

function figure(of: Fields, name: string): number {
  const value = of[name];
  if (typeof value !== 'number' || !(value >= 0)) throw new Error(`cost: ${name} is no number from 0`);
  return value;
}
