// How lib/sink/webhook sends messages. The receiver checks signatures with the library of Standard Webhooks.
import { Webhook } from 'standardwebhooks';
import { publicLookup } from '../../../lib/io/public-address';
import type { Outgoing, SinkMessage } from '../../../lib/sink/sink';
import { type WebhookOptions, webhookSink } from '../../../lib/sink/webhook';
import { readWebhookSecrets } from '../../../lib/sink/webhook-settings';
import {
  endless,
  inTurn,
  type RawReply,
  type RawRequest,
  type RawServer,
  rawReply,
  rawServer,
  say,
  sayAndReset,
  sayLast,
} from '../../../testing/servers/raw-s3';
import { soon } from '../bucket/contract';
import { outgoingOf, outgoings } from './outgoing';

jest.setTimeout(30_000); // a busy machine

const secret = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
const newSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

let server: RawServer;
afterEach(() => server.close());

async function receiver(reply: RawReply): Promise<void> {
  server = await rawServer(reply);
}

const accepted: RawReply = (socket) => socket.write(rawReply(204, { 'Content-Length': null }, ''));
const refused = (status: number, headers: Readonly<Record<string, string>> = {}): RawReply =>
  say(rawReply(status, headers, 'no'));

/** Opens the sink at the receiver, and records how long it waits between two tries. */
function open(change: Partial<WebhookOptions> = {}) {
  const waits: number[] = [];
  const sink = webhookSink({
    url: new URL('/hooks/exif?a=1', server.endpoint),
    secrets: async () => readWebhookSecrets(secret),
    allowPrivate: true,
    tryMs: 5_000,
    maxTries: 3,
    env: {},
    random: () => 0,
    sleep: async (ms) => void waits.push(ms),
    ...change,
  });
  return { sink, waits, send: (messages: readonly Outgoing[]) => sink.send(messages, soon()) };
}

const textOf = ({ body }: RawRequest): string => Buffer.from(body ?? []).toString('utf8');

/** The messages of a request, after its signature was checked with `key`. */
function verified(request: RawRequest, key = secret): readonly SinkMessage[] {
  const { messages } = new Webhook(key).verify(textOf(request), { ...request.headers }) as {
    messages: readonly SinkMessage[];
  };
  return messages;
}

describe('a request', () => {
  test('is one POST of all messages, in their order, with a signature that the library verifies', async () => {
    await receiver(accepted);
    const messages = outgoings(3);
    expect(await open().send(messages)).toEqual([null, null, null]);
    expect(server.requests).toHaveLength(1);
    const [request] = server.requests as [RawRequest];
    expect(request).toMatchObject({ method: 'POST', path: '/hooks/exif?a=1' });
    expect(request.headers).toMatchObject({
      host: `127.0.0.1:${server.port}`,
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(textOf(request))),
      'user-agent': 'bucket-exif',
      'webhook-id': expect.stringMatching(/^msg_[0-9a-f]{32}$/),
      'webhook-timestamp': expect.stringMatching(/^\d{10}$/),
      'webhook-signature': expect.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/),
    });
    expect(verified(request)).toEqual(messages.map(({ message }) => message));
    expect(() => verified(request, newSecret)).toThrow('No matching signature found');
    const other = { ...request, body: Buffer.from(textOf(request).replace('Canon', 'Nikon')) };
    expect(() => verified(other)).toThrow('No matching signature found');
  });

  test('is signed with each secret, so that a receiver may have either', async () => {
    await receiver(accepted);
    await open({ secrets: async () => readWebhookSecrets(`${newSecret} ${secret}`) }).send(outgoings(1));
    const [request] = server.requests as [RawRequest];
    expect(request.headers['webhook-signature']?.split(' ')).toHaveLength(2);
    expect([verified(request, secret), verified(request, newSecret)]).toEqual([
      [outgoingOf(0).message],
      [outgoingOf(0).message],
    ]);
  });

  test('has the same id when the same messages are sent again, in any order; others have another one', async () => {
    await receiver(accepted);
    const { send } = open();
    const [first, second, third] = outgoings(3) as [Outgoing, Outgoing, Outgoing];
    for (const messages of [[first, second], [second, first], [first], [first, third], [first, second, third]])
      await send(messages);
    const ids = server.requests.map(({ headers }) => headers['webhook-id']);
    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(4);
  });

  test('a retry has the same id and body, and the time and signature of its own sending', async () => {
    await receiver(inTurn(refused(503), accepted));
    let now = Date.now();
    const { send } = open({ now: () => (now += 60_000) });
    expect(await send(outgoings(2))).toEqual([null, null]);
    const [first, second] = server.requests as [RawRequest, RawRequest];
    const id = (request: RawRequest) => [request.headers['webhook-id'], textOf(request)];
    expect(id(second)).toEqual(id(first));
    expect(second.headers['webhook-timestamp']).not.toBe(first.headers['webhook-timestamp']);
    expect(verified(first)).toEqual(verified(second));
  });

  test('the largest one has at most 1 MiB', async () => {
    await receiver(accepted);
    const { sink, send } = open();
    const { limits } = sink;
    const bare = outgoingOf(0, { record: { title: '' } }).text.length;
    const each = Math.floor(limits.callBytes / limits.messages);
    const messages = Array.from({ length: limits.messages }, (_, index) =>
      outgoingOf(index, { record: { title: 'x'.repeat(each - bare - 8) } }),
    );
    await send(messages);
    const length = server.requests[0]?.body?.length ?? 0;
    expect(length).toBeGreaterThan(1_030_000);
    expect(length).toBeLessThanOrEqual(1024 * 1024);
    expect(limits.messageBytes).toBeLessThan(1024 * 1024 - 20);
  });

  test('a connection is used again, also after an answer with a body', async () => {
    await receiver(say(rawReply(200, {}, 'thank you')));
    const { send } = open();
    for (let index = 0; index < 3; index++) await send(outgoings(1, index));
    expect(server.requests).toHaveLength(3);
    expect(server.sockets.size).toBe(1);
  });
});

describe('an answer', () => {
  test.each([200, 201, 202, 204, 299])('%p accepts all', async (status) => {
    await receiver(say(rawReply(status, status === 204 ? { 'Content-Length': null } : {}, '')));
    expect(await open().send(outgoings(2))).toEqual([null, null]);
  });

  test.each([
    [301, /^it answered 301, and redirects are not followed: put the final address into EXIF_SINK$/],
    [307, /^it answered 307, and redirects are not followed/],
    [401, /^it answered 401: check that it verifies with the secret in EXIF_SINK_SECRET$/],
    [404, /^it answered 404$/],
    [410, /^it answered 410: it wants no more messages; remove it from EXIF_SINK$/],
  ])('%p refuses all, with a reason, and is not tried again', async (status, reason) => {
    await receiver(refused(status, { Location: 'http://127.0.0.1:9/SECRET' }));
    const reasons = await open().send(outgoings(2));
    expect(reasons).toEqual([expect.stringMatching(reason), expect.stringMatching(reason)]);
    expect(server.requests).toHaveLength(1);
  });

  test.each([400, 413, 422])('%p to several messages: only the one that it refuses is not accepted', async (status) => {
    await receiver((socket, request) => {
      const bad = textOf(request).includes('R13');
      (bad ? refused(status) : accepted)(socket, request);
    });
    const messages = outgoings(20).map((one, at) => (at === 13 ? outgoingOf(13, { record: { model: 'R13' } }) : one));
    const reasons = await open().send(messages);
    expect(reasons.map((reason) => reason === null)).toEqual(messages.map((_, at) => at !== 13));
    expect(reasons[13]).toMatch(new RegExp(`^it answered ${status}`));
    const seen = server.requests.flatMap((request) => verified(request).map(({ id }) => id));
    expect(new Set(seen).size).toBe(20);
    expect(server.requests.length).toBeLessThan(12);
  });

  test.each([408, 425, 429, 500, 502, 503, 504])('%p is tried again', async (status) => {
    await receiver(inTurn(refused(status), refused(status), accepted));
    expect(await open().send(outgoings(1))).toEqual([null]);
    expect(server.requests).toHaveLength(3);
  });

  test('after three tries it is a SinkFault', async () => {
    await receiver(refused(503));
    await expect(open().send(outgoings(1))).rejects.toMatchObject({ code: 'SinkFault', message: 'it answered 503' });
    expect(server.requests).toHaveLength(3);
  });

  test('a Retry-After in seconds, or as a date, is waited for', async () => {
    const now = Date.parse('2026-11-03T10:20:30.000Z');
    const date = 'Tue, 03 Nov 2026 10:20:31 GMT';
    await receiver(inTurn(refused(429, { 'Retry-After': '2' }), refused(503, { 'Retry-After': date }), accepted));
    const { send, waits } = open({ now: () => now });
    expect(await send(outgoings(1))).toEqual([null]);
    expect(waits).toEqual([2_000, 1_000]);
  });

  test.each(['-1', 'soon', '', '0', 'Tue, 03 Nov 2020 10:20:31 GMT', '99999999999999'])(
    'a Retry-After of %j is ignored',
    async (text) => {
      await receiver(inTurn(refused(429, { 'Retry-After': text }), accepted));
      const { send, waits } = open();
      expect(await send(outgoings(1))).toEqual([null]);
      expect(waits).toEqual([0]);
    },
  );

  test('a long Retry-After ends the tries: the platform tries again later', async () => {
    await receiver(refused(429, { 'Retry-After': '60' }));
    await expect(open().send(outgoings(1))).rejects.toThrow('it answered 429 and asks to wait for 60 s');
    expect(server.requests).toHaveLength(1);
  });
});

describe('a connection', () => {
  test.each<[string, RawReply]>([
    ['is reset', (socket) => void socket.resetAndDestroy()],
    ['is closed', sayLast('')],
    ['gets no HTTP', sayLast('hello\r\n\r\n')],
    ['gets half a head', sayLast('HTTP/1.1 200 OK\r\nX: ')],
    ['is upgraded', say('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n')],
  ])('that %s is SinkFault, and the next message is sent', async (_, reply) => {
    await receiver((socket, request) => (textOf(request).includes('etag-7') ? reply : accepted)(socket, request));
    const { send } = open();
    await expect(send(outgoings(1, 7))).rejects.toMatchObject({ code: 'SinkFault' });
    expect(await send(outgoings(1))).toEqual([null]);
  });

  test('that is reset once is tried again', async () => {
    await receiver(inTurn((socket) => void socket.resetAndDestroy(), accepted));
    expect(await open().send(outgoings(1))).toEqual([null]);
  });

  test('without a listener is SinkFault after three tries', async () => {
    await receiver(accepted);
    const { waits, send } = open({ url: new URL('http://127.0.0.1:1/') });
    await expect(send(outgoings(1))).rejects.toThrow('the connection failed (ECONNREFUSED)');
    expect(waits).toHaveLength(2);
  });

  test.each<[string, RawReply]>([
    ['says nothing', () => undefined],
    ['sends its head byte by byte without end', endless('HTTP/1.1 200 OK\r\nX: ', 'x', 10)],
    ['sends 100 Continue without end', endless('HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 100 Continue\r\n\r\n', 10)],
  ])('that %s ends with the time of a try', async (_, reply) => {
    await receiver(reply);
    await expect(open({ tryMs: 100 }).send(outgoings(1))).rejects.toThrow(
      /^it did not answer within 100 ms$|^the connection failed/,
    );
    expect(server.requests.length).toBeGreaterThan(0);
  });

  test('that says nothing ends with the time of the call', async () => {
    await receiver(() => undefined);
    await expect(open().sink.send(outgoings(1), soon(100))).rejects.toMatchObject({
      code: 'SinkFault',
      message: 'it did not answer in time',
    });
  });

  test('the problem of the last try is named when the time ends during the wait', async () => {
    await receiver(refused(503));
    const { sink } = open({ sleep: () => new Promise(() => {}) });
    await expect(sink.send(outgoings(1), soon(200))).rejects.toThrow('it answered 503');
  });

  test('of an endless answer no more than 64 KiB are read', async () => {
    await receiver(endless(rawReply(200, { 'Content-Length': 10 ** 12 }, ''), 'x'.repeat(10_000)));
    expect(await open().send(outgoings(1))).toEqual([null]);
    const [socket] = server.sockets;
    expect(socket?.bytesWritten ?? 0).toBeLessThan(16 * 1024 * 1024); // buffers of both systems
  });

  test.each<[string, RawReply]>([
    ['stalls', say(rawReply(200, { 'Content-Length': 10 }, '').subarray(0))],
    ['is slow', endless(rawReply(200, { 'Content-Length': 10 ** 6 }, ''), 'x', 10)],
    ['breaks off', sayAndReset(rawReply(200, { 'Content-Length': 10 }, 'abc'))],
  ])('whose answer %s after a good head has accepted the messages: they are not sent twice', async (_, reply) => {
    await receiver(reply);
    expect(await open({ tryMs: 200 }).send(outgoings(1))).toEqual([null]);
    expect(server.requests).toHaveLength(1);
  });
});

describe('an address', () => {
  const at = (...addresses: readonly string[]) =>
    publicLookup((_, __, done) =>
      done(
        null,
        addresses.map((address) => ({ address, family: 4 })),
      ),
    );

  test.each([[['127.0.0.1']], [['1.1.1.1', '127.0.0.1']], [['169.254.169.254']]])(
    'that is not public gets no connection: %j',
    async (addresses) => {
      await receiver(accepted);
      const url = new URL(`http://hooks.test:${server.port}/`);
      const { send, waits } = open({ url, allowPrivate: false, lookup: at(...addresses) });
      await expect(send(outgoings(1))).rejects.toMatchObject({
        code: 'SinkFault',
        message: expect.stringContaining('private or reserved address: allow that with EXIF_SINK_PRIVATE=1'),
      });
      expect([server.sockets.size, server.requests.length, waits]).toEqual([0, 0, []]);
    },
  );

  test('by default the names of this machine are looked up, and refused', async () => {
    await receiver(accepted);
    const { send } = open({ url: new URL(`http://localhost:${server.port}/`), allowPrivate: false });
    await expect(send(outgoings(1))).rejects.toThrow('private or reserved address');
    expect(server.sockets.size).toBe(0);
  });

  test('the connection goes to the address of the look-up, and the request names the host', async () => {
    await receiver(accepted);
    const url = new URL(`http://hooks.test:${server.port}/`);
    let looks = 0;
    const { send } = open({
      url,
      lookup: (_, { all }, done) => {
        looks++;
        return all === true ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4);
      },
    });
    await send(outgoings(1));
    expect([looks, server.requests[0]?.headers.host]).toEqual([1, `hooks.test:${server.port}`]);
  });

  test('only the origin is named: path and query may be a secret', async () => {
    await receiver(accepted);
    const url = new URL('https://hooks.example.com/services/SECRET?token=SECRET');
    expect(open({ url }).sink.name).toBe('https://hooks.example.com');
  });
});
