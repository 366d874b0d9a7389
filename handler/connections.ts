// What one client, and all clients together, can make a server hold: connections, requests that were read ahead, and
// answers that nobody takes.
//
// The requests of a connection are run one after the other: the next one begins when the client has taken the answer before
// it. While several wait, the connection is not read, so that TCP tells the client to slow down.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { serverConnections } from '../lib/limits';

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

/** The connections of one server. */
export function createConnections(serve: Serve, bounds: ConnectionBounds): Connections {
  const all = new Map<Duplex, Connection>();
  let waitingInAll = 0;
  let heldInAll = 0;

  async function work(connection: Connection, first: Turn): Promise<void> {
    let turn: Turn | undefined = first;
    while (turn !== undefined && !connection.gone.signal.aborted) {
      connection.doing = 'run';
      await serve(turn, connection, connections);
      turn = connection.waiting.shift();
      if (turn !== undefined) waitingInAll--;
      if (connection.waiting.length === 0) readOn(connection);
    }
    connection.doing = 'nothing';
    connection.activeAt = performance.now();
  }

  /** Lets a request wait. A client that sends too many at once gets those answered, then a new connection must do. */
  function line(connection: Connection, turn: Turn): void {
    connection.waiting.push(turn);
    waitingInAll++;
    if (connection.waiting.length >= bounds.readAhead) pause(connection);
    if (connection.waiting.length < bounds.waiting && waitingInAll < bounds.waitingInAll) return;
    connection.closing = true;
    turn.res.setHeader('connection', 'close');
  }

  function close(connection: Connection): void {
    all.delete(connection.socket);
    waitingInAll -= connection.waiting.length;
    connection.waiting.length = 0;
    hold(connection, 0);
    connection.gone.abort();
  }

  function drop(connection: Connection): void {
    close(connection);
    reset(connection.socket);
  }

  function makeRoom(): boolean {
    const idle = all.size < bounds.open ? null : idlest(all.values(), bounds);
    if (idle !== null) drop(idle);
    return all.size < bounds.open;
  }

  function hold(connection: Connection, bytes: number): void {
    heldInAll += bytes - connection.held;
    connection.held = bytes;
    while (heldInAll > bounds.heldBytes) {
      const slowest = leastActive(all.values(), (other) => other !== connection && other.held > 0);
      if (slowest === null) return;
      drop(slowest);
    }
  }

  const connections: Connections = {
    open(socket) {
      if (!makeRoom()) return reset(socket);
      const connection = newConnection(socket);
      all.set(socket, connection);
      socket.once('close', () => close(connection));
      socket.on('resume', () => {
        if (connection.paused) socket.pause(); // node:http resumes it after each request
      });
    },
    request(req, res) {
      const connection = all.get(req.socket);
      if (connection === undefined || connection.closing) return; // it ends, or has ended
      const turn = { req, res, arrivedAt: performance.now() };
      if (connection.doing === 'nothing') void work(connection, turn);
      else line(connection, turn);
    },
    isBusy: (socket) => (all.get(socket)?.doing ?? 'nothing') !== 'nothing',
    hold,
    until: (connection, res, name, ms) => until(connection, res, name, Math.min(ms, bounds.stallMs)),
  };
  return connections;
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
