// What a kind of fault is, and the replies that kinds are made from.
import type { Socket } from 'node:net';
import type { ProblemCode } from '../../lib/problem';
import type { ByteRange } from '../../lib/types';
import type { Random } from '../../testing/random/seeded';
import { type RawRequest, rawReply } from '../../testing/servers/raw-s3';
import type { Version } from './images';

/** Where in a reply a fault happens: before its first byte, in its first line, in its headers, in its body, or at its last byte. */
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
  /** What the request asks for; null for a request to the cache. */
  part: Part | null;
  /** The same part of a version of the object. */
  partOf(version: Version): Part;
  request: RawRequest;
  /** The same part of an object that is not asked for. */
  foreign(): Part;
  /** Does `work` after `ms` (0: now). The run waits for it before it looks what came of the fault. */
  later(ms: number, work: () => void): void;
  /** Does `work` when the answer was given and the connection waits for the next request. */
  atRest(work: () => void): void;
  /** Does `work` as soon as the next request comes over this connection, before it is answered. */
  beforeNext(work: (next: Stage) => void): void;
}>;

/**
 * What the client must make of a fault that passes. `unneeded`: the answer is right however often it happens; `retry`: the
 * answer is right when it happens once or twice to a read; `restart`: when it happens once; `none`: a problem is allowed.
 */
export type Cure = 'unneeded' | 'retry' | 'restart' | 'none';

export type Kind = Readonly<{
  name: string;
  /** The places at which it can happen; none for a fault of a whole reply. */
  places: readonly Place[];
  cure: Cure;
  /** The problems that may be answered. `first` is true at the first read of an object. */
  codes(first: boolean): readonly ProblemCode[];
  say(stage: Stage): void;
  /** It only makes sense for a ranged read of an object. */
  ofObject?: true;
  /** At the first read nobody can see it: what it says of the object is not contradicted. */
  laterOnly?: true;
  /** The cure where it happens to the first read, when that is another one. */
  firstCure?: Cure;
  /** Nothing but the end of the try's time ends it. */
  stalls?: true;
  /** What the connection attempt fails with: an address where nobody listens, or a code of the resolver. */
  connect?: Readonly<{ address: string } | { code: string }>;
  /** The version that the object has from then on, when the fault happens always. */
  becomes?: Version;
  /** The replies of this store have no ETag at all. */
  tagless?: true;
  /** The first reply says another ETag or date than the object has, so the answer may, too. */
  altersStat?: true;
}>;

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

/** The part that a stage of an object's read is about. */
export function partAt({ part }: Stage): Part {
  if (part === null) throw new Error('this kind of fault is for reads of an object');
  return part;
}

/** How many bytes of a reply come before `place`. */
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

/** The bytes of a reply before the place of the fault. */
export function cut({ reply, place, random }: Stage): Buffer {
  return reply.subarray(0, cutAt(reply, place, random));
}

/** Codes that do not depend on the read. */
export function always(...codes: readonly ProblemCode[]): Kind['codes'] {
  return () => codes;
}

/** A reply that has its headers from a part, and another first line or framing. */
export function headLines(part: Part, status = 'HTTP/1.1 206 Partial Content'): string {
  const { object, range, etag, lastModified } = part;
  const contentRange = `bytes ${range.start}-${range.end - 1}/${object.length}`;
  const tag = etag === null ? '' : `ETag: ${etag}\r\n`;
  return `${status}\r\n${tag}Last-Modified: ${lastModified.toUTCString()}\r\nContent-Range: ${contentRange}\r\n`;
}
