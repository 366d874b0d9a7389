// The sources that arrive in order: Responses of fetch, and streams.

import { type Pieces, type StreamLike, type StreamOptions, streamedBucket } from '../bucket/streamed';
import type { Limits } from '../limits';
import { wrongArgument } from './arguments';
import { isResponse, readHead } from './response';
import type { Opened } from './source';

/** Opens a Response or a stream; null for any other value. Throws ProblemError, for a Response that failed too. */
export function openStreamed(source: unknown, { readBytes: maxBytes }: Limits): Opened | null {
  if (typeof source !== 'object' || source === null) return null;
  if (isResponse(source)) {
    const { body, stat, part } = readHead(source);
    return openStream(piecesOf(body), { stat, part, maxBytes }, 'response');
  }
  const pieces = piecesOf(source);
  return pieces && openStream(pieces, { stat: { size: null, etag: null, lastModified: null }, maxBytes }, 'stream');
}

function openStream(pieces: Pieces | null, options: Omit<StreamOptions, 'pieces'>, key: string): Opened {
  if (pieces === null) throw wrongArgument(`the ${key} has no body that can be read`);
  return { bucket: streamedBucket({ ...options, pieces }), key, stop: pieces.stop };
}

/** The pieces of a web stream, or of a stream of Node; null for anything else. */
export function piecesOf(source: unknown): Pieces | null {
  if (typeof source !== 'object' || source === null) return null;
  if ('getReader' in source && typeof source.getReader === 'function') {
    if ('locked' in source && source.locked === true)
      throw wrongArgument('the stream is locked: another reader is reading it');
    const reader = (source as StreamLike).getReader();
    return { next: () => reader.read(), stop: () => void reader.cancel().catch(() => {}) };
  }
  if (!(Symbol.asyncIterator in source) || typeof source[Symbol.asyncIterator] !== 'function') return null;
  const iterator = (source as AsyncIterable<unknown>)[Symbol.asyncIterator]();
  return { next: () => iterator.next(), stop: () => void iterator.return?.().catch(() => {}) };
}
