// Amazon SQS and Amazon SNS. Their messages have the JSON of an S3 event as their text; in SQS it may be inside an SNS
// message.

import type { SQSBatchResponse } from 'aws-lambda';
import { maxMessageText } from '../limits';
import { ProblemError } from '../problem';
import { type Fields, isFields, own, ownFields } from './event-fields';
import { readEventBridge } from './eventbridge';
import { readS3Notification } from './s3-notification';
import { type EventPart, type Meaning, recordsFrom, replyWhole, uploadTrigger } from './upload-trigger';

/**
 * A batch of SQS messages. Recognised by `Records[].eventSource`. The reply names the messages that SQS must deliver again,
 * so the event source mapping must have `ReportBatchItemFailures`. After some tries SQS moves a message to the dead-letter
 * queue, also a message that cannot be read: there an operator finds it.
 */
export const sqs = uploadTrigger('sqs', (event) => {
  const records = recordsFrom(event, isSqs);
  if (records === null) return null;
  const messages = records.map(readSqsMessage);
  return { parts: messages, namesFailures: true, reply: (failures) => toBatchResponse(messages, failures) };
});

/** SNS calls the function directly. Recognised by `Records[].EventSource`: only SNS writes it with a capital letter. */
export const sns = uploadTrigger('sns', (event) => {
  const records = recordsFrom(event, isSns);
  return records === null ? null : { parts: records.map(readSnsMessage), reply: replyWhole };
});

/** `group`: of a message in a FIFO queue, else null. Messages in other queues may have a group, but it orders nothing. */
type SqsMessage = EventPart & Readonly<{ group: string | null }>;

function isSqs(record: Fields): boolean {
  return own(record, 'eventSource') === 'aws:sqs';
}

function isSns(record: Fields): boolean {
  return own(record, 'EventSource') === 'aws:sns' && own(record, 'eventSource') === undefined;
}

function readSqsMessage(record: unknown): SqsMessage {
  if (!isFields(record)) return { id: null, meanings: ['unreadable'], group: null };
  const queue = own(record, 'eventSourceARN');
  const group = own(ownFields(record, 'attributes'), 'MessageGroupId');
  const isOrdered = typeof queue === 'string' && queue.endsWith('.fifo') && typeof group === 'string';
  return {
    id: own(record, 'messageId'),
    meanings: isSqs(record) ? readText(own(record, 'body')) : ['unreadable'],
    group: isOrdered ? group : null,
  };
}

function readSnsMessage(record: unknown): EventPart {
  const message = isFields(record) ? ownFields(record, 'Sns') : {};
  return { id: own(message, 'MessageId'), meanings: readText(own(message, 'Message')) };
}

/** The meanings of all records in the text of a message; one `unreadable` for a text without a known form. */
function readText(text: unknown): readonly Meaning[] {
  const body = parseFields(text);
  const isEnvelope = body !== null && own(body, 'Type') === 'Notification';
  const event = isEnvelope ? parseFields(own(body, 'Message')) : body;
  const parts = event === null ? null : (readS3Notification(event) ?? readEventBridge(event));
  return parts === null ? ['unreadable'] : parts.flatMap(({ meanings }) => meanings);
}

/** The object of a JSON text; null for anything else. */
function parseFields(text: unknown): Fields | null {
  if (typeof text !== 'string' || text.length > maxMessageText) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : null;
  } catch {
    return null;
  }
}

/**
 * Names the messages that failed. In a FIFO queue it also names all later messages of the same group: otherwise they would
 * overtake the message that is delivered again.
 */
function toBatchResponse(
  messages: readonly SqsMessage[],
  failures: readonly (ProblemError | null)[],
): SQSBatchResponse {
  const stopped = new Set<string>();
  const batchItemFailures = messages.flatMap(({ id, group }, i) => {
    const failed = (failures[i] ?? null) !== null || (group !== null && stopped.has(group));
    if (failed && group !== null) stopped.add(group);
    return failed ? [{ itemIdentifier: toIdentifier(id) }] : [];
  });
  return { batchItemFailures };
}

/** Without an id the whole batch must fail: Lambda does so when this throws, as it does for an identifier it does not know. */
function toIdentifier(id: unknown): string {
  if (typeof id === 'string' && id !== '') return id;
  throw new ProblemError('InternalError', 'Cannot reply to an event of sqs: a message that failed has no id');
}
