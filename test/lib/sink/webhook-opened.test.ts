// Webhooks among the sinks of a deployment.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { openSinks, parseSinkLocation } from '../../../lib/sink';
import type { SinkDeps, SinkMessage } from '../../../lib/sink/sink';
import { type RawRequest, type RawServer, rawReply, rawServer } from '../../../testing/servers/raw-s3';
import { soon } from '../bucket/contract';
import { goneEntry, orderOf, recordEntry, refTo } from '../cache/entries';

const secret = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
const deps: SinkDeps = {
  region: null,
  env: {},
  limits: { tryMs: 5_000 },
  maxTries: 1,
  secret,
  allowPrivate: true,
};

let servers: RawServer[];
beforeEach(() => {
  servers = [];
});
afterEach(() => Promise.all(servers.map((server) => server.close())));

async function receiver(status = 200): Promise<RawServer> {
  const server = await rawServer((socket) => socket.write(rawReply(status, {}, '')));
  servers.push(server);
  return server;
}
const open = (receivers: readonly RawServer[], change: Partial<SinkDeps> = {}) =>
  openSinks(
    receivers.map(({ endpoint }) => parseSinkLocation(endpoint.href)),
    'flat',
    { ...deps, ...change },
  );
const stateOf = (key: string) => ({
  entry: recordEntry(refTo(key), orderOf('05', 5)),
  failure: null,
  metadata: null,
});
const verified = ({ body, headers }: RawRequest): unknown =>
  new Webhook(secret).verify(Buffer.from(body ?? []).toString('utf8'), { ...headers });

test('changes that come together are sent in one request', async () => {
  const server = await receiver();
  const sinks = open([server]);
  const removed = { entry: goneEntry(refTo('c.jpg'), orderOf('05', 5)), failure: null, metadata: null };
  await Promise.all([stateOf('a.jpg'), stateOf('b.jpg'), removed].map((state) => sinks.deliver(state, soon())));
  const [request] = server.requests as [RawRequest];
  const { messages } = verified(request) as { messages: SinkMessage[] };
  // Rendering a record takes a turn or two, so that the order may be another one.
  expect(messages.sort((a, b) => (a.key < b.key ? -1 : 1))).toMatchObject([
    { type: 'read', key: 'a.jpg', style: 'flat' },
    { type: 'read', key: 'b.jpg' },
    { type: 'removed', key: 'c.jpg', etag: null },
  ]);
  expect(server.requests).toHaveLength(1);
});

test.each([503, 404])(
  'one of two that answers %p is a fault that names it, and the other has the message',
  async (status) => {
    const [good, bad] = [await receiver(), await receiver(status)];
    await expect(open([good, bad]).deliver(stateOf('a.jpg'), soon())).rejects.toMatchObject({
      code: 'SinkFault',
      message: `Cannot send "photos/a.jpg" to ${bad.endpoint.origin}: it answered ${status}`,
    });
    expect(good.requests).toHaveLength(1);
  },
);

test('a state that is sent again has the same id, of the message and of the request', async () => {
  const server = await receiver();
  const sinks = open([server]);
  for (const _ of [1, 2]) await sinks.deliver(stateOf('a.jpg'), soon());
  const [first, second] = server.requests as [RawRequest, RawRequest];
  expect(first.headers['webhook-id']).toBe(second.headers['webhook-id']);
  expect(verified(first)).toEqual(verified(second));
});

test('a secret in a file is read when it is needed; a wrong one is a fault that does not repeat it', async () => {
  const server = await receiver();
  const folder = mkdtempSync(join(tmpdir(), 'webhook-'));
  const name = join(folder, 'secret');
  const sinks = () => open([server], { secret: { kind: 'file', name } });
  const opened = sinks();
  writeFileSync(name, `${secret}\n`);
  await opened.deliver(stateOf('a.jpg'), soon());
  expect(server.requests.map(verified)).toHaveLength(1);
  writeFileSync(name, 'whsec_WRONG');
  const sent = sinks().deliver(stateOf('a.jpg'), soon());
  await expect(sent).rejects.toMatchObject({
    code: 'SinkFault',
    message: expect.stringMatching(/EXIF_SINK_SECRET must be/),
  });
  await expect(sent).rejects.not.toThrow(/WRONG/);
  rmSync(folder, { recursive: true });
});
