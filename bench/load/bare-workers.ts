// The most that workers can reach: node:http with node:cluster, where each answer is a fixed amount of work. A yardstick for the
// load, not a service.
//   node bare-workers.js '{"workers":2,"hashes":10,"bytes":1000}'
import cluster from 'node:cluster';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Of each answer: how often 4 KiB are hashed, and the bytes of its body. */
export type BareWork = Readonly<{ hashes: number; bytes: number }>;
export type BareWorkers = BareWork & Readonly<{ workers: number }>;

const block = Buffer.alloc(4096, 'x');

export function hash(times: number): void {
  for (let time = 0; time < times; time++) createHash('sha256').update(block).digest();
}

function listen({ hashes, bytes }: BareWork, opened: (port: number) => void): void {
  const body = Buffer.alloc(bytes, 'x');
  const server = createServer((_, res) => {
    hash(hashes);
    res.writeHead(200, { 'content-type': 'text/plain', 'content-length': bytes }).end(body);
  });
  server.listen(0, '127.0.0.1', () => opened((server.address() as AddressInfo).port));
}

function run({ workers, ...work }: BareWorkers): void {
  const say = (port: number): void => void process.stderr.write(`http://127.0.0.1:${port}\n`);
  if (workers === 1) return listen(work, say);
  if (cluster.isWorker) return listen(work, () => undefined);
  let listening = 0;
  cluster.on('listening', (_, { port }) => {
    if (++listening === workers) say(port);
  });
  for (let worker = 0; worker < workers; worker++) cluster.fork();
}

if (require.main === module) run(JSON.parse(process.argv[2] ?? '{}') as BareWorkers);
