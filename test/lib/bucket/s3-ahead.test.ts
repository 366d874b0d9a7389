// Reading ahead from a store: the Range header, one try, and stores that do not support such a range.
import type { ByteRange, LastBytes } from '../../../lib/types';
import { type RawReply, type RawServer, rawReply, rawServer, refusal, say } from '../../../testing/servers/raw-s3';
import { refTo, soon } from './contract';
import { bucketAt, etag, leftOver, object, part, size, told } from './scripted';

const whole = say(rawReply(200, { ETag: etag }, object));
const last: LastBytes = { last: 100 };
const inside: ByteRange = { start: 300, end: 400 };

type Case = Readonly<{ name: string; range: ByteRange | LastBytes; reply: RawReply; want: string; bytes?: ByteRange }>;

const cases: readonly Case[] = [
  { name: 'the last bytes', range: last, reply: say(part(900, size)), want: 'right', bytes: { start: 900, end: size } },
  {
    name: 'the last bytes of a shorter object',
    range: { last: 5000 },
    reply: say(part(0, size)),
    want: 'right',
    bytes: { start: 0, end: size },
  },
  {
    name: 'the last bytes of a shorter object, without a range in the reply',
    range: { last: 5000 },
    reply: whole,
    want: 'right',
    bytes: { start: 0, end: size },
  },
  { name: 'a range', range: inside, reply: say(part(300, 400)), want: 'right', bytes: inside },
  {
    name: 'a range that is cut at the end',
    range: { start: 990, end: 1100 },
    reply: say(part(990, size)),
    want: 'right',
    bytes: { start: 990, end: size },
  },
  // `told` says "unchanged" for null: the store does not support the range.
  { name: 'all of a longer object', range: last, reply: whole, want: 'unchanged' },
  { name: 'all of an object instead of a range', range: inside, reply: whole, want: 'unchanged' },
  {
    name: '416 for the last bytes of an object that has some',
    range: last,
    reply: say(refusal(416, 'InvalidRange', { 'Content-Range': `bytes */${size}` })),
    want: 'unchanged',
  },
  { name: 'not implemented', range: last, reply: say(refusal(501, 'NotImplemented')), want: 'unchanged' },
  { name: 'a bad request', range: last, reply: say(refusal(400, 'InvalidArgument')), want: 'unchanged' },
  {
    name: '416 for a range after the end',
    range: { start: 5000, end: 6000 },
    reply: say(refusal(416, 'InvalidRange', { 'Content-Range': `bytes */${size}` })),
    want: 'RangeNotSatisfiable',
  },
  { name: 'other bytes than the last ones', range: last, reply: say(part(0, 100)), want: 'BucketFault' },
  { name: 'a busy store', range: last, reply: say(refusal(503, 'SlowDown')), want: 'SlowDown' },
  { name: 'a fault of the store', range: last, reply: say(refusal(500, 'InternalError')), want: 'BucketFault' },
  { name: 'a missing object', range: last, reply: say(refusal(404, 'NoSuchKey')), want: 'NoSuchKey' },
  { name: 'a broken connection', range: last, reply: (socket) => socket.destroy(), want: 'BucketFault' },
];

describe('reading ahead', () => {
  let server: RawServer | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  test.each(cases)('$name: $want, after one try', async ({ range, reply, want, bytes = inside }) => {
    server = await rawServer(reply);
    const work = bucketAt(server.endpoint).fetchAhead?.(refTo('a.jpg'), range, soon(60_000));
    expect(await told(work ?? Promise.resolve(null), [bytes.start, bytes.end])).toBe(want);
    expect(server.requests.map(({ headers }) => headers['range'])).toEqual([
      'last' in range ? `bytes=-${range.last}` : `bytes=${range.start}-${range.end - 1}`,
    ]);
    expect(await leftOver(server, 1)).toBe(0);
  });
});
