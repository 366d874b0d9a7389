// The least that a backfill over node:http costs: for each object one signed GET of the first 64 KiB and one signed PUT, with as
// many requests at once as a backfill sends.
//   node dist/bench/backfill/bare.js ORIGIN OBJECTS
import { Agent, request } from 'node:http';
import { signerFor } from '../../lib/s3/sign';
import { keyOf } from '../../testing/servers/fast-store';

/** Requests at once, as in a backfill with one worker. */
const lanes = 32;
/** Bytes of a PUT: about those of the entry of the sample. */
const entryBytes = 3_300;
const firstRead = 64 * 1024;
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: null };

async function run([origin = '', objects = '0']: readonly string[]): Promise<void> {
  const send = sender(new URL(origin));
  const entry = new Uint8Array(entryBytes).fill(0x20);
  let begun = 0;
  const lane = async (): Promise<void> => {
    while (begun < Number(objects)) {
      const key = keyOf(begun++);
      const length = await send('GET', `/photos/${key}`, null, ['Range', `bytes=0-${firstRead - 1}`]);
      if (length !== firstRead) throw new Error(`${length} bytes of ${key}`);
      await send('PUT', `/entries/exif/photos/${key}.json`, entry, ['If-None-Match', '*']);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** A function that sends a request, and resolves to the length of the body of its reply. */
function sender({ host, hostname, port }: URL) {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: lanes });
  const sign = signerFor('us-east-1');
  return (method: 'GET' | 'PUT', path: string, body: Uint8Array | null, more: readonly string[]): Promise<number> =>
    new Promise((resolve, reject) => {
      const headers = sign({ method, body, host, path, query: undefined, headers: {} }, credentials, new Date());
      headers.push(...more);
      if (body !== null) headers.push('Content-Length', String(body.length));
      const outgoing = request({ hostname, port, path, method, headers, agent }, (incoming) => {
        if ((incoming.statusCode ?? 0) >= 300) reject(new Error(`${method} was answered ${incoming.statusCode}`));
        let length = 0;
        incoming.on('data', (chunk: Uint8Array) => {
          length += chunk.length;
        });
        incoming.on('end', () => resolve(length));
      });
      outgoing.on('error', reject);
      outgoing.end(body ?? undefined);
    });
}

if (require.main === module) void run(process.argv.slice(2)).then(() => process.exit(0));
