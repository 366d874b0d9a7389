// A store that fails as a scenario says, on a real socket, and the clients of it that are tested.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { s3Bucket } from '../../lib/bucket/s3';
import { s3Cache } from '../../lib/cache/s3';
import { maxTries } from '../../lib/limits';
import type { Bucket, ByteRange, ExifCache } from '../../lib/types';
import { seededRandom } from '../../testing/random/seeded';
import {
  askedRange,
  type RawRequest,
  type RawServer,
  rawReply,
  rawServer,
  refusal,
} from '../../testing/servers/raw-s3';
import type { Version } from './images';
import { type Part, partReply, type Stage } from './kind';
import { partOf } from './right-answers';
import type { Scenario } from './scenario';

/** Milliseconds: enough for any try or request at which nothing stalls, however busy the machine is. */
export const enoughMs = 60_000;

/** Keys that are asked for: the object with the faults, and another one that is read after them. */
export const keys = { faulty: 'faulty', other: 'other' } as const;

export type World = Readonly<{
  server: RawServer;
  bucket: Bucket;
  cache: ExifCache;
  /** What the cache's bucket holds, by path. */
  entries: Map<string, Uint8Array>;
  /** How often the fault happened. */
  hits(): number;
  /** Connections that were tried and failed. */
  refusals(): number;
  /** Reads that the client was asked for, as `path range`. */
  reads: readonly string[];
  /** Ends the faults, and waits until the client has seen all that is still on its way. */
  stop(): Promise<void>;
  close(): Promise<void>;
}>;

type State = {
  hits: number;
  refusals: number;
  faulty: boolean;
  /** Actions that still have to happen after replies. */
  late: number;
  rest: (() => void)[];
  inFlight: string[];
  next: WeakMap<Socket, Next>;
};
type Next = (stage: Stage) => void;

/**
 * Opens a store for a scenario. `target` is the range of the read that the fault happens to, null for the cache. A try that
 * will meet the fault ends after `stalledTry` milliseconds, when the fault is one that only time ends.
 */
export async function openWorld(scenario: Scenario, target: ByteRange | null, stalledTry: number): Promise<World> {
  const state: State = { hits: 0, refusals: 0, faulty: true, late: 0, rest: [], inFlight: [], next: new WeakMap() };
  const entries = new Map<string, Uint8Array>();
  const random = seededRandom(scenario.seed);
  const isTarget = targetTest(scenario, target);
  const hit = (what: string): boolean => state.faulty && state.hits < scenario.times && isTarget(what);
  const server = await rawServer((socket, request) => {
    const stage = stageOf({ scenario, state, entries, random, socket, request });
    state.next.get(socket)?.(stage);
    state.next.delete(socket);
    if (socket.destroyed) return;
    if (scenario.kind.connect !== undefined || !hit(named(request))) return send(stage, scenario);
    state.hits++;
    scenario.kind.say(stage);
  });
  const clients = new Set<Socket>();
  const addClient = (message: unknown): void => void clients.add((message as { socket: Socket }).socket);
  subscribe('net.client.socket', addClient);
  const lookup = lookupOf(scenario, state, hit);
  const place = { endpoint: new URL(`http://store.test:${server.port}`), region: 'us-east-1', pathStyle: true };
  const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'SECRETSECRET', sessionToken: null };
  const client = {
    ...place,
    ...{ credentials: async () => credentials, maxTries, lookup },
    ...{ sleep: async () => {}, random: () => random.below(1000) / 1000 },
  };
  const stalls = (): boolean => scenario.kind.stalls === true && state.faulty && state.hits < scenario.times;
  // The client asks for it at each try: all others have the time that a busy machine needs.
  const photos = {
    ...{ ...client, bucket: 'photos', maxBytes: 4 * 1024 * 1024 },
    get tryMs() {
      return stalls() && state.inFlight.some(hit) ? stalledTry : enoughMs;
    },
  };
  const cache = {
    ...{ ...client, bucket: 'cache', prefix: '' },
    get tryMs() {
      return stalls() && target === null ? stalledTry : enoughMs;
    },
  };
  const reads: string[] = [];
  return {
    server,
    bucket: counted(s3Bucket(photos), reads, state),
    cache: s3Cache(cache),
    entries,
    hits: () => state.hits,
    refusals: () => state.refusals,
    reads,
    async stop() {
      state.faulty = false;
      while (state.late > 0) await new Promise((done) => setTimeout(done, 1));
      await allRead(server, clients);
      for (const work of state.rest.splice(0)) work();
      await allRead(server, clients);
    },
    async close() {
      unsubscribe('net.client.socket', addClient);
      await server.close();
    },
  };
}

/** Ends when the client has read everything that the server sent. A client that never does so fails the requests that follow. */
async function allRead({ port, sockets }: RawServer, clients: ReadonlySet<Socket>): Promise<void> {
  const isRead = (client: Socket): boolean => {
    if (client.destroyed || client.remotePort !== port) return true;
    const peer = [...sockets].find(({ remotePort }) => remotePort === client.localPort);
    return peer !== undefined && !peer.writableEnded && client.bytesRead === peer.bytesWritten;
  };
  const end = performance.now() + enoughMs;
  while (![...clients].every(isRead) && performance.now() < end) await new Promise((done) => setTimeout(done, 1));
}

/** A request by name: its path, and its range or its method. */
export function named(request: RawRequest): string {
  return `${request.path} ${request.headers['range'] ?? request.method}`;
}

function readName(key: string, { start, end }: ByteRange): string {
  return `/photos/${key} bytes=${start}-${end - 1}`;
}

function targetTest({ target: which }: Scenario, target: ByteRange | null): (what: string) => boolean {
  if (target !== null) return (what) => what === readName(keys.faulty, target);
  const method = which === 'cache put' ? 'PUT' : 'GET';
  return (what) => what.startsWith(`/cache/`) && what.endsWith(` ${method}`);
}

/** The bucket, with a note of each read. */
function counted(bucket: Bucket, reads: string[], { inFlight }: State): Bucket {
  return {
    async fetch(ref, range, condition, signal) {
      const name = readName(ref.key, range);
      reads.push(name);
      inFlight.push(name);
      try {
        return await bucket.fetch(ref, range, condition, signal);
      } finally {
        inFlight.splice(inFlight.indexOf(name), 1);
      }
    },
  };
}

type Lookup = NonNullable<Parameters<typeof s3Bucket>[0]['lookup']>;

/** Leads to the server, or where the scenario says as long as the read that it is about is in flight. */
function lookupOf({ kind }: Scenario, state: State, hit: (what: string) => boolean): Lookup {
  return (_hostname, options, callback) => {
    const { connect } = kind;
    const fails = connect !== undefined && state.inFlight.some(hit);
    if (fails) state.refusals++;
    if (fails) state.hits++;
    if (fails && 'code' in connect)
      return callback(Object.assign(new Error(connect.code), { code: connect.code }), '', 4);
    const address = fails && 'address' in connect ? connect.address : '127.0.0.1';
    const family = address.includes(':') ? 6 : 4;
    if (options.all === true) callback(null, [{ address, family }]);
    else callback(null, address, family);
  };
}

type IncomingRequest = Readonly<{
  scenario: Scenario;
  state: State;
  entries: Map<string, Uint8Array>;
  random: Stage['random'];
  socket: Socket;
  request: RawRequest;
}>;

function stageOf({ scenario, state, entries, random, socket, request }: IncomingRequest): Stage {
  const { image, kind, place, times } = scenario;
  const isOther = request.path.endsWith(`/${keys.other}`);
  const range = request.path.startsWith('/photos/') ? askedRange(request) : { start: 0, end: 1 };
  const part = (version: Version): Part => {
    const own = partOf(image, version, range);
    return kind.tagless ? { ...own, etag: null } : own;
  };
  const now = times > 2 && state.hits > 0 ? (kind.becomes ?? 'first') : 'first';
  const asked = request.path.startsWith('/photos/') ? part(isOther ? 'other' : now) : null;
  return {
    ...{ socket, request, place, random, part: asked, partOf: part },
    reply: asked === null ? cacheReply(entries, request) : objectReply(asked, request),
    foreign: () => part(isOther ? 'first' : 'other'),
    later(ms, work) {
      if (ms === 0) return work();
      state.late++;
      setTimeout(() => {
        state.late--;
        if (!socket.destroyed) work();
      }, ms);
    },
    atRest: (work) => void state.rest.push(() => socket.destroyed || work()),
    beforeNext: (work) => void state.next.set(socket, work),
  };
}

function objectReply(part: Part, { headers }: RawRequest): Buffer {
  const [pin, held] = [headers['if-match'], headers['if-none-match']];
  if (pin !== undefined && pin !== part.etag) return refusal(412, 'PreconditionFailed');
  if (held !== undefined && held === part.etag) return rawReply(304, { ETag: part.etag, 'Content-Length': null }, '');
  return partReply(part);
}

function cacheReply(entries: Map<string, Uint8Array>, { method, path, body, headers }: RawRequest): Buffer {
  const held = entries.get(path);
  const etag = held === undefined ? null : `"${held.length}"`;
  if (method === 'GET') return held === undefined ? refusal(404, 'NoSuchKey') : rawReply(200, { ETag: etag }, held);
  const pin = headers['if-match'];
  if ((headers['if-none-match'] === '*' && held !== undefined) || (pin !== undefined && pin !== etag))
    return refusal(412, 'PreconditionFailed');
  entries.set(path, Uint8Array.from(body ?? []));
  return rawReply(200, {}, '');
}

/** A right reply. Without kept connections where the fault is in connecting. */
function send({ socket, reply, random }: Stage, { kind, pieces }: Scenario): void {
  if (kind.connect !== undefined) {
    const at = reply.indexOf('\r\n') + 2;
    socket.end(Buffer.concat([reply.subarray(0, at), Buffer.from('Connection: close\r\n'), reply.subarray(at)]));
    return;
  }
  if (!pieces) {
    socket.write(reply);
    return;
  }
  const at = random.below(reply.length);
  socket.write(reply.subarray(0, at));
  setImmediate(() => {
    if (!socket.destroyed) socket.write(reply.subarray(at));
  });
}
