// A fake of Amazon S3 with object annotations: one bucket with versions, copies, multipart uploads and annotations, as far as the
// documents say how S3 answers [Amazon S3 API Reference]. Signatures are checked. Each rule that no document guarantees can be broken.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { answerAnnotation } from './annotation-calls';
import { type Asked, type Bucket, refuse, type Said, type Version, type Wrongs } from './annotation-model';
import { addVersion, answerBucket, answerObject } from './annotation-objects';
import { listenOnLoopback } from './loopback';
import { isSigned } from './signed-http';

export type AnnotationS3 = Bucket &
  Readonly<{
    endpoint: string;
    /** Each request, as `GET a.jpg?annotation`. */
    told: string[];
    /** Answers in place of the store, when it returns an answer; `hang` never answers. */
    before: { answer: (asked: Asked) => Said | 'hang' | null };
    /** Puts an object, as a client without a signature could not. */
    putObject(key: string, bytes: Uint8Array): Version;
    close(): Promise<void>;
  }>;

/** Starts a store with the bucket `name`. */
export async function annotationS3(name = 'photos', wrongs: Wrongs = {}): Promise<AnnotationS3> {
  const bucket: Bucket = {
    versioned: false,
    wrongs,
    denied: new Set(),
    objects: new Map(),
    uploads: new Map(),
    removed: new Map(),
  };
  const told: string[] = [];
  const before: AnnotationS3['before'] = { answer: () => null };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const url = new URL(request.url ?? '', 'http://store');
      const [, host = '', path = ''] = /^\/([^/]*)\/?(.*)$/.exec(url.pathname) ?? [];
      const { method = '', headers } = request;
      const asked = {
        method,
        key: decodeURIComponent(path),
        query: url.searchParams,
        headers,
        body: Buffer.concat(parts),
      };
      told.push(toldOf(asked));
      const said =
        before.answer(asked) ?? (host === name ? answerSigned(bucket, asked, request) : refuse(404, 'NoSuchBucket'));
      if (said !== 'hang') send(response, said);
    });
  });
  const { endpoint, close } = await listenOnLoopback(server);
  const putObject = (key: string, bytes: Uint8Array) => addVersion(bucket, key, Buffer.from(bytes), 'put');
  return Object.assign(bucket, { endpoint, told, before, putObject, close });
}

function toldOf({ method, key, query, headers }: Asked): string {
  const names = [...query.keys()].filter((name) =>
    ['annotation', 'annotationName', 'versions', 'uploads'].includes(name),
  );
  const condition = headers['if-none-match'] === undefined ? '' : ' if-none-match';
  return `${method} ${key}${names.length === 0 ? '' : `?${names.join('&')}`}${condition}`;
}

function send(response: ServerResponse, { status, headers = {}, body = '' }: Said): void {
  response.writeHead(status, {
    ...(status === 304 || status === 204 ? {} : { 'Content-Length': Buffer.byteLength(body) }),
    ...headers,
  });
  response.end(body);
}

function answerSigned(bucket: Bucket, asked: Asked, request: IncomingMessage): Said {
  const hash = createHash('sha256').update(asked.body).digest('hex');
  if (asked.headers['x-amz-content-sha256'] !== hash) return refuse(400, 'XAmzContentSHA256Mismatch');
  if (!isSigned(request, '')) return refuse(403, 'SignatureDoesNotMatch');
  if (asked.query.has('annotation') && bucket.wrongs.ignoresParameter !== true) return answerAnnotation(bucket, asked);
  if (asked.key === '') return answerBucket(bucket, asked);
  return answerObject(bucket, asked);
}
