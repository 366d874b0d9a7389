// The least that a server does: node:http answering a fixed text. A yardstick for the load, not a service.
//   node bare-server.js [<BareAnswer as JSON>]
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What it answers to every request. */
export type BareAnswer = Readonly<{ status: number; headers: Readonly<Record<string, string>>; body: string }>;

const body = JSON.stringify({ text: 'x'.repeat(1000) });
const headers = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) };
const usual: BareAnswer = { status: 200, headers, body };

function listen(answer: BareAnswer): void {
  const server = createServer((_, res) => {
    res.writeHead(answer.status, answer.headers).end(answer.body);
  });
  server.listen(0, '127.0.0.1', () => {
    process.stderr.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
  });
}

if (require.main === module) {
  const [, , given] = process.argv;
  listen(given === undefined ? usual : (JSON.parse(given) as BareAnswer));
}
