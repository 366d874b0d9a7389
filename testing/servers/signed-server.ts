// The service on loopback over one private bucket, in which every key has the same image with one tag. Headers of each answer
// list the keys that were requested from the bucket for it, and the problem.
import { Agent, type IncomingMessage, request } from 'node:http';
import type { Access, Rules } from '../../lib/auth';
import { parseKeyRing } from '../../lib/auth/key-ring';
import type { KeyRing } from '../../lib/auth/scheme';
import { type JobDeps, runJob } from '../../lib/job';
import { defaultLimits } from '../../lib/limits';
import { defaultStyle } from '../../lib/style';
import type { Bucket, Job, Outcome } from '../../lib/types';
import { createHttpServer } from '../../service/server/server';
import { buildJpeg, exifSegment, frameHeader } from '../build/jpeg';
import { ascii, buildTiff } from '../build/tiff';
import { listenOnLoopback } from './loopback';

/** A request as a client sends it; `target` is path and query as they go over the wire. */
export type WireRequest = Readonly<{
  method: string;
  target: string;
  headers: Readonly<Record<string, string>>;
}>;

/** `asked` are the keys that the bucket was asked for; `problem` is a code of lib/problem.ts, or OK. */
export type Reply = Readonly<{ status: number; problem: string; asked: readonly string[]; body: string }>;

export type SignedServer = Readonly<{
  port: number;
  /** All keys that the bucket was asked for, in their order. */
  asked: readonly string[];
  send(request: WireRequest): Promise<Reply>;
  close(): Promise<void>;
}>;

export type Credential = Readonly<{ id: string; secret: string }>;

/** `hosts` lead to the bucket; two credentials of one id are its secrets while they are rotated. */
export type Site = Readonly<{
  hosts: readonly string[];
  credentials: readonly Credential[];
  region: string;
  rules?: Partial<Rules>;
}>;

const defaultRules: Rules = {
  skew: 900,
  maxLifetime: null,
  unsignedOperation: new Set(),
  unsignedHost: false,
  hideKeys: false,
  echo: false,
};

const bucketId = 'private';
const route = { bucketId, bucket: 'photos' };
const tiff = buildTiff({ fields: [ascii(0x010f, 'Example')] });
const image = buildJpeg([exifSegment(tiff), frameHeader(16, 16)]);

/** Listens on loopback. */
export async function startSignedServer(site: Site): Promise<SignedServer> {
  const deps = siteDeps(site);
  const asked: string[] = [];
  const server = createHttpServer((job) => runTold(job, deps, asked));
  const { port, close } = await listenOnLoopback(server);
  const agent = new Agent({ keepAlive: true });
  return {
    port,
    asked,
    send: (wire) => send(wire, port, agent),
    async close() {
      agent.destroy();
      await close();
    },
  };
}

/** Runs a job over a new bucket, and reports its requests in the headers of the answer. */
async function runTold(job: Job, deps: JobDeps, all: string[]): Promise<Outcome> {
  const asked: string[] = [];
  let problem: unknown = null;
  const log: JobDeps['log'] = ({ code }) => {
    problem = code;
  };
  const outcome = await runJob(job, { ...deps, buckets: new Map([[bucketId, recordingBucket(asked)]]), log }, null);
  all.push(...asked);
  const report = { 'x-test-asked': encodeURIComponent(JSON.stringify(asked)), 'x-test-problem': String(problem) };
  const { answer } = outcome;
  return answer === null ? outcome : { ...outcome, answer: { ...answer, headers: { ...answer.headers, ...report } } };
}

function recordingBucket(asked: string[]): Bucket {
  return {
    async fetch({ key }, { start, end }) {
      asked.push(key);
      return { bytes: image.slice(start, end), stat: { size: image.length, etag: '"1"', lastModified: null } };
    },
  };
}

function siteDeps({ hosts, credentials, region, rules }: Site): JobDeps {
  const routes = new Map(hosts.map((host) => [host, route]));
  const ring = toRing(credentials);
  const access: Access = {
    callers: 'signed',
    isPublic: () => false,
    keys: async () => ring,
    hosts: routes,
    regions: new Map([[bucketId, region]]),
    scopeRegion: null,
    rules: { ...defaultRules, ...rules },
  };
  return {
    routes: { hosts: routes, fallback: route },
    hostHeader: null,
    buckets: new Map(),
    named: new Map(),
    cache: null,
    limits: defaultLimits,
    dropGroups: [],
    answers: { cacheControl: 'no-store', corsOrigins: [], revision: '' },
    defaultStyle,
    showReads: false,
    access,
    now: () => new Date(),
    log: () => {},
  };
}

function toRing(credentials: readonly Credential[]): KeyRing {
  const secretsOf = (wanted: string): readonly string[] =>
    credentials.filter(({ id }) => id === wanted).map(({ secret }) => secret);
  return parseKeyRing(JSON.stringify(Object.fromEntries(credentials.map(({ id }) => [id, secretsOf(id)]))));
}

/** Sends a request with its target as it is. */
function send({ method, target, headers }: WireRequest, port: number, agent: Agent): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, agent, method, path: target, headers }, (reply) => {
      let body = '';
      reply.setEncoding('utf8').on('data', (part: string) => {
        body += part;
      });
      reply.on('end', () => resolve(toReply(reply, body))).on('error', reject);
    });
    outgoing.on('error', reject).end();
  });
}

function toReply({ statusCode = 0, headers }: IncomingMessage, body: string): Reply {
  const asked = JSON.parse(decodeURIComponent(String(headers['x-test-asked'] ?? '[]')));
  return { status: statusCode, problem: String(headers['x-test-problem']), asked, body };
}
