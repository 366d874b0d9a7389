// A store in the S3 protocol that costs as little processor time as possible, so that a program over it is what is measured:
// a bucket `photos` of any number of equal images that are made up when they are asked for, and a bucket `entries` that keeps
// what is put. Signatures are not checked. It counts the requests.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

export type FastStoreOptions = Readonly<{
  /** The number of images; keys are `keyOf(0)`, `keyOf(1)`, and so on, in the order of a listing. */
  objects: number;
  /** The first bytes of each image. The others are zeros. */
  head: Uint8Array;
  /** The length of each image. */
  bytes: number;
  /** Milliseconds before an answer. */
  delayMs: number;
  /** The version of an image, which is a part of its ETag; default: 1. */
  versionOf?: (index: number) => number;
}>;

/** Requests so far. `conflicts`: PUTs of entries that were refused by their condition. */
export type FastStoreCounts = Readonly<{
  lists: number;
  imageGets: number;
  unchanged: number;
  entryGets: number;
  puts: number;
  conflicts: number;
}>;

export type FastStore = Readonly<{
  counts: () => FastStoreCounts;
  /** The entries that were put, by the path of their requests. */
  entries: Map<string, Entry>;
  /** From now on every image has an entry: one that was not put is made up after the first that was. */
  presumeAll(): void;
  endpoint: string;
  close(): Promise<void>;
}>;

type Entry = Readonly<{ etag: string; body: Buffer }>;
type Counts = { -readonly [Name in keyof FastStoreCounts]: number };
type Request = Readonly<{ method: string; path: string; head: string; body: Buffer }>;
type Reply = readonly [status: number, headers: string, body: Uint8Array];
type State = {
  options: FastStoreOptions;
  readonly counts: Counts;
  readonly entries: Map<string, Entry>;
  readonly first: Uint8Array;
  puts: number;
  isFull: boolean;
};

const lastModified = 'Tue, 03 Nov 2026 10:00:00 GMT';
const none = new Uint8Array(0);
/** Bytes that are kept of an image: the longest first read. */
const firstBytes = 256 * 1024;

export function keyOf(index: number): string {
  return `${String(Math.floor(index / 1000)).padStart(5, '0')}/${String(index).padStart(8, '0')}.jpg`;
}

/** Starts it on loopback. */
export async function fastStore(options: FastStoreOptions): Promise<FastStore> {
  const first = new Uint8Array(Math.min(firstBytes, options.bytes));
  first.set(options.head.subarray(0, first.length));
  const counts: Counts = { lists: 0, imageGets: 0, unchanged: 0, entryGets: 0, puts: 0, conflicts: 0 };
  const state: State = { options, counts, entries: new Map(), first, puts: 0, isFull: false };
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serve(socket, state);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    counts: () => ({ ...counts }),
    entries: state.entries,
    presumeAll: () => presumeAll(state),
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function presumeAll(state: State): void {
  state.isFull = true;
}

/** Reads the requests of a connection, one after the other: no client here sends a second one before the answer. */
function serve(socket: Socket, state: State): void {
  let got: Buffer = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    got = got.length === 0 ? chunk : Buffer.concat([got, chunk]);
    const end = got.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = got.toString('latin1', 0, end);
    const bodyEnd = end + 4 + Number(headerOf(head, 'content-length') ?? 0);
    if (got.length < bodyEnd) return;
    const [method = '', path = ''] = head.slice(0, head.indexOf('\r\n')).split(' ');
    const request = { method, path, head, body: Buffer.from(got.subarray(end + 4, bodyEnd)) };
    got = got.subarray(bodyEnd);
    const reply = answer(request, state);
    if (state.options.delayMs > 0) setTimeout(send, state.options.delayMs, socket, reply);
    else send(socket, reply);
  });
}

function send(socket: Socket, [status, headers, body]: Reply): void {
  const length = status === 304 ? '' : `Content-Length: ${body.length}\r\n`;
  socket.cork();
  socket.write(`HTTP/1.1 ${status} OK\r\n${headers}${length}\r\n`, 'latin1');
  if (body.length > 0) socket.write(body);
  socket.uncork();
}

function answer(request: Request, state: State): Reply {
  const { counts } = state;
  const [path = '', query = ''] = request.path.split('?');
  if (path === '/photos/' || path === '/photos') {
    counts.lists++;
    return [200, 'Content-Type: application/xml\r\n', listing(new URLSearchParams(query), state.options)];
  }
  if (path.startsWith('/photos/')) return image(request, path, state);
  if (path === '/counts') return [200, '', Buffer.from(JSON.stringify(counts))];
  if (path === '/presume-all') presumeAll(state);
  if (path === '/objects') state.options = { ...state.options, objects: Number(query) };
  if (!path.startsWith('/entries/')) return [200, '', none];
  return request.method === 'PUT' ? putEntry(request, path, state) : getEntry(path, state);
}

function listing(query: URLSearchParams, { objects, bytes, versionOf }: FastStoreOptions): Buffer {
  const after = query.get('continuation-token') ?? query.get('start-after');
  const start = after === null ? 0 : indexOf(after) + 1;
  const end = Math.min(objects, start + Number(query.get('max-keys') ?? 1000));
  let contents = '';
  for (let index = start; index < end; index++) {
    contents +=
      `<Contents><Key>${keyOf(index)}</Key><LastModified>2026-11-03T10:00:00.000Z</LastModified>` +
      `<ETag>&quot;${tagOf(index, versionOf)}&quot;</ETag><Size>${bytes}</Size><StorageClass>STANDARD</StorageClass></Contents>`;
  }
  const token = end < objects ? `<NextContinuationToken>${keyOf(end - 1)}</NextContinuationToken>` : '';
  return Buffer.from(
    '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
      `<Name>photos</Name><EncodingType>url</EncodingType><IsTruncated>${end < objects}</IsTruncated>${token}` +
      `${contents}</ListBucketResult>`,
  );
}

function image({ head }: Request, path: string, { options, counts, first }: State): Reply {
  counts.imageGets++;
  const etag = `"${tagOf(indexOf(path), options.versionOf)}"`;
  if (headerOf(head, 'if-none-match') === etag) {
    counts.unchanged++;
    return [304, `ETag: ${etag}\r\n`, none];
  }
  const [, from = '0', to = '0'] = /bytes=(\d+)-(\d+)/.exec(headerOf(head, 'range') ?? '') ?? [];
  const start = Number(from);
  const end = Math.min(Number(to) + 1, options.bytes);
  const range = `Content-Range: bytes ${start}-${end - 1}/${options.bytes}\r\n`;
  const body = end <= first.length ? first.subarray(start, end) : new Uint8Array(end - start);
  return [206, `ETag: ${etag}\r\nLast-Modified: ${lastModified}\r\n${range}`, body];
}

function putEntry({ head, body }: Request, path: string, state: State): Reply {
  const { counts, entries } = state;
  counts.puts++;
  const held = entries.get(path) ?? (state.isFull ? madeUp(path, state) : null);
  const match = headerOf(head, 'if-match');
  const isRefused =
    (headerOf(head, 'if-none-match') === '*' && held !== null) || (match !== null && held?.etag !== match);
  if (isRefused) {
    counts.conflicts++;
    return [412, '', Buffer.from('<Error><Code>PreconditionFailed</Code></Error>')];
  }
  const etag = `"${++state.puts}"`;
  entries.set(path, { etag, body });
  return [200, `ETag: ${etag}\r\n`, none];
}

function getEntry(path: string, state: State): Reply {
  state.counts.entryGets++;
  const held = state.entries.get(path) ?? (state.isFull ? madeUp(path, state) : null);
  if (held === null) return [404, '', Buffer.from('<Error><Code>NoSuchKey</Code></Error>')];
  return [200, `ETag: ${held.etag}\r\n`, held.body];
}

/** The entry that a backfill would have put for an image, after the first one that was put. Null before there is one. */
function madeUp(path: string, { entries, options }: State): Entry | null {
  const [model] = entries;
  if (model === undefined) return null;
  const [modelPath, { body }] = model;
  const [, payload = ''] = /^.*?"entry":(.*)\}$/s.exec(body.toString()) ?? [];
  const text = payload
    .replace(keyOf(indexOf(modelPath)), keyOf(indexOf(path)))
    .replace(/"etag":"\\"[^"]*\\""/, `"etag":"\\"${tagOf(indexOf(path), options.versionOf)}\\""`);
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { etag: '"0"', body: Buffer.from(`{"format":1,"sha256":"${sha256}","entry":${text}}`) };
}

function tagOf(index: number, versionOf: FastStoreOptions['versionOf'] = () => 1): string {
  return `${index.toString(16).padStart(24, '0')}${String(versionOf(index)).padStart(8, '0')}`;
}

/** The index in the path of an image or of its entry, or in its key. */
function indexOf(path: string): number {
  const [, index = '0'] = /(\d{8})\.jpg/.exec(path) ?? [];
  return Number(index);
}

/** The value of a header, whose name is lower case here. */
function headerOf(head: string, name: string): string | null {
  for (let at = head.indexOf('\r\n'); at >= 0; at = head.indexOf('\r\n', at + 2)) {
    const colon = at + 2 + name.length;
    if (head[colon] !== ':' || head.slice(at + 2, colon).toLowerCase() !== name) continue;
    const end = head.indexOf('\r\n', colon);
    return head.slice(colon + 1, end < 0 ? undefined : end).trim();
  }
  return null;
}
