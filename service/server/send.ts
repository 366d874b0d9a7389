// Sends answers only as fast as their client reads them.
import type { ServerResponse } from 'node:http';
import type { LineSink } from '../../lib/batch/run-batch';
import { ProblemError } from '../../lib/problem';
import type { Answer } from '../../lib/types';
import type { Connection, ConnectionBounds, Connections } from './connections';

/** The connection of a request, and the limits on its use. */
export type Channel = Readonly<{ connection: Connection; connections: Connections; bounds: ConnectionBounds }>;

/** Sends an answer in pieces, each after the client has read the one before. Resolves when it has read all. */
export async function send(res: ServerResponse, { status, headers, body }: Answer, channel: Channel): Promise<void> {
  const { connection, connections, bounds } = channel;
  connection.doing = 'send';
  connection.activeAt = performance.now();
  res.writeHead(status, headers);
  if (body.length <= bounds.pieceBytes) {
    res.end(body);
    if (connection.socket.writableLength > 0) connections.hold(connection, body.length);
    await connections.until(connection, res, 'finish', bounds.answerMs);
  } else {
    await sendPieces(res, typeof body === 'string' ? Buffer.from(body) : body, channel);
  }
  connections.hold(connection, 0);
}

async function sendPieces(res: ServerResponse, bytes: Uint8Array, channel: Channel): Promise<void> {
  const { connection, connections, bounds } = channel;
  const endsAt = performance.now() + bounds.answerMs;
  await writePieces(res, bytes, { ...channel, endsAt, hold: (left) => connections.hold(connection, left) });
  res.end();
  await connections.until(connection, res, 'finish', endsAt - performance.now());
}

/** `hold` gets the bytes that the client has not read yet. */
type Writing = Channel & Readonly<{ endsAt: number; hold(bytes: number): void }>;

async function writePieces(res: ServerResponse, bytes: Uint8Array, writing: Writing): Promise<void> {
  const { connection, connections, bounds, endsAt, hold } = writing;
  for (let at = 0; at < bytes.length && !connection.gone.signal.aborted; at += bounds.pieceBytes) {
    hold(bytes.length - at);
    const taken = res.write(bytes.subarray(at, at + bounds.pieceBytes));
    if (!taken) await connections.until(connection, res, 'drain', endsAt - performance.now());
  }
}

/** An answer that is sent while it is made. */
export type AnswerStream = Readonly<{ sink: LineSink; isStarted(): boolean; end(): Promise<void> }>;

/** The stream for a response. Nothing is sent before `sink.start`; then nobody but the stream may use the response. */
export function answerStream(res: ServerResponse, channel: Channel): AnswerStream {
  const { connection, connections, bounds } = channel;
  let endsAt: number | null = null;
  let [written, kept] = [0, 0];
  const holdBoth = (): void => connections.hold(connection, written + kept);
  const keep = (length: number): void => {
    kept = length;
    holdBoth();
  };
  const hold = (bytes: number): void => {
    written = bytes;
    holdBoth();
  };
  const start = ({ status, headers }: Answer): void => {
    endsAt = performance.now() + bounds.answerMs;
    res.writeHead(status, headers);
    res.flushHeaders();
  };
  const write = async (text: string): Promise<void> => {
    connection.doing = 'send';
    await writePieces(res, Buffer.from(text), { ...channel, hold, endsAt: endsAt ?? 0 });
    connection.doing = 'run';
    hold(connection.socket.writableLength);
    if (connection.gone.signal.aborted)
      throw new ProblemError('ClientClosed', 'Cannot send: the client has disconnected');
  };
  return {
    sink: { start, write, keep },
    isStarted: () => endsAt !== null,
    async end() {
      connection.doing = 'send';
      res.end();
      await connections.until(connection, res, 'finish', (endsAt ?? 0) - performance.now());
      connections.hold(connection, 0);
    },
  };
}
