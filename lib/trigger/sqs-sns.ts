// Amazon SQS and Amazon SNS: messages that carry S3 events.

import type { SQSBatchResponse } from 'aws-lambda';
import { maxMessageText } from '../limits';
import { ProblemError } from '../problem';
import { type Fields, isFields, own, ownFields, readId } from './event-fields';
import { isEventBridge, readEventBridge } from './eventbridge';
import { isS3Notification, readS3Notification } from './s3-notification';
import { firstTells, type Parcel, type Reading, recordsOf, replyWhole, uploadTrigger } from './upload-trigger';

/** Tells itself by `Records[].eventSource`. The mapping must be set to `ReportBatchItemFailures`. */
export const sqs = uploadTrigger({ name: 'sqs', matches: isSqs, read, reply });

/** Ids of the messages of an event that are not understood; none for an event of another door. */
export function unreadMessages(event: unknown): readonly string[] {
  if (!isSqs(event)) return [];
  return read(event).flatMap(({ id, readings }) => (readings.includes('unread') ? [readId(id) ?? ''] : []));
}

function isSqs(event: unknown): event is Fields {
  return firstTells(event, (record) => own(record, 'eventSource') === 'aws:sqs');
}

function read(event: Fields): readonly Parcel[] {
  return recordsOf(event).map((record) =>
    isFields(record) && own(record, 'eventSource') === 'aws:sqs'
      ? { id: own(record, 'messageId'), readings: readMessage(own(record, 'body')) }
      : { id: null, readings: ['unread'] },
  );
}

/** In a FIFO queue a message that comes again takes all later ones of its group with it, or they would overtake it. */
function reply(failures: readonly (ProblemError | null)[], event: Fields): SQSBatchResponse {
  const stuck = new Set<string>();
  const batchItemFailures = recordsOf(event).flatMap((record, i) => {
    const group = groupOf(record);
    const failed = (failures[i] ?? null) !== null || (group !== null && stuck.has(group));
    if (failed && group !== null) stuck.add(group);
    return failed ? [{ itemIdentifier: messageId(record) }] : [];
  });
  return { batchItemFailures };
}

/** Lambda takes an unknown identifier for a failure of the whole batch, as it does an error. */
function messageId(record: unknown): string {
  const id = isFields(record) ? own(record, 'messageId') : null;
  if (typeof id === 'string' && id !== '') return id;
  throw new ProblemError('InternalError', 'Cannot reply to a sqs event: a message that failed has no id');
}

/** The group of a message of a FIFO queue. Messages of other queues may have one too, which orders nothing. */
function groupOf(record: unknown): string | null {
  if (!isFields(record)) return null;
  const queue = own(record, 'eventSourceARN');
  const group = own(ownFields(record, 'attributes'), 'MessageGroupId');
  return typeof queue === 'string' && queue.endsWith('.fifo') && typeof group === 'string' ? group : null;
}

/** Tells itself by `Records[].EventSource`, which only SNS writes with a capital letter. */
export const sns = uploadTrigger({
  name: 'sns',
  matches: (event) => firstTells(event, isSns),
  read: (event) =>
    recordsOf(event).map((record) => {
      const message = isFields(record) ? ownFields(record, 'Sns') : {};
      return { id: own(message, 'MessageId'), readings: readMessage(own(message, 'Message')) };
    }),
  reply: replyWhole,
});

function isSns(record: Fields): boolean {
  return own(record, 'EventSource') === 'aws:sns' && own(record, 'eventSource') === undefined;
}

/** What a message says; a single `unread` for one of no known form. */
function readMessage(text: unknown): readonly Reading[] {
  const body = parse(text);
  const event = isFields(body) && own(body, 'Type') === 'Notification' ? parse(own(body, 'Message')) : body;
  if (isS3Notification(event)) return readS3Notification(event);
  if (isEventBridge(event)) return [readEventBridge(event)];
  return ['unread'];
}

/** The value of a JSON text; undefined for anything else. */
function parse(text: unknown): unknown {
  if (typeof text !== 'string' || text.length > maxMessageText) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
