// What an answer takes, and what a million of them cost on each cloud.
import { defaultLimits } from '../../lib/limits';
import type { Measured } from './measured';
import { ciFreeBytes, ciLongest, cost, GB, prices } from './prices';

export const answers = 1_000_000;
/** Bytes of the objects that are compared. */
export const sizes = [100_000, 5_000_000, 40_000_000] as const;

/** Milliseconds from the function to the store, or to the cache, and back. */
export const roundTripMs = 20;
/** Bytes a second of one GET: S3's own figure is 85 to 90 MB [S3 performance design patterns]; the better one counts. */
const getSpeed = 90_000_000;
/** MB of memory with which a function of Lambda has one core [Lambda guide, "Configure memory"]; with less it has a share. */
const coreMb = 1769;
/** MB that the functions have; the whole-file reader holds the longest objects twice. */
const memoryMb = 256;
const longMemoryMb = 512;
/** Units of DynamoDB for an entry of the cache: up to 4 KB to read, and up to 2 KB to write (most have less than 1). */
const entryUnits = { read: 1, write: 2 } as const;

/** What one answer takes. */
export type Work = Readonly<{
  ms: number;
  memoryMb: number;
  gets: number;
  puts: number;
  readUnits: number;
  writeUnits: number;
  logBytes: number;
}>;

/** `objects`: a bucket of S3. */
export type CacheKind = 'objects' | 'cos' | 'dynamodb' | 'memory';
/** `first`: not in the cache yet. `verify`: the store is asked whether it is fresh. `trust`: it is not. */
export type Use = 'first' | 'verify' | 'trust';

const nothing = { gets: 0, puts: 0, readUnits: 0, writeUnits: 0 } as const;
type CacheCalls = Readonly<{ [Name in keyof typeof nothing]: number } & { trips: number }>;

/** Calls of a look-up. */
const lookUps: Readonly<Record<CacheKind, CacheCalls>> = {
  objects: { ...nothing, gets: 1, trips: 1 },
  cos: { ...nothing, gets: 1, trips: 1 },
  dynamodb: { ...nothing, readUnits: entryUnits.read, trips: 1 },
  memory: { ...nothing, trips: 0 },
};
/** Calls of a put: S3 compares the version itself, COS has to be asked for it first. */
const puts: Readonly<Record<CacheKind, CacheCalls>> = {
  objects: { ...nothing, puts: 1, trips: 1 },
  cos: { ...nothing, gets: 1, puts: 1, trips: 2 },
  dynamodb: { ...nothing, writeUnits: entryUnits.write, trips: 1 },
  memory: { ...nothing, trips: 0 },
};

/** An answer without a cache. It is the same for an object of any size. */
export function uncached({ store, warm, logBytes }: Measured): Work {
  return { ...nothing, gets: store.gets, ms: billedMs(store.gets, warm.readMs, memoryMb), memoryMb, logBytes };
}

/** An answer with a cache. */
export function cached(measured: Measured, kind: CacheKind, use: Use): Work {
  const { store, warm, logBytes } = measured;
  const gets = use === 'first' ? store.gets : use === 'verify' ? 1 : 0;
  const calls = use === 'first' ? [lookUps[kind], puts[kind]] : [lookUps[kind]];
  const sum = (name: keyof CacheCalls): number => calls.reduce((total, call) => total + call[name], 0);
  const handlerMs = use === 'first' ? warm.readMs : warm.hitMs;
  return {
    ms: billedMs(gets + sum('trips'), handlerMs, memoryMb),
    memoryMb,
    gets: gets + sum('gets'),
    puts: sum('puts'),
    readUnits: sum('readUnits'),
    writeUnits: sum('writeUnits'),
    logBytes,
  };
}

/** An answer of a handler that reads the whole object (bench/baseline) and logs nothing. */
export function wholeFile({ warm }: Measured, size: number): Work {
  const memory = size > ciLongest ? longMemoryMb : memoryMb;
  const ms = billedMs(1, warm.wholeMs, memory, (1000 * size) / getSpeed);
  return { ...nothing, gets: 1, ms, memoryMb: memory, logBytes: 0 };
}

/** Whole milliseconds; `handlerMs` were measured on a whole core. */
function billedMs(trips: number, handlerMs: number, memory: number, transferMs = 0): number {
  const share = Math.min(1, memory / coreMb);
  return Math.ceil(trips * roundTripMs + transferMs + handlerMs / share);
}

/** A name and what a million answers cost by it. */
export type Line = readonly [name: string, amount: number];

/** Dollars on Lambda and S3 in one region, behind a Function URL. */
export function awsBill(work: Work): readonly Line[] {
  return [
    ['calls', cost(prices.lambdaCall, answers)],
    ['time', cost(prices.lambdaTime, answers * gbSeconds(work))],
    ['requests', cost(prices.s3Get, answers * work.gets) + cost(prices.s3Put, answers * work.puts)],
    [
      'DynamoDB',
      cost(prices.dynamoRead, answers * work.readUnits) + cost(prices.dynamoWrite, answers * work.writeUnits),
    ],
    ['log', cost(prices.cloudWatch, answers * work.logBytes)],
  ];
}

/** Yuan on SCF and COS in one region; there is no DynamoDB, and the price of the log was not found. */
export function scfBill(work: Work): readonly Line[] {
  return [
    ['calls', cost(prices.scfCall, answers)],
    ['time', cost(prices.scfTime, answers * gbSeconds(work))],
    ['requests', cost(prices.cosRequest, answers * (work.gets + work.puts))],
  ];
}

/** Yuan for the cloud's own API: a request each, and the bytes of the originals; null where it takes no such object. */
export function ciBill(size: number, isFree: boolean): readonly Line[] | null {
  if (size > ciLongest) return null;
  return [
    ['requests', cost(prices.cosRequest, answers)],
    ['bytes', isFree ? 0 : cost(prices.ciBytes, answers * size)],
  ];
}

/** Originals of this size that CI processes in a month free of charge. */
export function ciFreeImages(size: number): number {
  return Math.floor(ciFreeBytes / size);
}

/** Dollars for the bytes of a million objects that come from another region. */
export function otherRegion(bytes: number): number {
  return cost(prices.s3OtherRegion, answers * bytes);
}

/** Bytes that are read of an object longer than the first read. */
export function readBytes({ store }: Measured): number {
  return store.gets * defaultLimits.firstRead;
}

export function total(lines: readonly Line[]): number {
  return lines.reduce((sum, [, amount]) => sum + amount, 0);
}

function gbSeconds({ ms, memoryMb: memory }: Work): number {
  return (ms / 1000) * ((memory * 2 ** 20) / GB);
}
