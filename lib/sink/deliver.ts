// Sends messages to several sinks. Messages that arrive together are sent together.
import { utf8Length } from '../bytes/utf8';
import { withinDeadline, withinTime } from '../io/deadline';
import { ProblemError } from '../problem';
import { fitMessage, messageOf } from './message';
import type { Outgoing, Sink, SinkMessage, SinkStyle, Sinks } from './sink';

/** Milliseconds that a message waits for others: the jobs of one event end close together. */
const lingerMs = 5;
/** Milliseconds for one call of a sink, with all its tries. */
const callMs = 10_000;

/** All sinks as one. */
export function createSinks(sinks: readonly Sink[], style: SinkStyle): Sinks {
  const queues = sinks.map((sink) => ({ sink, add: createQueue(sink) }));
  return {
    style,
    async deliver(state, signal) {
      const message = await messageOf(state, style);
      const sent = queues.map(({ sink, add }) =>
        add(message).catch((error: unknown) => sinkFault(sink, message, error)),
      );
      const faults = await withinDeadline(signal, 'send to the sinks', Promise.all(sent));
      const fault = faults.find((error) => error !== undefined);
      if (fault !== undefined) throw fault;
    },
  };
}

function sinkFault({ name }: Sink, { bucket, key }: SinkMessage, cause: unknown): ProblemError {
  const reason = cause instanceof Error ? cause.message : 'it failed';
  const object = JSON.stringify(`${bucket}/${key}`);
  // Of a problem, the reason has all but the code of what caused it.
  const origin = cause instanceof ProblemError ? cause.cause : cause;
  return new ProblemError('SinkFault', `Cannot send ${object} to ${name}: ${reason}`, { cause: origin });
}

type Waiting = Readonly<{ outgoing: Outgoing; bytes: number; resolve(): void; reject(error: unknown): void }>;

/** A function that sends a message, with others that are added within a few milliseconds; it resolves when the sink has it. */
function createQueue(sink: Sink): (message: SinkMessage) => Promise<void> {
  const { limits } = sink;
  let waiting: Waiting[] = [];
  let bytes = 0;
  let timer: NodeJS.Timeout | null = null;
  const flush = (): void => {
    if (timer !== null) clearTimeout(timer);
    const batch = waiting;
    [waiting, bytes, timer] = [[], 0, null];
    if (batch.length > 0) void sendBatch(sink, batch);
  };
  return (message) =>
    new Promise((resolve, reject) => {
      const outgoing = fitMessage(message, limits.messageBytes);
      const length = utf8Length(outgoing.text);
      if (bytes + length > limits.callBytes) flush();
      waiting.push({ outgoing, bytes: length, resolve, reject });
      bytes += length;
      if (waiting.length >= limits.messages) flush();
      else timer ??= setTimeout(flush, lingerMs);
    });
}

async function sendBatch({ send }: Sink, batch: readonly Waiting[]): Promise<void> {
  try {
    const refusals = await withinTime(null, callMs, (signal) =>
      send(
        batch.map(({ outgoing }) => outgoing),
        signal,
      ),
    );
    batch.forEach(({ resolve, reject }, at) => {
      const refusal = refusals[at];
      if (refusal === null) resolve();
      else reject(new ProblemError('SinkFault', refusal ?? 'it did not say whether it has the message'));
    });
  } catch (error) {
    for (const { reject } of batch) reject(error);
  }
}
