// `node code-cache.js FOLDER` writes V8's code cache for the bundles in FOLDER/handler: it starts the server of FOLDER, sends it
// requests, and stores the compiled form of all functions that ran. The Node that runs this must be the one that will use the
// cache. Dockerfile calls it; handler/start.ts reads what it writes.
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, get, type RequestListener } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join, resolve } from 'node:path';
import { cameraFields } from '../../bin/demo/exif';
import { segment } from '../../bin/demo/jpeg';
import { tiffStream } from '../../bin/demo/tiff';

type Start = typeof import('../../handler/start');

const host = 'exif.example.com';
const key = { id: 'AKIDEXAMPLE', secret: 'example-of-a-secret' };
/** How often each request is sent. One that was answered once ran all that the next ones run; this is for what runs later. */
const times = 3;
/** Milliseconds between two looks whether the server listens, and how many there are. */
const [lookMs, looks] = [20, 500];

async function main(folder: string): Promise<void> {
  const image = testImage();
  const store = createServer(storeOf(image)).listen(0, '127.0.0.1');
  await once(store, 'listening');
  const port = await freePort();
  const { PATH, NODE_OPTIONS } = process.env;
  // Only these settings: with others, the server could refuse the requests or write to a cache that is in use.
  process.env = {
    ...{ PATH, NODE_OPTIONS },
    HOST: '127.0.0.1',
    PORT: String(port),
    AWS_ACCESS_KEY_ID: key.id,
    AWS_SECRET_ACCESS_KEY: key.secret,
    EXIF_HOSTS: `${host}=s3://photos?region=us-east-1&style=path&endpoint=http://127.0.0.1:${portOf(store)}`,
    EXIF_KEYS: 'env:KEYS',
    KEYS: JSON.stringify({ [key.id]: key.secret }),
  };
  const { loaded, sealCache } = require(join(folder, 'handler', 'start.js')) as Start;
  await listening(port);
  for (let time = 0; time < times; time++) {
    await ask(port, 'exif=');
    // A style that is in the other file.
    await ask(port, 'exif%2Fstyle%2Fflat=');
  }
  for (const { script, cachePath } of loaded.values()) writeFileSync(cachePath, sealCache(script.createCachedData()));
  process.exit(0);
}

/** The start of a JPEG with the EXIF of a camera. */
function testImage(): Uint8Array {
  const shot = {
    ...{ title: 'Test', model: 'Test', lens: 'Test', width: 4800, height: 3200, time: '2026:06:20 21:48:12' },
    ...{ offset: '+02:00', exposure: [1, 125] as const, tenthsOfFNumber: 80, iso: 100, focalLength: 35 },
    place: { latitude: 61.2231, longitude: 6.5347, altitude: 312 },
  };
  const exif = Buffer.concat([Buffer.from('Exif\0\0'), tiffStream({ fields: cameraFields(shot) })]);
  const frame = [8, 0x0c, 0x80, 0x12, 0xc0, 1, 1, 0x11, 0];
  return Buffer.concat([Uint8Array.of(0xff, 0xd8), segment(0xe1, exif), segment(0xc0, frame), new Uint8Array(50_000)]);
}

/** Answers a GET of a range, as S3 does. */
function storeOf(image: Uint8Array): RequestListener {
  return (req, res) => {
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(req.headers.range ?? '') ?? [];
    const [start, end] = [Number(first), Math.min(Number(last) + 1, image.length)];
    const headers = {
      etag: '"0123456789abcdef0123456789abcdef"',
      'last-modified': 'Tue, 03 Nov 2026 10:00:00 GMT',
      'content-length': end - start,
      'content-range': `bytes ${start}-${end - 1}/${image.length}`,
    };
    res.writeHead(206, headers).end(image.subarray(start, end));
  };
}

/** Sends a request that is signed with Signature Version 4, and checks that it is answered. `query` is in canonical form. */
async function ask(port: number, query: string): Promise<void> {
  const path = '/photo.jpg';
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `${date.slice(0, 8)}/us-east-1/s3/aws4_request`;
  const signed = { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', 'x-amz-date': date };
  const names = Object.keys(signed).join(';');
  const lines = Object.entries(signed).map(([name, value]) => `${name}:${value}\n`);
  const canonical = ['GET', path, query, lines.join(''), names, 'UNSIGNED-PAYLOAD'].join('\n');
  const text = ['AWS4-HMAC-SHA256', date, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const signingKey = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${key.secret}`);
  const signature = hmac(signingKey, text).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${key.id}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  const headers = { ...signed, authorization };
  const [res] = await once(get({ host: '127.0.0.1', port, path: `${path}?${query}`, headers }), 'response');
  res.resume();
  await once(res, 'end');
  if (res.statusCode !== 200) throw new Error(`?${query} was answered with ${res.statusCode}`);
}

function hmac(secret: string | Buffer, text: string): Buffer {
  return createHmac('sha256', secret).update(text).digest();
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  server.close();
  await once(server, 'close');
  return port;
}

function portOf(server: ReturnType<typeof createServer>): number {
  return (server.address() as AddressInfo).port;
}

async function listening(port: number): Promise<void> {
  for (let look = 0; look < looks; look++) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await new Promise((later) => setTimeout(later, lookMs));
  }
  throw new Error('The server does not listen');
}

if (require.main === module) {
  main(resolve(process.argv[2] ?? '.')).catch((error: unknown) => {
    process.stderr.write(`Cannot write the code cache: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  });
}
