// What one client, and all clients together, can make a server hold: connections, requests that were read ahead, and
// answers that nobody takes.
//
// The requests of a connection are run one after the other: the next one begins when the client has taken the answer before
// it. While several wait, the connection is not read, so that TCP tells the client to slow down.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { serverConnections } from '../../lib/limits';

export type ConnectionBounds = { readonly [Name in keyof typeof serverConnections]: number };

/** A request whose turn it is or will be. `arrivedAt` is a time of `performance.now()`. */
export type Turn = Readonly<{ req: IncomingMessage; res: ServerResponse; arrivedAt: number }>;

export type Connection = {
  readonly socket: Duplex;
  /** Its signal fires when the connection is closed. */
  readonly gone: AbortController;
  readonly waiting: Turn[];
  /** `run`: a job runs for it; `send`: its answer is being sent. */
  doing: 'nothing' | 'run' | 'send';
  /** When something was last got from the client or taken by it, as `performance.now()` counts. */
  activeAt: number;
  /** Bytes of the answer that the client has not taken, as far as this process holds them. */
  held: number;
  /** It is not read for the time being. */
  paused: boolean;
  /** It ends with the answers to the requests that wait. */
  closing: boolean;
};

export type Connections = Readonly<{
  /** Takes a new connection in, or closes one: the longest idle one, or this one when all are busy. */
  open(socket: Duplex): void;
  /** Serves a request when all before it on its connection are served. */
  request(req: IncomingMessage, res: ServerResponse): void;
  /** Whether an answer is due on a connection. */
  isBusy(socket: Duplex): boolean;
  /** Notes that this process holds so many bytes for a client; disconnects the slowest when they are too many in all. */
  hold(connection: Connection, bytes: number): void;
  /** Resolves at the event `name` of a response, or when the connection is closed: at the latest after `ms`, by a reset. */
  until(connection: Connection, res: ServerResponse, name: 'drain' | 'finish', ms: number): Promise<void>;
}>;

/** Serves one request; never rejects. */
export type Serve = (turn: Turn, connection: Connection, connections: Connections) => Promise<void>;

/** What all connections of one server share. */
type Shared = {
  readonly all: Map<Duplex, Connection>;
  readonly bounds: ConnectionBounds;
  readonly serve: (turn: Turn, connection: Connection) => Promise<void>;
  waiting: number;
  held: number;
};

/** The connections of one server. */
export function createConnections(serve: Serve, bounds: ConnectionBounds): Connections {
  const shared: Shared = {
    all: new Map(),
    bounds,
    serve: (turn, connection) => serve(turn, connection, connections),
    waiting: 0,
    held: 0,
  };
  const connections: Connections = {
    open: (socket) => open(shared, socket),
    request(req, res) {
      const connection = shared.all.get(req.socket);
      if (connection === undefined || connection.closing) return; // it ends, or has ended
      const turn = { req, res, arrivedAt: performance.now() };
      if (connection.doing === 'nothing') void work(shared, connection, turn);
      else line(shared, connection, turn);
    },
    isBusy: (socket) => (shared.all.get(socket)?.doing ?? 'nothing') !== 'nothing',
    hold: (connection, bytes) => hold(shared, connection, bytes),
    until: (connection, res, name, ms) => until(connection, res, name, Math.min(ms, bounds.stallMs)),
  };
  return connections;
}

function open(shared: Shared, socket: Duplex): void {
  const { all, bounds } = shared;
  const idle = all.size < bounds.open ? null : idlest(all.values(), bounds);
  if (idle !== null) drop(shared, idle);
  if (all.size >= bounds.open) return reset(socket);
  const connection = newConnection(socket);
  all.set(socket, connection);
  socket.once('close', () => close(shared, connection));
  socket.on('resume', () => {
    if (connection.paused) socket.pause(); // node:http resumes it after each request
  });
}

/** Serves a request, then those that wait on its connection. */
async function work(shared: Shared, connection: Connection, first: Turn): Promise<void> {
  let turn: Turn | undefined = first;
  while (turn !== undefined && !connection.gone.signal.aborted) {
    connection.doing = 'run';
    await shared.serve(turn, connection);
    turn = connection.waiting.shift();
    if (turn !== undefined) shared.waiting--;
    if (connection.waiting.length === 0) readOn(connection);
  }
  connection.doing = 'nothing';
  connection.activeAt = performance.now();
}

/** Lets a request wait. A client that sends too many at once gets those answered, then must connect again. */
function line(shared: Shared, connection: Connection, turn: Turn): void {
  const { bounds } = shared;
  connection.waiting.push(turn);
  shared.waiting++;
  if (connection.waiting.length >= bounds.readAhead) pause(connection);
  if (connection.waiting.length < bounds.waiting && shared.waiting < bounds.waitingInAll) return;
  connection.closing = true;
  turn.res.setHeader('connection', 'close');
}

function close(shared: Shared, connection: Connection): void {
  shared.all.delete(connection.socket);
  shared.waiting -= connection.waiting.length;
  connection.waiting.length = 0;
  hold(shared, connection, 0);
  connection.gone.abort();
}

function drop(shared: Shared, connection: Connection): void {
  close(shared, connection);
  reset(connection.socket);
}

function hold(shared: Shared, connection: Connection, bytes: number): void {
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

/** The connection that has done nothing for longest; null when all did something just now or have a job that runs. */
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

/** Closes a connection without a word: what the kernel holds for a client that does not read is freed, too. */
function reset(socket: Duplex): void {
  if (socket instanceof Socket) socket.resetAndDestroy();
  else socket.destroy();
}

function until(connection: Connection, res: ServerResponse, name: 'drain' | 'finish', ms: number): Promise<void> {
  const { socket, gone } = connection;
  return new Promise((resolve) => {
    if (gone.signal.aborted) return resolve();
    // What was sent at once needs no watch: the event is only a moment away.
    const timer = socket.writableLength === 0 ? undefined : setTimeout(() => reset(socket), Math.max(0, ms));
    const end = (): void => {
      clearTimeout(timer);
      res.off(name, end);
      gone.signal.removeEventListener('abort', end);
      connection.activeAt = performance.now();
      resolve();
    };
    res.once(name, end);
    gone.signal.addEventListener('abort', end, { once: true });
  });
}
