// Forecasts which bytes of an object will be needed, from the objects of the same kind that were read before. Before the first
// reply only the key is known, so a kind is: one folder of a bucket and one suffix (a camera's files are often in one folder),
// or, for a folder with few objects, the whole bucket and one suffix. Only sizes and offsets are remembered.
import { partOf } from '../bytes/range';
import { learning } from '../limits';
import type { ByteRange, LastBytes, ObjectRef } from '../types';

/** What of an object is read: its record, or also its thumbnail or its metadata blocks, which may need more bytes. */
export type Purpose = 'record' | 'thumbnail' | 'metadata';

/** Bytes of the first read, and what to read at the same time; null = nothing. */
export type Plan = Readonly<{ firstRead: number; ahead: ByteRange | LastBytes | null }>;

/** The bytes after a first read of usual length that one object needed, from the first to the last; null = none. */
export type Need = Readonly<{ size: number; range: ByteRange | null }>;

export type Forecast = Readonly<{
  planFor(ref: ObjectRef, purpose: Purpose): Plan;
  learn(ref: ObjectRef, purpose: Purpose, need: Need): void;
  /** Forgets the kinds of an object, after reading ahead has failed: they are learned again. */
  forget(ref: ObjectRef, purpose: Purpose): void;
  /** Reads nothing ahead for the next objects of a bucket (`learning.pause`), because its store does not support it. */
  exclude(bucketId: string): void;
}>;

/** The latest needs of a kind, the newest last, and the plan that they lead to. */
type Kind = Readonly<{ needs: readonly Need[]; plan: Plan }>;

/** Makes a forecast that has learned nothing; `firstRead` is the usual length of a first read. */
export function createForecast(firstRead: number): Forecast {
  const usual: Plan = { firstRead, ahead: null };
  const kinds = new Map<string, Kind>();
  /** How many more objects of a bucket are read without reading ahead. */
  const pauses = new Map<string, number>();
  return {
    planFor(ref, purpose) {
      const left = pauses.get(ref.bucketId) ?? 0;
      if (left > 0) {
        pauses.set(ref.bucketId, left - 1);
        return usual;
      }
      const found = kindsOf(ref, purpose).map((name) => kinds.get(name));
      return found.find((kind) => kind !== undefined && kind.needs.length >= learning.leastObjects)?.plan ?? usual;
    },
    learn(ref, purpose, need) {
      for (const name of kindsOf(ref, purpose)) {
        const kind = kinds.get(name);
        kinds.delete(name);
        kinds.set(name, kind !== undefined && changesNothing(need, kind) ? kind : nextKind(need, kind, usual));
      }
      for (const [oldest] of kinds) {
        if (kinds.size <= learning.kinds) break;
        kinds.delete(oldest);
      }
    },
    forget(ref, purpose) {
      for (const name of kindsOf(ref, purpose)) kinds.delete(name);
    },
    exclude: (bucketId) => void pauses.set(bucketId, learning.pause),
  };
}

/** Whether neither this object nor any of the latest ones needed more: as for nearly all JPEG files. */
function changesNothing({ range }: Need, { needs }: Kind): boolean {
  return range === null && needs.length === learning.objects && needs.every((need) => need.range === null);
}

function nextKind(need: Need, kind: Kind | undefined, usual: Plan): Kind {
  const needs = [...(kind?.needs ?? []), need].slice(-learning.objects);
  return { needs, plan: planOf(needs, usual) };
}

/** The names of the kinds of an object: first that of its folder. A suffix that is longer than usual ones counts as none. */
function kindsOf({ bucketId, key }: ObjectRef, purpose: Purpose): readonly string[] {
  const suffix = /\.([a-z0-9]{1,8})$/i.exec(key)?.[1]?.toLowerCase() ?? '';
  const folder = key.slice(0, key.lastIndexOf('/') + 1);
  // Only the folder may contain a line break.
  const ofBucket = `${purpose}\n${suffix}\n${bucketId}`;
  return [`${ofBucket}\n${folder}`, ofBucket];
}

/** A plan, and how many of the needs it would have met with one round trip. */
type Candidate = Readonly<{ plan: Plan; met: number }>;

/**
 * The plan that meets the most of `needs`; of equals, the one with fewer GETs. It must meet at least half of all, and one of
 * the latest: each object that does not need the bytes costs a GET in vain.
 */
function planOf(needs: readonly Need[], usual: Plan): Plan {
  if (needs.every(({ range }) => range === null)) return usual;
  const [best] = [longerRead(needs, usual), lastBytes(needs, usual), fixedRange(needs, usual)]
    .map((plan): Candidate => ({ plan, met: needs.filter((need) => isMet(need, plan)).length }))
    .sort((a, b) => b.met - a.met);
  if (best === undefined || best.met * 2 < needs.length) return usual;
  return needs.slice(-learning.recent).some((need) => isMet(need, best.plan)) ? best.plan : usual;
}

function isMet({ size, range }: Need, { firstRead, ahead }: Plan): boolean {
  if (range === null) return false;
  if (range.end <= firstRead) return true;
  const part = ahead === null ? null : partOf(ahead, size);
  return part !== null && range.start >= part.start && range.end <= part.end;
}

/** One longer first read: for needs that follow the usual one. */
function longerRead(needs: readonly Need[], usual: Plan): Plan {
  const ends = needs.flatMap(({ range }) => (range === null ? [] : [roundUp(range.end)]));
  return { ...usual, firstRead: Math.max(usual.firstRead, ...ends.filter((end) => end <= learning.firstRead)) };
}

/** The last bytes: for files that grow at the end, whatever their size. */
function lastBytes(needs: readonly Need[], usual: Plan): Plan {
  const lengths = needs.flatMap(({ size, range }) => (range === null ? [] : [roundUp(size - range.start)]));
  const last = Math.max(0, ...lengths.filter((length) => length <= learning.ahead));
  return last === 0 ? usual : { ...usual, ahead: { last } };
}

/** A range at a fixed place: for raw files of one camera. It covers the latest needs that are near to each other. */
function fixedRange(needs: readonly Need[], usual: Plan): Plan {
  let ahead: ByteRange | null = null;
  for (const { range } of [...needs].reverse()) {
    if (range === null) continue;
    const from = Math.max(usual.firstRead, roundDown(range.start));
    const start = Math.min(from, ahead?.start ?? Infinity);
    const end = Math.max(roundUp(range.end), ahead?.end ?? 0);
    if (end - start <= learning.ahead) ahead = { start, end };
  }
  return { ...usual, ahead };
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / learning.step) * learning.step;
}

function roundDown(bytes: number): number {
  return Math.floor(bytes / learning.step) * learning.step;
}
