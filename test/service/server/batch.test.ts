// A batch over a real server: the body comes in, the lines go out as they are made.
import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { parseKeyRing } from '../../../lib/auth/key-ring';
import type { JobDeps } from '../../../lib/job';
import { batchLimits } from '../../../lib/limits';
import { listen } from '../../../service/server/listen';
import { createHttpServer } from '../../../service/server/server';
import { createServerRun } from '../../../service/server/server-run';
import { batchSigners } from '../../../testing/auth/batch-signers';
import { conditional, type World, world } from '../../lib/job-world';

let server: Server | undefined;
let port = 0;
let made: World;

/** Starts a server. `change` replaces parts of what its jobs need. */
async function start(change: Partial<JobDeps> = {}, batch = true): Promise<void> {
  made = world(conditional);
  const deps = { ...made.deps, ...change };
  const limited = { ...deps, answers: { ...deps.answers, batch } };
  const failed = (error: Error): never => {
    throw error;
  };
  const address = { host: '127.0.0.1', port: 0, connections: 10 };
  server = listen(createServerRun(limited), limited, address, { opened: () => undefined, failed });
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
}
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

function post(body: string, headers: Readonly<Record<string, string>> = {}, path = '/-/batch'): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body, headers });
}

type Line = Readonly<{ key: string; status: number }>;

async function linesOf(reply: Response): Promise<readonly Line[]> {
  const text = await reply.text();
  expect(text.endsWith('\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

const keys = Array.from({ length: 100 }, (_, at) => `photos/Zürich ${at}.png`);

test('100 objects are answered in their order, on a connection that then serves the next request', async () => {
  await start();
  for (const round of [1, 2]) {
    const reply = await post(JSON.stringify({ keys, view: 'exif/style/flat' }));
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toBe('application/x-ndjson');
    expect((await linesOf(reply)).map(({ key, status }) => `${status} ${key}`)).toEqual(
      keys.map((key) => `200 ${key}`),
    );
    expect(made.refs).toHaveLength(100 * round);
  }
});

test('each line arrives before the next object is answered', async () => {
  let release: (() => void)[] = [];
  await start({
    buckets: new Map([
      [
        'b',
        {
          fetch: async (...args) => {
            await new Promise<void>((resolve) => release.push(resolve));
            return conditional(...args);
          },
        },
      ],
    ]),
  });
  const reply = await post(JSON.stringify({ keys: ['a', 'b', 'c'] }));
  const reader = reply.body?.pipeThrough(new TextDecoderStream()).getReader();
  while (release.length < 3) await new Promise((resolve) => setImmediate(resolve));
  for (const key of ['a', 'b', 'c']) {
    release[0]?.();
    release = release.slice(1);
    const { value = '' } = (await reader?.read()) ?? {};
    expect(JSON.parse(value)).toMatchObject({ key, status: 200 });
  }
  expect((await reader?.read())?.done).toBe(true);
});

describe('signed', () => {
  const key = { id: 'AKIDEXAMPLE', secret: 'wJalrXUtnFEMI' };
  const body = JSON.stringify({ keys: ['shared/a.png', 'private/b.png', 'shared/none.png'] });
  const rule = { effect: 'allow', action: 'name/cos:GetObject', resource: 'qcs::cos:*:uid/*:photos/shared/*' };
  const ring = parseKeyRing(
    JSON.stringify({ [key.id]: { secrets: key.secret, policy: { version: '2.0', statement: [rule] } } }),
  );

  beforeEach(async () => {
    const { access } = world().deps;
    const hosts = new Map([['127.0.0.1', { bucketId: 'b' }]]);
    const now = () => new Date();
    await start({
      now,
      access: { ...access, callers: 'signed', isPublic: () => false, keys: async () => ring, hosts },
    });
  });

  test.each(['aws4', 'smithy'] as const)('by %s: the policy decides on each key', async (name) => {
    const host = `127.0.0.1:${port}`;
    const headers = await batchSigners[name]({ host, region: 'us-east-1', body, date: new Date(), key });
    const reply = await post(body, headers);
    expect((await linesOf(reply)).map(({ status }) => status)).toEqual([200, 403, 200]);
    expect(made.lines.map(({ caller }) => caller)).toEqual([key.id, key.id, key.id, key.id]);
    const other = await post(body.replace('private', 'prIvate'), headers);
    expect([other.status, await other.text()]).toEqual([400, expect.stringContaining('XAmzContentSHA256Mismatch')]);
    expect(made.refs).toHaveLength(2);
  });

  test('without a signature each private object is refused', async () => {
    expect((await linesOf(await post(body))).map(({ status }) => status)).toEqual([403, 403, 403]);
    expect(made.refs).toEqual([]);
  });
});

test('a large body is refused with 413, and the connection serves the next request', async () => {
  await start();
  const large = JSON.stringify({ keys: ['a'.repeat(4 * batchLimits.bodyBytes)] });
  expect((await post(large)).status).toBe(413);
  expect((await post(JSON.stringify({ keys: ['a'] }))).status).toBe(200);
});

test.each([
  ['/a.png?exif', true],
  ['/-/batch', false],
  ['/-/batch/', true],
])('POST %s with batches: %s is not allowed, and its body is not kept', async (path, batch) => {
  await start({}, batch);
  expect((await post(JSON.stringify({ keys }), {}, path)).status).toBe(405);
  expect(made.refs).toEqual([]);
});

test('an object with the key "-/batch" is still read by GET', async () => {
  await start();
  const reply = await fetch(`http://127.0.0.1:${port}/-/batch?exif`);
  expect([reply.status, made.refs]).toEqual([200, [expect.objectContaining({ key: '-/batch' })]]);
});

/** A connection that has sent the start of a batch. */
async function begin(text: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(`POST /-/batch HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${text}`);
  return socket;
}

test('a body in chunks is read whole', async () => {
  await start();
  const socket = await begin('Transfer-Encoding: chunked\r\n\r\n8\r\n{"keys":\r\n');
  socket.write('6\r\n["a"]}\r\n0\r\n\r\n');
  expect(await textOf(socket)).toContain('{"key":"a","status":200');
});

test('a client that leaves within its body is not answered, and nothing is read or logged', async () => {
  await start();
  const closed = once(server as Server, 'connection').then(([socket]) => once(socket as Socket, 'close'));
  const socket = await begin('Content-Length: 100\r\n\r\n{"keys":["a"]}');
  socket.resetAndDestroy();
  await closed;
  expect([made.refs, made.lines]).toEqual([[], []]);
});

test('a body that takes too long ends the connection', async () => {
  await start();
  Object.assign(server as Server, { headersTimeout: 100, requestTimeout: 200 });
  const socket = await begin('Content-Length: 100\r\n\r\n{"keys":["a"]}');
  expect(await textOf(socket)).toBe('');
  expect(made.refs).toEqual([]);
});

test('while the client does not read, the server reads no further objects', async () => {
  const render = (): string => `"${'x'.repeat(400 * 1024)}"`;
  await start({ defaultStyle: { name: 'sized', render } });
  const accepted = once(server as Server, 'connection') as Promise<[Socket]>;
  const body = JSON.stringify({ keys });
  const socket = await begin(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  socket.pause();
  const [served] = await accepted;
  let [blocked, sent] = [0, -1];
  while (blocked < 50) {
    await new Promise((resolve) => setImmediate(resolve));
    blocked = served.writableLength > 0 && served.bytesWritten === sent ? blocked + 1 : 0;
    sent = served.bytesWritten;
  }
  expect(made.refs.length).toBeLessThan(60);
  expect((await textOf(socket)).match(/"status":200/g)).toHaveLength(100);
  expect(made.refs).toHaveLength(100);
});

test('the lines that wait for a client count as memory: the slowest client is disconnected', async () => {
  const lineBytes = 400 * 1024;
  const deps = {
    ...world(conditional).deps,
    defaultStyle: { name: 'sized', render: () => `"${'x'.repeat(lineBytes)}"` },
  };
  const run = createServerRun({ ...deps, answers: { ...deps.answers, batch: true } });
  // One client may keep all lines that are ready for it waiting, two may not.
  const bounds = {
    bodyBytes: batchLimits.bodyBytes,
    stallMs: 60_000,
    heldBytes: 1.5 * batchLimits.running * lineBytes,
  };
  server = createHttpServer(run, bounds).listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
  const body = JSON.stringify({ keys });
  const waitingClient = async (): Promise<{ socket: Socket; served: Socket }> => {
    const accepted = once(server as Server, 'connection') as Promise<[Socket]>;
    const socket = await begin(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    socket.pause().on('error', () => undefined);
    return { socket, served: (await accepted)[0] };
  };
  const [one, other] = [await waitingClient(), await waitingClient()];
  await Promise.race([one, other].map(({ served }) => new Promise((resolve) => served.once('close', resolve))));
  expect([one, other].filter(({ served }) => served.destroyed)).toHaveLength(1);
  for (const { socket } of [one, other]) socket.destroy();
});
