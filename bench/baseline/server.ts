// The usual handler as a node:http server, over an S3 store or over files. It reads objects whole. Only for load tests.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { handler } from './handler';
import { tell } from './usual-answer';

/** Answers the objects of the handler's bucket, or with `folder` the files below it. */
function listen(folder: string | undefined): void {
  const read = folder === undefined ? readObject : (path: string) => readFileBelow(folder, path);
  const server = createServer((req, res) => {
    const [path = ''] = (req.url ?? '').split('?');
    if (path.includes('..')) return void res.writeHead(400).end();
    read(path).then(
      (body) => res.writeHead(200, { 'content-type': 'application/json' }).end(body),
      () => res.writeHead(500).end(),
    );
  });
  server.listen(0, '127.0.0.1', () => {
    process.stderr.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
  });
}

async function readObject(rawPath: string): Promise<string> {
  return (await handler({ rawPath })).body;
}

async function readFileBelow(folder: string, path: string): Promise<string> {
  return tell(await readFile(join(folder, decodeURIComponent(path))));
}

if (require.main === module) listen(process.argv[2]);
