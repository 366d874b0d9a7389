// Sinks that record each message, and may fail.
import { ProblemError } from '../../lib/problem';
import { messageOf } from '../../lib/sink/message';
import type { SinkMessage, SinkStyle, Sinks } from '../../lib/sink/sink';

export type SpySinks = Readonly<{
  sinks: Sinks;
  /** All messages that were accepted, in order. */
  sent: readonly SinkMessage[];
  /** Whether the next messages are refused: before they are recorded, or after it, as when the reply is lost. */
  failing: { now: 'before' | 'after' | null };
}>;

export function spySinks(style: SinkStyle = 'flat'): SpySinks {
  const sent: SinkMessage[] = [];
  const failing: SpySinks['failing'] = { now: null };
  const fault = () => new ProblemError('SinkFault', 'Cannot send to the spy');
  const sinks: Sinks = {
    style,
    async deliver(state) {
      if (failing.now === 'before') throw fault();
      sent.push(await messageOf(state, style));
      if (failing.now === 'after') throw fault();
    },
  };
  return { sinks, sent, failing };
}
