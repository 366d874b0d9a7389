// What the sinks in services of AWS have in common: a client of the SDK, and calls that take several messages.
import { createHash } from 'node:crypto';
import { ProblemError } from '../problem';
import { openOnce, safeCode, sdkReason } from '../s3/aws-client';
import type { Outgoing, Sink, SinkMessage } from './sink';

/** Messages in one call of EventBridge, SQS and SNS. */
export const maxBatch = 10;

/** A problem of a sink without `cause`: an error of the SDK contains the request with its signature. */
export function sinkFault(reason: string): ProblemError {
  return new ProblemError('SinkFault', reason);
}

/** Why a call failed, for a message. */
export function callReason(error: unknown, signal: AbortSignal): string {
  return signal.aborted ? 'no answer in time' : sdkReason(error);
}

/**
 * The function `send` of a sink. `open` loads the SDK, on first use; `call` makes the request and returns the result for each
 * message. Throws ProblemError SinkFault for every failure of the whole call.
 */
export function sendWith<Client>(
  open: () => Promise<Client>,
  call: (
    client: Client,
    messages: readonly Outgoing[],
    options: Readonly<{ abortSignal: AbortSignal }>,
  ) => Promise<readonly (string | null)[]>,
): Sink['send'] {
  const opened = openOnce(open);
  return async (messages, signal) => {
    try {
      return await call(await opened(), messages, { abortSignal: signal });
    } catch (error) {
      throw sinkFault(callReason(error, signal));
    }
  };
}

type BatchResults = Readonly<{
  Successful?: readonly Readonly<{ Id?: string | undefined }>[] | undefined;
  Failed?: readonly Readonly<{ Id?: string | undefined; Code?: string | undefined }>[] | undefined;
}>;

/** The results of a batch of SQS or SNS, whose entries have their index as id. */
export function resultsOf(messages: readonly Outgoing[], { Successful, Failed }: BatchResults): (string | null)[] {
  const refused = new Map((Failed ?? []).map(({ Id, Code }) => [Id, `refused with ${safeCode(Code)}`]));
  const accepted = new Set((Successful ?? []).map(({ Id }) => Id));
  return messages.map((_, at) => {
    const id = String(at);
    return refused.get(id) ?? (accepted.has(id) ? null : 'the answer does not mention the message');
  });
}

/**
 * What FIFO queues and topics need of a message. The messages about one object are delivered in the order in which they were
 * sent, and one that is sent again within five minutes is delivered once.
 */
export function fifoMembers({ id, bucket, key }: SinkMessage) {
  const object = createHash('sha256')
    .update(JSON.stringify([bucket, key]))
    .digest('hex')
    .slice(0, 32);
  return { MessageGroupId: object, MessageDeduplicationId: id };
}

/** The name of a queue or topic: the last part of its ARN. */
export function nameInArn(arn: string): string {
  return arn.split(':').at(-1) ?? '';
}
