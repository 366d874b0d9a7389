// The least that a server does: node:http answering a fixed text. A yardstick for the load, not a service.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

function listen(): void {
  const body = JSON.stringify({ text: 'x'.repeat(1000) });
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const server = createServer((_, res) => {
    res.writeHead(200, headers).end(body);
  });
  server.listen(0, '127.0.0.1', () => {
    process.stderr.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
  });
}

if (require.main === module) listen();
