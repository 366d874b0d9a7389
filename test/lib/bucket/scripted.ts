// One object, a bucket that reads it from a scripted server, and what came of a read.
import { type S3Options, s3Bucket } from '../../../lib/bucket/s3';
import { ProblemError } from '../../../lib/problem';
import type { Bucket, FetchResult } from '../../../lib/types';
import { askedRange, type RawReply, type RawServer, rawReply } from '../../../testing/servers/raw-s3';

export const size = 1000;
export const object = Uint8Array.from({ length: size }, (_, at) => (at * 7) % 251);
export const etag = '"e1"';
export const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'SECRETSECRET', sessionToken: 'TOKENTOKEN' };

export const good: RawReply = (socket, request) => {
  const { start, end } = askedRange(request);
  socket.write(part(start, Math.min(end, size)));
};

/** A right 206 of `start` up to `end`, with headers changed. */
export function part(start: number, end: number, headers: Record<string, string | number | null> = {}): Buffer {
  const contentRange = { ETag: etag, 'Content-Range': `bytes ${start}-${end - 1}/${size}` };
  return rawReply(206, { ...contentRange, ...headers }, object.subarray(start, end));
}

export function bucketAt(endpoint: URL, options: Partial<S3Options> = {}): Bucket {
  return s3Bucket({
    bucket: 'photos',
    endpoint,
    region: 'us-east-1',
    pathStyle: true,
    credentials: async () => credentials,
    tryMs: 1000,
    maxTries: 3,
    maxBytes: 4096,
    sleep: async () => {},
    ...options,
  });
}

/**
 * 'right' for exactly those bytes of the object, 'unchanged' for none, else the code of the problem, which must not give
 * away a secret.
 */
export async function told(
  work: Promise<FetchResult | null>,
  [start, end]: readonly [number, number],
): Promise<string> {
  try {
    const fetched = await work;
    if (fetched === null) return 'unchanged';
    const { bytes, stat } = fetched;
    expect(bytes).toStrictEqual(object.slice(start, end));
    return stat.size === size || stat.size === 99999999999 ? 'right' : `size ${stat.size}`;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    // The code alone: errors of node:http have packets in them.
    expect(error.cause ?? { code: '' }).toEqual({ code: expect.stringMatching(/^[A-Z_]*$/) });
    expect(error.message).not.toMatch(/SECRET|TOKEN|AKID|Signature=/);
    return error.code;
  }
}

/** Connections open beyond `kept` idle ones, once those that are closing have closed. */
export async function leftOver(server: RawServer, kept: number): Promise<number> {
  for (let waits = 0; waits < 50 && server.sockets.size > kept; waits++)
    await new Promise((done) => setTimeout(done, 2));
  return Math.max(0, server.sockets.size - kept);
}
