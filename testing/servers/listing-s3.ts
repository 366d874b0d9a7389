// A bucket that can be listed, in both versions of the request, and read by range. It counts what it is asked for.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOnLoopback } from './loopback';
import { isSigned } from './signed-http';

/** A request with a valid signature: for the listing after a key, or for an object. */
export type ListingRequest = Readonly<{ kind: 'list'; after: string; version: 1 | 2 } | { kind: 'get'; key: string }>;

export type ListingS3 = Readonly<{
  endpoint: string;
  /** `--bucket` for this server. */
  location: string;
  /** All requests in their order. */
  asked: ListingRequest[];
  /** Reads of each key. */
  gets: Map<string, number>;
  /** Reads under way at once, at most so far. */
  most(): number;
  close(): Promise<void>;
}>;

export type ListingOptions = Readonly<{
  keys: readonly string[];
  /** The object of each key, null for one that is not there though it was listed. */
  bytesOf(key: string): Uint8Array | null;
  /** The size in the listing; default: a number above 0. */
  sizeOf?: (key: string) => number;
  /** Status of a refusal in place of an answer; null or 0 for none. */
  fault?: (asked: ListingRequest, times: number) => number | null;
  /** Milliseconds before a read is answered. */
  delayMs?: number;
  /** As a store that knows no parameters of a listing but the prefix. */
  naive?: boolean;
  /** Keys of a page; S3 lists at most 1,000. */
  pageKeys?: number;
}>;

type State = { now: number; most: number; gets: Map<string, number>; asked: ListingRequest[]; lists: number };

/** Listens on loopback as bucket `photos`, in path style. */
export async function listingS3(options: ListingOptions): Promise<ListingS3> {
  const sorted = [...options.keys].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  const state: State = { now: 0, most: 0, gets: new Map(), asked: [], lists: 0 };
  const server = createServer((request, response) => {
    if (!isSigned(request, '')) return refuse(response, 403, 'SignatureDoesNotMatch');
    const url = new URL(request.url ?? '/', 'http://server');
    if (url.pathname === '/photos' || url.pathname === '/photos/') return list(url, sorted, options, state, response);
    if (!url.pathname.startsWith('/photos/')) return refuse(response, 404, 'NoSuchBucket');
    read(decodeURIComponent(url.pathname.slice('/photos/'.length)), request, options, state, response);
  });
  const { endpoint, close } = await listenOnLoopback(server);
  return {
    endpoint,
    location: `s3://photos?endpoint=${endpoint}&region=eu-test-1`,
    asked: state.asked,
    gets: state.gets,
    most: () => state.most,
    close,
  };
}

function list(
  url: URL,
  sorted: readonly string[],
  options: ListingOptions,
  state: State,
  response: ServerResponse,
): void {
  const query = url.searchParams;
  const version = query.get('list-type') === '2' ? 2 : 1;
  const token = query.get('continuation-token');
  const after =
    version === 1 ? query.get('marker') : token === null ? query.get('start-after') : token.replace(/^token:/, '');
  const asked = { kind: 'list', after: after ?? '', version } as const;
  state.asked.push(asked);
  const status = options.fault?.(asked, ++state.lists);
  if (status) return refuse(response, status, 'Fault');
  const behind = options.naive === true ? '' : asked.after;
  const rest = sorted.filter((key) => key.startsWith(query.get('prefix') ?? '') && isBehind(key, behind));
  const page = rest.slice(0, Math.min(Number(query.get('max-keys') ?? 1000), options.pageKeys ?? 1000));
  const isUrl = query.get('encoding-type') === 'url';
  const encode = (text: string): string => (isUrl ? formEncode(text) : escapeXml(text));
  const sizeOf = options.sizeOf ?? ((one: string) => one.length);
  const contents = page.map((key) => `<Contents><Key>${encode(key)}</Key><Size>${sizeOf(key)}</Size></Contents>`);
  const more = rest.length > page.length;
  const mark =
    version === 2 && more ? `<NextContinuationToken>token:${escapeXml(page.at(-1) ?? '')}</NextContinuationToken>` : '';
  const head = `<IsTruncated>${more}</IsTruncated>${isUrl ? '<EncodingType>url</EncodingType>' : ''}${mark}`;
  response.writeHead(200, { 'content-type': 'application/xml' });
  response.end(
    `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult>${head}${contents.join('')}</ListBucketResult>`,
  );
}

function read(
  key: string,
  request: IncomingMessage,
  options: ListingOptions,
  state: State,
  response: ServerResponse,
): void {
  state.asked.push({ kind: 'get', key });
  const times = (state.gets.get(key) ?? 0) + 1;
  state.gets.set(key, times);
  state.most = Math.max(state.most, ++state.now);
  const answer = (): void => {
    state.now--;
    const status = options.fault?.({ kind: 'get', key }, times);
    if (status) return refuse(response, status, 'Fault');
    const bytes = options.bytesOf(key);
    if (bytes === null) return refuse(response, 404, 'NoSuchKey');
    answerRange(bytes, request, response);
  };
  if (options.delayMs === undefined) answer();
  else setTimeout(answer, options.delayMs);
}

function answerRange(bytes: Uint8Array, request: IncomingMessage, response: ServerResponse): void {
  const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  const start = Number(from);
  const end = Math.min(Number(to) + 1, bytes.length);
  if (!(start < bytes.length)) return refuse(response, 416, 'InvalidRange');
  response.writeHead(206, {
    etag,
    'last-modified': 'Tue, 03 Nov 2026 10:00:00 GMT',
    'content-range': `bytes ${start}-${end - 1}/${bytes.length}`,
    'content-length': end - start,
  });
  response.end(bytes.subarray(start, end));
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0"?>\n<Error><Code>${code}</Code><Message>no</Message></Error>`);
}

function isBehind(key: string, other: string): boolean {
  return Buffer.compare(Buffer.from(key), Buffer.from(other)) > 0;
}

/** As S3 does for `encoding-type=url`. */
function formEncode(text: string): string {
  return encodeURIComponent(text).replaceAll('%20', '+').replaceAll('%2F', '/');
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
