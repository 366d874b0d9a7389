// Several processes that answer as one server, over the compiled files that `npm test` builds first.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { type StartedServer, start as startProgram } from '../../deploy/started';

const root = join(__dirname, '..', '..', '..');
const samples = `directory:${join(root, 'samples')}`;
const running: StartedServer[] = [];
const agents: Agent[] = [];

afterEach(async () => {
  for (const agent of agents.splice(0)) agent.destroy();
  for (const server of running.splice(0)) await server.stop('SIGKILL');
});

/** The server of the container, with `env` and two workers. `by`: the command that starts it. */
async function start(env: Record<string, string> = {}, by: readonly string[] = []): Promise<StartedServer> {
  const settings = { EXIF_BUCKET: samples, EXIF_PUBLIC: '*', HOST: '127.0.0.1', PORT: '0', EXIF_WORKERS: '2' };
  const [command, ...args] = [...by, process.execPath, join(root, 'dist', 'handler', 'web.js')] as const;
  const server = await startProgram(command, args, {
    env: { ...settings, EXIF_METRICS: 'prometheus', ...env },
  });
  running.push(server);
  return server;
}

/** The processes that a process has started [proc(5), children]. */
function workersOf({ child }: StartedServer): readonly number[] {
  const text = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}

/** Resolves when the server has printed `words` so many times. */
async function printed(server: StartedServer, words: string, times = 1): Promise<void> {
  while (server.printed().split(words).length <= times)
    await once(server.child.stdout as NodeJS.ReadableStream, 'data');
}

async function metricsOf(server: StartedServer, agent: Agent | false = false): Promise<ReadonlyMap<string, number>> {
  const { body } = await reply(server, agent, '/-/metrics');
  const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

const okRequests = 'bucket_exif_requests_total{view="cos",code="OK",status="200"}';

/** A connection that is kept alive. */
function keptAlive(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agents.push(agent);
  return agent;
}

async function reply({ port }: StartedServer, agent: Agent | false, path: string) {
  const request = get({ host: '127.0.0.1', port, path, agent });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { status: response.statusCode, body: await textOf(response) };
}

/** The status of a request on the connection of `agent`; the code of the error when that is closed. */
async function ask(server: StartedServer, agent: Agent, path = '/gps.jpg?exif'): Promise<number | string | undefined> {
  return reply(server, agent, path).then(
    ({ status }) => status,
    (error: NodeJS.ErrnoException) => error.code,
  );
}

/** The connections of agents, which are open. */
function socketsOf(all: readonly Agent[]): readonly Socket[] {
  return all.flatMap(({ freeSockets }) => Object.values(freeSockets).flatMap((sockets) => sockets ?? []));
}

test('a few connections use all workers; one that is killed is replaced, the others go on, and no count is lost', async () => {
  const server = await start();
  const [first = 0, second, ...more] = workersOf(server);
  expect([typeof second, more]).toEqual(['number', []]);
  const connections = [keptAlive(), keptAlive(), keptAlive(), keptAlive()];
  for (const agent of connections) expect(await ask(server, agent)).toBe(200);
  expect((await metricsOf(server)).get(okRequests)).toBe(4);

  const sockets = socketsOf(connections);
  const closed = sockets.map((socket) => once(socket, 'close'));
  process.kill(first, 'SIGKILL');
  await Promise.all([closed[0], closed[2]].map((either, at) => Promise.race([either, closed[2 * at + 1]])));
  await printed(server, 'Worker 1 is replaced');
  expect(sockets.filter(({ destroyed }) => destroyed)).toHaveLength(2);
  expect(server.printed()).toContain('"problem":"Worker 1 has ended (SIGKILL); another one starts in 100 ms"');
  expect(server.printed()).toContain('{"level":"warn","code":"OK","note":"Worker 1 is replaced"}');
  for (const agent of connections) expect(await ask(server, agent)).toBe(200);
  expect(workersOf(server)).toEqual([second, expect.any(Number)]);
  const after = await metricsOf(server);
  expect(after.get(okRequests)).toBe(8);
  expect(after.get('bucket_exif_workers')).toBe(2);
  expect(await server.stop('SIGTERM')).toBe(0);
});

test('under load, a worker that is killed closes its own connections; all other requests are answered in full', async () => {
  const server = await start();
  const [first = 0] = workersOf(server);
  const { body: whole } = await reply(server, false, '/gps.jpg?exif');
  const clients = Array.from({ length: 8 }, () => ({ agent: keptAlive(), answers: 0, failures: 0 }));
  for (const { agent } of clients) await reply(server, agent, '/gps.jpg?exif'); // opens them in turn
  let isOver = false;
  const asking = clients.map(async (client) => {
    while (!isOver) {
      const answer = await reply(server, client.agent, '/gps.jpg?exif').catch(() => null);
      if (answer === null) client.failures++;
      else expect(answer).toEqual({ status: 200, body: whole });
      if (answer !== null) client.answers++;
    }
  });
  const answered = async (more: number): Promise<void> => {
    const goals = clients.map(({ answers }) => answers + more);
    while (clients.some(({ answers }, at) => answers < (goals[at] ?? 0))) await new Promise(setImmediate);
  };
  await answered(20);
  process.kill(first, 'SIGKILL');
  await printed(server, 'Worker 1 is replaced');
  await answered(20);
  isOver = true;
  await Promise.all(asking);
  // Connections go to the workers in turn, so all that failed were opened at even places, or all at odd ones.
  const failed = clients.flatMap(({ failures }, at) => (failures > 0 ? [at % 2] : []));
  expect(new Set(failed).size).toBe(1);
});

test('a worker that ends while it is given a connection leaves no client waiting', async () => {
  const server = await start();
  const [first = 0] = workersOf(server);
  process.kill(first, 'SIGSTOP');
  const clients = Array.from({ length: 3 }, () => connect(server.port, '127.0.0.1'));
  const closed = clients.map(async (client) => {
    client.resume().write('GET /gps.jpg?exif HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    await once(client, 'close').catch(() => undefined); // or with ECONNRESET
  });
  await Promise.any(closed); // the other worker has answered
  process.kill(first, 'SIGKILL');
  await Promise.all(closed);
});

test('SIGTERM finishes the open requests of all workers; each line of the log is there once', async () => {
  const server = await start();
  const halves = [connect(server.port, '127.0.0.1'), connect(server.port, '127.0.0.1')];
  for (const socket of halves) socket.write('GET /gps.jpg?exif HTTP/1.1\r\nHost: localhost\r\n');
  while (((await metricsOf(server)).get('bucket_exif_connections') ?? 0) < 3);
  const ended = once(server.child, 'close');
  server.child.kill('SIGTERM');
  await printed(server, 'SIGTERM: finishing open requests');
  for (const socket of halves) socket.write('Connection: close\r\n\r\n');
  for (const socket of halves) expect(await textOf(socket)).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(await ended).toEqual([0, null]);
  const lines = server.printed().trim().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { view?: string }).view ?? null)).toEqual([null, null, 'cos', 'cos']);
});

test.each([
  ['1', 'SIGINT', 'SIGTERM'],
  ['1', 'SIGTERM', 'SIGTERM'],
  ['2', 'SIGINT', 'SIGTERM'],
  ['2', 'SIGINT', 'SIGINT'],
] as const)('with %s workers, %s and then %s ends all at once', async (count, first, second) => {
  const server = await start({ EXIF_WORKERS: count });
  const workers = workersOf(server);
  const half = connect(server.port, '127.0.0.1');
  half.on('error', () => undefined).write('GET /gps.jpg?exif HTTP/1.1\r\n');
  while (((await metricsOf(server)).get('bucket_exif_connections') ?? 0) < 2);
  server.child.kill(first);
  await printed(server, `${first}: finishing open requests`);
  expect(await server.stop(second)).toBeNull();
  expect(server.child.signalCode).toBe(second);
  expect(server.printed().split('finishing open requests')).toHaveLength(2);
  await allEnd(workers);
});

test('a second signal also ends a server that is the first process of its container', async () => {
  const space = ['--user', '--map-root-user', '--pid', '--fork', '--mount-proc', '--kill-child'];
  if (spawnSync('unshare', [...space, 'true']).status !== 0) return; // needs rights that not every machine gives
  const server = await start({ EXIF_WORKERS: '1' }, ['unshare', ...space]);
  const half = connect(server.port, '127.0.0.1');
  half.on('error', () => undefined).write('GET /gps.jpg?exif HTTP/1.1\r\n');
  while (((await metricsOf(server)).get('bucket_exif_connections') ?? 0) < 2);
  const [pid = 0] = workersOf(server); // by its number outside
  const ended = once(server.child, 'close');
  process.kill(pid, 'SIGTERM');
  await printed(server, 'SIGTERM: finishing open requests');
  process.kill(pid, 'SIGTERM');
  expect(await ended).toEqual([143, null]);
});

test('workers end when the process that leads is killed', async () => {
  const server = await start();
  const workers = workersOf(server);
  expect(await server.stop('SIGKILL')).toBeNull(); // resolves when the last of them has closed the output
  await allEnd(workers);
});

/** Resolves when none of the processes runs; the test fails at its time limit when one goes on. */
async function allEnd(pids: readonly number[]): Promise<void> {
  for (const pid of pids) while (isRunning(pid)) await new Promise(setImmediate);
}

function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

test('the limit of connections holds for all workers together', async () => {
  const server = await start({ EXIF_MAX_CONNECTIONS: '4' });
  const connections = [keptAlive(), keptAlive(), keptAlive(), keptAlive()];
  for (const agent of connections) expect(await ask(server, agent)).toBe(200);
  // It is refused, or takes the place of one that has been idle for a second.
  expect(['ECONNRESET', 200]).toContain(await ask(server, keptAlive()));
  expect((await metricsOf(server, connections[0])).get('bucket_exif_connections')).toBe(4);
});

test('thumbnails are turned with slots of the process that leads, which get free again', async () => {
  const server = await start();
  const connections = [keptAlive(), keptAlive(), keptAlive(), keptAlive()];
  for (let round = 0; round < 2; round++) {
    const path = '/turned.jpg?exif/thumbnail/orient';
    const statuses = await Promise.all(connections.map((agent) => ask(server, agent, path)));
    expect(statuses).toEqual([200, 200, 200, 200]);
  }
});

test.each([
  [{ EXIF_WORKERS: '33' }, 'EXIF_WORKERS must be auto or a whole number from 1 to 32'],
  [{ EXIF_FIRST_READ: 'x' }, 'EXIF_FIRST_READ must be a whole number from 1024 to 4194304'],
  [{ EXIF_PUBLIC: '', EXIF_KEYS: 'env:WRONG', WRONG: '{' }, 'EXIF_KEYS'],
])('with %j the start ends once with the message', async (env, message) => {
  const error = await start(env).then(() => null, String);
  expect(error?.split(message)).toHaveLength(2);
  expect(error).toMatch(/ended with 1: /);
});

test('a port that is in use ends the start once', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  const error = await start({ PORT: String(port) }).then(() => null, String);
  other.close();
  expect(error?.split('EADDRINUSE')).toHaveLength(2);
  expect(error).toMatch(/ended with 1: /);
});
