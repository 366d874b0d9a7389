// Amazon SQS: a batch of messages, of which the reply names those that are to come again. After some tries a message ends
// in the dead-letter queue, also one that is not understood: there it is seen.

import type { SQSBatchResponse } from 'aws-lambda';
import { ProblemError } from '../problem';
import { type Fields, isFields, own, ownFields } from './http-event';
import { readId } from './http-trigger';
import { readMessage } from './message';
import { firstTells, recordsOf } from './records';
import { type Parcel, uploadTrigger } from './upload-trigger';

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
