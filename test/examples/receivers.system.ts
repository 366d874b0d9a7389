// The receivers of webhooks in examples/, as they are, against the sink that sends to them.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Outgoing, Sink } from '../../lib/sink/sink';
import { webhookSink } from '../../lib/sink/webhook';
import { readWebhookSecrets } from '../../lib/sink/webhook-settings';
import { soon } from '../lib/bucket/contract';
import { outgoingOf } from '../lib/sink/outgoing';
import { examples, isInstalled, run, type Tool } from './program';

const secret = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
const newSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

type Receiver = Readonly<{ name: string; needs: Tool; command(folder: string): readonly string[] }>;
/** Reads the table of the receiver in Python: SQLite is in its standard library. */
const readTable = `
import json, sqlite3, sys
rows = sqlite3.connect(sys.argv[1]).execute("select key, type, position, code, json_extract(record, '$.model') from objects order by key")
print(json.dumps(list(rows)))`;

const receivers = (
  [
    {
      name: 'javascript/webhook-receiver.mjs',
      needs: 'node',
      command: () => [process.execPath, join(examples, 'javascript/webhook-receiver.mjs'), '0'],
    },
    {
      name: 'python/webhook_receiver.py',
      needs: 'python3',
      command: (folder) => [
        'python3',
        join(examples, 'python/webhook_receiver.py'),
        join(folder, 'photos.db'),
        '--port',
        '0',
      ],
    },
  ] satisfies readonly Receiver[]
).filter(({ name, needs }) => isInstalled(needs, name));

let folder: string;
let child: ChildProcess;
let lines: string[];
let url: URL;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'receiver-'));
});
afterEach(async () => {
  await stop();
  rmSync(folder, { recursive: true });
});

/** Ends the receiver; afterwards `lines` has all that it printed. */
async function stop(): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill();
  await once(child, 'close');
}

/** Starts a receiver on a free port. */
async function start({ command }: Receiver): Promise<void> {
  const [program = '', ...args] = command(folder);
  const env = { PATH: process.env['PATH'], EXIF_SINK_SECRET: `${newSecret} ${secret}` };
  child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  lines = [];
  const reader = createInterface({ input: child.stdout ?? process.stdin });
  const [first] = (await once(reader, 'line')) as [string];
  reader.on('line', (line) => lines.push(line));
  url = new URL(first.replace('listening on ', ''));
}

/** Sends half a request. */
async function breakOff(): Promise<void> {
  const socket = connect(Number(url.port), '127.0.0.1');
  await once(socket, 'connect');
  socket.end('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf');
  socket.resume();
  await once(socket, 'close');
}

function sinkWith(text: string, now?: () => number): Sink {
  const secrets = async () => readWebhookSecrets(text);
  const options = { url, secrets, allowPrivate: true, tryMs: 20_000, maxTries: 1, env: {} };
  return webhookSink({ ...options, ...(now === undefined ? {} : { now }) });
}
const reasonsOf = (sink: Sink, messages: readonly Outgoing[]) => sink.send(messages, soon(30_000));

/** A message about the object `key`. */
const about = (key: string, order: number, model: string): Outgoing =>
  outgoingOf(order, { key, order, record: { make: 'Canon', model } });
const gone = (key: string, order: number): Outgoing => {
  const { message } = outgoingOf(order, { key, order, type: 'removed', etag: null });
  const { record: _, style: __, ...rest } = message;
  return { message: rest, text: JSON.stringify(rest) };
};

describe.each(receivers)('$name', (receiver) => {
  test('accepts what one of its secrets signed, and refuses everything else', async () => {
    await start(receiver);
    const messages = [about('a.jpg', 1, 'R5')];
    expect(await reasonsOf(sinkWith(secret), messages)).toEqual([null]);
    expect(await reasonsOf(sinkWith(newSecret), messages)).toEqual([null]);
    expect(await reasonsOf(sinkWith(`whsec_${'AAAA'.repeat(8)} ${secret}`), messages)).toEqual([null]);
    const refused = expect.stringMatching(/^it answered 401/);
    expect(await reasonsOf(sinkWith(`whsec_${'AAAA'.repeat(8)}`), messages)).toEqual([refused]);
    for (const shift of [-301_000, 301_000])
      expect(
        await reasonsOf(
          sinkWith(secret, () => Date.now() + shift),
          messages,
        ),
      ).toEqual([refused]);
    const bare = await fetch(url, { method: 'POST', body: '{"messages":[]}' });
    expect(bare.status).toBe(401);
    const long = await fetch(url, { method: 'POST', body: 'x'.repeat(1024 * 1024 + 1) }).catch(() => null);
    expect([413, undefined]).toContain(long?.status); // it may close the connection before the answer was read
    await breakOff();
    expect(await reasonsOf(sinkWith(secret), messages)).toEqual([null]);
  });

  test('keeps the newest message of each object, in whatever order they come', async () => {
    await start(receiver);
    const sink = sinkWith(secret);
    await reasonsOf(sink, [about('a.jpg', 5, 'new'), about('a.jpg', 3, 'old'), about('Zürich 🗻.jpg', 7, 'R5')]);
    await reasonsOf(sink, [about('a.jpg', 5, 'new')]);
    await reasonsOf(sink, [gone('b.jpg', 9), about('b.jpg', 8, 'late')]);
    await reasonsOf(sink, [about('a.jpg', 4, 'older')]);
    if (receiver.needs === 'python3') {
      const { out, err } = await run('python3', ['-c', readTable, join(folder, 'photos.db')], {});
      expect(err).toBe('');
      expect(JSON.parse(out)).toEqual([
        ['Zürich 🗻.jpg', 'read', 7, null, 'R5'],
        ['a.jpg', 'read', 5, null, 'new'],
        ['b.jpg', 'removed', 9, null, null],
      ]);
    } else {
      await stop();
      expect(lines).toEqual([
        'read photos/a.jpg Canon new',
        'read photos/Zürich 🗻.jpg Canon R5',
        'removed photos/b.jpg ',
      ]);
    }
  });
});
