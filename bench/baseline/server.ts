// The usual handler behind node:http, over files: each is read whole. For the load only.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { tell } from './tell';

/** Answers the files below one folder. */
function listen(folder: string): void {
  const server = createServer((req, res) => {
    const [path = ''] = (req.url ?? '').split('?');
    if (path.includes('..')) return void res.writeHead(400).end();
    readFile(join(folder, decodeURIComponent(path)))
      .then(tell)
      .then(
        (body) => res.writeHead(200, { 'content-type': 'application/json' }).end(body),
        () => res.writeHead(500).end(),
      );
  });
  server.listen(0, '127.0.0.1', () => {
    process.stderr.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
  });
}

if (require.main === module) listen(process.argv[2] ?? '.');
