// Addresses in a browser: ranged GETs, and servers that do not answer them.
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { openRemote } from '../../../lib/browser/remote';
import { programLimits } from '../../../lib/limits';
import { nothingKnown } from '../../../lib/read/object';
import { readRecord } from '../../../lib/read/record';
import type { ExifRecord, ReadCost } from '../../../lib/types';

const samples = join(__dirname, '..', '..', '..', 'samples');
const png = readFileSync(join(samples, 'exif-after-idat.png'));
/** A PNG whose EXIF is at its end, after more image data than the first read has. */
const large = Buffer.concat([png.subarray(0, 33), chunk('fiLl', 200_000), png.subarray(33)]);

function chunk(type: string, length: number): Buffer {
  const bytes = Buffer.alloc(length + 12);
  bytes.writeUInt32BE(length, 0);
  bytes.write(type, 4, 'latin1');
  return bytes;
}

type Reply = (request: IncomingMessage, response: ServerResponse) => void;
let server: Server;
let ranges: (string | undefined)[];

async function serve(reply: Reply): Promise<string> {
  ranges = [];
  server = createServer((request, response) => {
    ranges.push(request.headers.range);
    reply(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.png?secret=1`;
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** The range that a request asks for, end-exclusive. */
function askedRange({ headers }: IncomingMessage): [number, number] {
  const [, start, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
  return [Number(start), Math.min(Number(last) + 1, large.length)];
}

const part = (start: number, end: number) => ({ 'Content-Range': `bytes ${start}-${end - 1}/${large.length}` });

const ranged: Reply = (request, response) => {
  const [start, end] = askedRange(request);
  response.writeHead(206, { ...part(start, end), ETag: '"1"' }).end(large.subarray(start, end));
};

async function read(address: string | URL, cost: ReadCost = { requests: 0, bytes: 0 }): Promise<ExifRecord> {
  const opened = openRemote(address, programLimits);
  if (opened === null) throw new Error('not opened');
  const ref = { bucketId: 'b', bucket: 'b', key: opened.key };
  const deps = { bucket: opened.bucket, limits: programLimits, dropGroups: [] };
  const reading = await readRecord({ ref, deps, cost, known: nothingKnown, signal: AbortSignal.timeout(20_000) });
  opened.stop?.();
  if (reading.kind === 'fault') throw reading.problem;
  if (reading.kind !== 'record') throw new Error(reading.kind);
  return reading.record;
}

test('a server of ranges is asked for the parts that are needed', async () => {
  const cost: ReadCost = { requests: 0, bytes: 0 };
  const { stat, document } = await read(new URL(await serve(ranged)), cost);
  expect(stat).toMatchObject({ size: large.length, etag: '"1"' });
  expect(document?.entries.length).toBeGreaterThan(0);
  expect(ranges[0]).toBe('bytes=0-65535');
  expect(ranges).toHaveLength(cost.requests);
});

test('a server without ranges is read as a stream', async () => {
  const address = await serve((_request, response) => {
    response.writeHead(200, { 'Content-Length': large.length }).end(large);
  });
  expect((await read(address)).document?.entries.length).toBeGreaterThan(0);
  expect(ranges).toHaveLength(1);
});

test('a server that hides the place of a part is asked once more, for all', async () => {
  const address = await serve((request, response) => {
    const [start, end] = askedRange(request);
    if (request.headers.range === undefined) response.writeHead(200, { 'Content-Length': large.length }).end(large);
    else response.writeHead(206, {}).end(large.subarray(start, end));
  });
  expect((await read(address)).stat.size).toBe(large.length);
  expect(ranges).toEqual(['bytes=0-65535', undefined]);
});

test('a part that does not end is read as far as it was requested', async () => {
  const endless: Reply = (request, response) => {
    const [start, end] = askedRange(request);
    response.writeHead(206, part(start, end)).write(Buffer.concat([large.subarray(start, end), Buffer.alloc(99_999)]));
  };
  expect((await read(await serve(endless))).stat.size).toBe(large.length);
});

test.each<[string, Reply, string]>([
  ['a refusal', (_request, response) => response.writeHead(403).end(), 'AccessDenied'],
  ['no object', (_request, response) => response.writeHead(404).end('<html>'), 'NoSuchKey'],
  ['an empty object', (_request, response) => response.writeHead(416).end(), 'EmptyObject'],
  ['an empty body', (_request, response) => response.writeHead(200, { 'Content-Length': 0 }).end(), 'EmptyObject'],
  ['other bytes', (_request, response) => response.writeHead(206, part(5, 9)).end('abcd'), 'BucketFault'],
  ['a part that is too short', (_request, response) => response.writeHead(206, part(0, 65536)).end('a'), 'BucketFault'],
  ['nothing', (_request, response) => response.destroy(), 'BucketFault'],
])('a server that answers %s is %s', async (_name, reply, code) => {
  const address = await serve(reply);
  await expect(read(address)).rejects.toMatchObject({ code, message: expect.not.stringContaining('secret') });
});

test('a server that stops to answer ranges has another object', async () => {
  const address = await serve((request, response) => {
    if (ranges.length % 2 === 1) ranged(request, response);
    else response.writeHead(200, { 'Content-Length': large.length }).end(large);
  });
  await expect(read(address)).rejects.toMatchObject({ code: 'ObjectChanged' });
});

test('a text that is not an address is refused', () => {
  expect(() => openRemote('a.png', programLimits)).toThrow('The address is not a URL');
});
