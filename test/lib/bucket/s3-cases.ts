// Replies of a store with one fault each, and what reading makes of them.
import type { S3Options } from '../../../lib/bucket/s3';
import { type RawReply, type RawServer, rawReply, rawServer, refusal } from '../../../testing/servers/raw-s3';
import { pinnedTo, refTo, soon } from './contract';
import { bucketAt, etag, leftOver, object, size, told } from './scripted';

export type Case = Readonly<{
  name: string;
  reply: RawReply;
  /** A problem's code, or 'right' for exactly the bytes of the object. */
  want: string;
  requests: number;
  options?: Partial<S3Options>;
  range?: readonly [number, number];
  ifMatch?: string;
  ifNoneMatch?: string;
}>;

export const head206 = `HTTP/1.1 206 Partial\r\nETag: ${etag}\r\nContent-Range: bytes 0-99/${size}\r\n`;
export const notModified = `HTTP/1.1 304 Not\r\nETag: ${etag}\r\n\r\n`;
export const whole = rawReply(200, { ETag: etag }, object);
export const error200 = refusal(200, 'InternalError');
export const first100 = object.subarray(0, 100);
/** For the cases that cannot end before a try does. */
export const short = { tryMs: 100 };
/** The first bytes of a gzip stream. */
export const gzipStart = Uint8Array.of(0x1f, 0x8b, 0x08);
export const xml = '<Error><Code>NoSuchKey</Code>';

/** Runs every case: the outcome, the number of requests, and no connection left open. */
export function testCases(title: string, cases: readonly Case[]): void {
  describe(title, () => {
    let server: RawServer | undefined;
    afterEach(async () => {
      await server?.close();
      server = undefined;
    });

    test.each(cases)('$name: $want', async (one) => {
      const { reply, want, requests, options, range = [0, 100], ifMatch, ifNoneMatch } = one;
      server = await rawServer(reply);
      const bucket = bucketAt(server.endpoint, options);
      const condition = ifNoneMatch === undefined ? pinnedTo(ifMatch ?? null) : { ifNoneMatch };
      const work = bucket.fetch(refTo('a.jpg'), { start: range[0], end: range[1] }, condition, soon(60_000));
      expect(await told(work, range)).toBe(want);
      expect(server.requests).toHaveLength(requests);
      expect(await leftOver(server, 1)).toBe(0);
    });
  });
}
