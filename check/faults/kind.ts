// A kind of fault, the rows that kinds are written as, and the replies that they are made from.
import type { Socket } from 'node:net';
import type { ProblemCode } from '../../lib/problem';
import type { ByteRange } from '../../lib/types';
import type { Random } from '../../testing/random/seeded';
import { type RawRequest, rawReply } from '../../testing/servers/raw-s3';
import type { Version } from './images';

/** The place in a reply at which a fault happens: before its first byte, in its first line, ..., at its last byte. */
export type Place = 'start' | 'status line' | 'header' | 'body' | 'end';

export const everyPlace: readonly Place[] = ['start', 'status line', 'header', 'body', 'end'];

/** The part of an object that a request asks for, cut at the end of the object. */
export type Part = Readonly<{ object: Uint8Array; range: ByteRange; etag: string | null; lastModified: Date }>;

/** A request that a fault happens to. */
export type Stage = Readonly<{
  socket: Socket;
  place: Place;
  random: Random;
  /** The right reply. */
  reply: Buffer;
  /** The part that the request asks for; null for a request to the cache. */
  part: Part | null;
  /** The same part of a version of the object. */
  partOf(version: Version): Part;
  request: RawRequest;
  /** The same part of an object that nobody asked for. */
  foreign(): Part;
  /** Does `work` after `ms` (0: now). The run waits for it before it judges the outcome. */
  later(ms: number, work: () => void): void;
  /** Does `work` after the answer, while the connection waits for the next request. */
  atRest(work: () => void): void;
  /** Does `work` when the next request arrives over this connection, before it is answered. */
  beforeNext(work: (next: Stage) => void): void;
}>;

/**
 * What the client must achieve when a fault passes. `unneeded`: a right answer however often the fault happens; `retry`: a
 * right answer when it happens once or twice to a read; `restart`: when it happens once; `none`: a problem is allowed.
 */
export type Cure = 'unneeded' | 'retry' | 'restart' | 'none';

/** How the client must react to a kind of fault, and when the kind makes sense. */
export type Traits = Readonly<{
  cure: Cure;
  /** The problems that may be answered. `first` is true at the first read of an object. */
  codes(first: boolean): readonly ProblemCode[];
  /** The places at which it can happen; none for a fault of a whole reply. */
  places?: readonly Place[];
  /** It only makes sense for a ranged read of an object. */
  ofObject?: true;
  /** Not at the first read, where nothing contradicts what the reply says about the object. */
  laterOnly?: true;
  /** The cure at the first read, when it differs. */
  firstCure?: Cure;
  /** Only the end of the time for a try ends it. */
  stalls?: true;
  /** The failure of the connection attempt: an address where nobody listens, or a code of the resolver. */
  connect?: Readonly<{ address: string } | { code: string }>;
  /** The version that the object has after the fault, when the fault happens always. */
  becomes?: Version;
  /** The replies of this store have no ETag at all. */
  tagless?: true;
  /** The first reply states another ETag or date than the object has, so the answer may, too. */
  altersStat?: true;
}>;

/** The kind as a table row: `say` sends the fault, or returns the bytes to send. */
export type Row = readonly [name: string, traits: Traits, say: (stage: Stage) => Buffer | string | undefined];

export type Kind = Traits & Readonly<{ name: string; places: readonly Place[]; say(stage: Stage): void }>;

export function kindsOf(rows: readonly Row[]): readonly Kind[] {
  return rows.map(([name, traits, say]) => ({
    places: [],
    ...traits,
    name,
    say(stage) {
      const bytes = say(stage);
      if (bytes !== undefined) stage.socket.write(bytes);
    },
  }));
}

/** Codes that do not depend on the read. */
function always(...codes: readonly ProblemCode[]): Traits['codes'] {
  return () => codes;
}

/** The answer is right however often this happens. */
export const harmless: Traits = { cure: 'unneeded', codes: always() };
/** The client must try again, and then may answer one of these problems. */
export const retried = (...codes: readonly ProblemCode[]): Traits => ({ cure: 'retry', codes: always(...codes) });
/** The client must start over once, and then may answer one of these problems. */
export const restarted = (...codes: readonly ProblemCode[]): Traits => ({ cure: 'restart', codes: always(...codes) });
/** The client may answer one of these problems at once. */
export const final = (...codes: readonly ProblemCode[]): Traits => ({ cure: 'none', codes: always(...codes) });
/** The same for ranged reads of objects only. */
export const ofObject = (traits: Traits): Traits => ({ ...traits, ofObject: true });

export type Headers = Readonly<Record<string, string | number | null>>;

/** A right 206 for a part, with headers changed; null leaves one out. */
export function partReply(
  { object, range, etag, lastModified }: Part,
  changes: Headers = {},
  body?: Uint8Array,
): Buffer {
  const headers = {
    ETag: etag,
    'Last-Modified': lastModified.toUTCString(),
    'Content-Range': `bytes ${range.start}-${range.end - 1}/${object.length}`,
    ...changes,
  };
  return rawReply(206, headers, body ?? bytesOf({ object, range }));
}

/** The bytes of a part. */
export function bytesOf({ object, range }: Pick<Part, 'object' | 'range'>): Uint8Array {
  return object.subarray(range.start, range.end);
}

/** The part of the object that the request of a stage asks for. */
export function partAt({ part }: Stage): Part {
  if (part === null) throw new Error('this kind of fault is for reads of an object');
  return part;
}

/** The number of bytes of a reply before `place`. */
export function cutAt(reply: Buffer, place: Place, random: Random): number {
  const lineEnd = reply.indexOf('\r\n');
  const headEnd = reply.indexOf('\r\n\r\n') + 4;
  const cuts: Readonly<Record<Place, () => number>> = {
    start: () => 0,
    'status line': () => 1 + random.below(lineEnd),
    header: () => lineEnd + 2 + random.below(headEnd - lineEnd - 3),
    body: () => headEnd + random.below(reply.length - headEnd),
    end: () => reply.length - 1,
  };
  return cuts[place]();
}

/** The bytes of a reply (by default the right one) before the place of the fault. */
export function cut({ reply: right, place, random }: Stage, reply = right): Buffer {
  return reply.subarray(0, cutAt(reply, place, random));
}

/** The headers of a part after another first line; the caller adds the framing. */
export function headLines(part: Part, status = 'HTTP/1.1 206 Partial Content'): string {
  const { object, range, etag, lastModified } = part;
  const contentRange = `bytes ${range.start}-${range.end - 1}/${object.length}`;
  const tag = etag === null ? '' : `ETag: ${etag}\r\n`;
  return `${status}\r\n${tag}Last-Modified: ${lastModified.toUTCString()}\r\nContent-Range: ${contentRange}\r\n`;
}
