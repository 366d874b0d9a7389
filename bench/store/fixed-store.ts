// A store with one object, for a rough comparison where Ceph is not installed. It checks no signature, and sends replies that
// are ready. It runs in a process of its own, so that only the client's CPU is measured.
//   node dist/bench/store/fixed-store.js FILE
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';

const etag = '"0123456789abcdef0123456789abcdef"';

function listen(bytes: Uint8Array): void {
  const length = Math.min(65_536, bytes.length);
  const common = `ETag: ${etag}\r\nLast-Modified: Tue, 03 Nov 2026 10:00:00 GMT\r\nx-amz-request-id: tx01\r\n`;
  const range = `Content-Range: bytes 0-${length - 1}/${bytes.length}\r\nContent-Length: ${length}\r\n`;
  const head = `HTTP/1.1 206 Partial Content\r\n${common}${range}Content-Type: image/jpeg\r\n\r\n`;
  const part = Buffer.concat([Buffer.from(head), bytes.subarray(0, length)]);
  const unchanged = Buffer.from(`HTTP/1.1 304 Not Modified\r\n${common}\r\n`);
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('data', (request) => socket.write(/^if-none-match:/im.test(request.toString()) ? unchanged : part));
  });
  server.listen(0, '127.0.0.1', () => {
    process.stderr.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
  });
}

if (require.main === module) listen(readFileSync(process.argv[2] ?? ''));
