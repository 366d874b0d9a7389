// Limits what one client, and all clients together, can make a server keep in memory: connections, requests that wait, and
// answers that the client does not read.
//
// The requests of a connection are run one after the other: the next one when the client has read the answer to the one before
// it. While several wait, the server does not read from the connection, so that TCP slows the client down.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { serverConnections } from '../../lib/limits';

export type ConnectionBounds = { readonly [Name in keyof typeof serverConnections]: number };

/** A request of a connection. `arrivedAt` is a time of `performance.now()`. */
export type QueuedRequest = Readonly<{ req: IncomingMessage; res: ServerResponse; arrivedAt: number }>;

export type Connection = {
  readonly socket: Duplex;
  /** Its signal fires when the connection is closed. */
  readonly gone: AbortController;
  /** Called when the connection is closed, for the answer that is being sent. */
  onGone: (() => void) | null;
  readonly waiting: QueuedRequest[];
  /** `run`: a job is running; `send`: an answer is being sent. */
  doing: 'nothing' | 'run' | 'send';
  /** When the client last sent or read something, as `performance.now()` counts. */
  activeAt: number;
  /** Bytes of the answer in the memory of this process that the client has not read yet. */
  held: number;
  /** Whether the server has stopped reading from it for now. */
  paused: boolean;
  /** Whether it will be closed after the answers to the requests that wait. */
  closing: boolean;
};

export type Connections = Readonly<{
  /** Accepts a new connection. When there are too many, it closes the longest idle one, or this one when none is idle. */
  open(socket: Duplex): void;
  /** Serves a request after all earlier ones of its connection. */
  request(req: IncomingMessage, res: ServerResponse): void;
  /** Whether a connection waits for an answer. */
  isBusy(socket: Duplex): boolean;
  /**
   * Records the bytes that are in memory for a client, none for one that has left. Disconnects the slowest clients when all
   * have too many.
   */
  hold(connection: Connection, bytes: number): void;
  /** Resolves at the event `name` of a response, or when the connection is closed. After `ms` it resets the connection. */
  until(connection: Connection, res: ServerResponse, name: 'drain' | 'finish', ms: number): Promise<void>;
}>;

/** Serves one request; never rejects. */
export type Serve = (request: QueuedRequest, connection: Connection, connections: Connections) => Promise<void>;

/** The state that all connections of one server share. */
type SharedState = {
  readonly all: Map<Duplex, Connection>;
  readonly bounds: ConnectionBounds;
  readonly serve: (request: QueuedRequest, connection: Connection) => Promise<void>;
  waiting: number;
  held: number;
};

/** The connections of one server. */
export function createConnections(serve: Serve, bounds: ConnectionBounds): Connections {
  const shared: SharedState = {
    all: new Map(),
    bounds,
    serve: (request, connection) => serve(request, connection, connections),
    waiting: 0,
    held: 0,
  };
  const connections: Connections = {
    open: (socket) => openConnection(shared, socket),
    request(req, res) {
      const connection = shared.all.get(req.socket);
      if (connection === undefined || connection.closing) return; // it is being closed, or was closed
      const queued = { req, res, arrivedAt: performance.now() };
      if (connection.doing === 'nothing') void serveAll(shared, connection, queued);
      else enqueue(shared, connection, queued);
    },
    isBusy: (socket) => (shared.all.get(socket)?.doing ?? 'nothing') !== 'nothing',
    hold: (connection, bytes) => hold(shared, connection, bytes),
    until: (connection, res, name, ms) => until(connection, res, name, Math.min(ms, bounds.stallMs)),
  };
  return connections;
}

function openConnection(shared: SharedState, socket: Duplex): void {
  const { all, bounds } = shared;
  const idle = all.size < bounds.open ? null : idlest(all.values(), bounds);
  if (idle !== null) drop(shared, idle);
  if (all.size >= bounds.open) return reset(socket);
  const connection = newConnection(socket);
  all.set(socket, connection);
  socket.once('close', () => closeConnection(shared, connection));
  socket.on('resume', () => {
    if (connection.paused) socket.pause(); // node:http resumes it after each request
  });
}

/** Serves a request, then those that wait on the same connection. */
async function serveAll(shared: SharedState, connection: Connection, first: QueuedRequest): Promise<void> {
  let next: QueuedRequest | undefined = first;
  while (next !== undefined && !connection.gone.signal.aborted) {
    connection.doing = 'run';
    await shared.serve(next, connection);
    next = connection.waiting.shift();
    if (next !== undefined) shared.waiting--;
    if (connection.waiting.length === 0) readOn(connection);
  }
  connection.doing = 'nothing';
  connection.activeAt = performance.now();
}

/** Lets a request wait. A client that sends too many at once gets answers to those that wait, and must then connect again. */
function enqueue(shared: SharedState, connection: Connection, queued: QueuedRequest): void {
  const { bounds } = shared;
  connection.waiting.push(queued);
  shared.waiting++;
  if (connection.waiting.length >= bounds.readAhead) pause(connection);
  if (connection.waiting.length < bounds.waiting && shared.waiting < bounds.waitingInAll) return;
  connection.closing = true;
  queued.res.setHeader('connection', 'close');
}

function closeConnection(shared: SharedState, connection: Connection): void {
  shared.all.delete(connection.socket);
  shared.waiting -= connection.waiting.length;
  connection.waiting.length = 0;
  hold(shared, connection, 0);
  connection.gone.abort();
  connection.onGone?.();
}

function drop(shared: SharedState, connection: Connection): void {
  closeConnection(shared, connection);
  reset(connection.socket);
}

function hold(shared: SharedState, connection: Connection, given: number): void {
  if (given === connection.held) return;
  const bytes = shared.all.has(connection.socket) ? given : 0;
  shared.held += bytes - connection.held;
  connection.held = bytes;
  while (shared.held > shared.bounds.heldBytes) {
    const slowest = leastActive(shared.all.values(), (other) => other !== connection && other.held > 0);
    if (slowest === null) return;
    drop(shared, slowest);
  }
}

function newConnection(socket: Duplex): Connection {
  return {
    socket,
    gone: new AbortController(),
    onGone: null,
    waiting: [],
    doing: 'nothing',
    activeAt: performance.now(),
    held: 0,
    paused: false,
    closing: false,
  };
}

function pause(connection: Connection): void {
  connection.paused = true;
  connection.socket.pause();
}

function readOn(connection: Connection): void {
  if (!connection.paused) return;
  connection.paused = false;
  connection.socket.resume();
}

/** The connection that has been idle for longest; null when each one was active a moment ago or has a running job. */
function idlest(all: Iterable<Connection>, { idleMs }: ConnectionBounds): Connection | null {
  const before = performance.now() - idleMs;
  return leastActive(all, ({ doing, activeAt }) => doing !== 'run' && activeAt <= before);
}

function leastActive(all: Iterable<Connection>, isMeant: (connection: Connection) => boolean): Connection | null {
  let least: Connection | null = null;
  for (const connection of all) {
    if (isMeant(connection) && (least === null || connection.activeAt < least.activeAt)) least = connection;
  }
  return least;
}

/** Resets a connection, which also frees the memory of the kernel for a client that does not read. */
function reset(socket: Duplex): void {
  if (socket instanceof Socket) socket.resetAndDestroy();
  else socket.destroy();
}

function until(connection: Connection, res: ServerResponse, name: 'drain' | 'finish', ms: number): Promise<void> {
  const { socket, gone } = connection;
  return new Promise((resolve) => {
    if (gone.signal.aborted) return resolve();
    // Without unsent bytes no timer is needed: the event follows at once.
    const timer = socket.writableLength === 0 ? undefined : setTimeout(() => reset(socket), Math.max(0, ms));
    const end = (): void => {
      clearTimeout(timer);
      res.off(name, end);
      connection.onGone = null;
      connection.activeAt = performance.now();
      resolve();
    };
    res.once(name, end);
    connection.onGone = end;
  });
}
