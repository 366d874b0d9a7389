// One object at a web address as a bucket, with the browser's own fetch: ranged GETs. When the server does not answer ranges, or
// hides them from pages of other sites, one GET is read as far as needed.

import { checkResponse, readHead, versionOf } from '../api/response';
import { piecesOf } from '../api/streams';
import { streamedBucket } from '../bucket/streamed';
import { checkRange, formatRange, parseContentRange } from '../bytes/range';
import { ProblemError } from '../problem';
import type { Bucket, ByteRange, ObjectRef, ObjectStat } from '../types';

/** A bucket with one object, whatever the key. `maxBytes`: bytes of a GET without a range that may be held. */
export function fetchedBucket(url: URL, maxBytes: number): Bucket & Readonly<{ stop(): void }> {
  const controller = new AbortController();
  let whole: Bucket | null = null;
  const ask = (range: ByteRange | null): Promise<Response> => request(url, controller.signal, range);
  return {
    stop: () => controller.abort(),
    async fetch(ref, range, condition, signal) {
      checkRange(range);
      signal.addEventListener('abort', () => controller.abort(), { once: true });
      if (whole !== null) return whole.fetch(ref, range, condition, signal);
      const response = await ask(range);
      if (response.status === 416 && range.start === 0)
        throw new ProblemError('EmptyObject', 'Cannot read the address: it has no bytes');
      const part = response.status === 206 ? parseContentRange(response.headers.get('content-range') ?? '') : null;
      if (part !== null)
        return { bytes: await bodyOf(response, part, range, ref, signal), stat: statOf(response, part) };
      if (range.start > 0) throw new ProblemError('ObjectChanged', 'The server answers no ranges any more');
      // A part without its place: the answer to a GET of all states the size.
      const { body, stat } = readHead(response.status === 206 ? await ask(null) : response);
      whole = streamedBucket({ pieces: pieces(body), stat, maxBytes });
      return whole.fetch(ref, range, condition, signal);
    },
  };
}

async function request(url: URL, signal: AbortSignal, range: ByteRange | null): Promise<Response> {
  try {
    return await fetch(url, { signal, headers: range === null ? {} : { Range: formatRange(range) } });
  } catch (cause) {
    const address = `${url.protocol}//${url.host}${url.pathname}`.slice(0, 200);
    const hint = 'is it reachable, and does its server allow this site (CORS)?';
    throw new ProblemError(signal.aborted ? 'Timeout' : 'BucketFault', `Cannot fetch ${address}: ${hint}`, { cause });
  }
}

type Part = NonNullable<ReturnType<typeof parseContentRange>>;

function statOf(response: Response, { size }: Part): ObjectStat {
  return { size, ...versionOf(response) };
}

/** The bytes of a part. A body that is too long is not read to its end. */
async function bodyOf(
  response: Response,
  part: Part,
  { start, end }: ByteRange,
  ref: ObjectRef,
  signal: AbortSignal,
): Promise<Uint8Array> {
  checkResponse(response);
  if (part.start !== start || part.end !== Math.min(end, part.size))
    throw new ProblemError('BucketFault', 'The server answered other bytes than were requested');
  const size = part.end - part.start;
  const body = pieces(response.body);
  const bucket = streamedBucket({ pieces: body, stat: { size, etag: null, lastModified: null }, maxBytes: size });
  const read = await bucket.fetch(ref, { start: 0, end: size }, null, signal);
  body.stop();
  return read?.bytes ?? new Uint8Array(0);
}

function pieces(body: unknown): NonNullable<ReturnType<typeof piecesOf>> {
  const found = piecesOf(body);
  if (found === null) throw new ProblemError('InternalError', 'A Response has a body that is not a stream');
  return found;
}
