// S3 event notification [S3 User Guide, "Event message structure"], sent to Lambda itself or carried in a message.

import { percentDecode } from '../bytes/percent';
import { ProblemError } from '../problem';
import { type Fields, isFields, own, ownFields } from './event-fields';
import { firstTells, hasVersion, type Reading, recordsOf, replyWhole, toWork, uploadTrigger } from './upload-trigger';

/** A store that sends such events: how it writes keys, and whether its sequencers put events in order. */
type Sender = Readonly<{ decodeKey(text: string): string; ordered: boolean }>;

/** Senders by `eventSource`. */
const senders = new Map<unknown, Sender>([
  ['aws:s3', { decodeKey: (text) => percentDecode(text.replaceAll('+', ' ')), ordered: true }],
  // Ceph 16 sends keys as they are, and seconds and nanoseconds with their lowest byte first as the sequencer.
  ['ceph:s3', { decodeKey: (text) => text, ordered: false }],
]);

/** Tells itself by `Records[].eventSource`, or as the test event that S3 sends when notifications are set up. */
export const s3Notification = uploadTrigger({
  name: 's3-notification',
  matches: isS3Notification,
  read: (event) => recordsOf(event).map((record) => ({ id: idOf(record), readings: [readRecord(record)] })),
  reply: replyWhole,
});

/** True for a notification and for the test event. */
export function isS3Notification(event: unknown): event is Fields {
  if (isFields(event) && own(event, 'Event') === 's3:TestEvent') return true;
  return firstTells(event, (record) => senders.has(own(record, 'eventSource')));
}

/** What each record says; nothing for the test event. */
export function readS3Notification(event: Fields): readonly Reading[] {
  return recordsOf(event).map(readRecord);
}

function readRecord(record: unknown): Reading {
  if (!isFields(record)) return 'unread';
  const sender = senders.get(own(record, 'eventSource'));
  const name = own(record, 'eventName');
  if (sender === undefined || typeof name !== 'string') return 'unread';
  const s3 = ownFields(record, 's3');
  const object = ownFields(s3, 'object');
  const change = changeOf(name, hasVersion(own(object, 'versionId')));
  if (change === null) return 'nothing';
  return toWork({
    bucket: own(ownFields(s3, 'bucket'), 'name'),
    key: readKey(own(object, 'key'), sender),
    removed: change === 'removed',
    sequencer: sender.ordered ? own(object, 'sequencer') : null,
    time: own(record, 'eventTime'),
  });
}

/**
 * What an event means for the current version; null for one that does not touch it (restores, replication, tags, ACLs).
 * `Delete` with a version id removed that version: another one, or none, may be the current one now. A marker has an id
 * too, its own.
 */
function changeOf(eventName: string, ofVersion: boolean): 'removed' | 'other' | null {
  const [kind = '', ...rest] = eventName.replace(/^s3:/, '').split(':');
  if (kind === 'ObjectCreated') return 'other';
  // Ceph calls expiration ObjectLifecycle:Expiration:Current and the like.
  if (kind === 'ObjectLifecycle') return rest[0] === 'Expiration' ? 'other' : null;
  if (kind !== 'ObjectRemoved' && kind !== 'LifecycleExpiration') return null;
  const gone = rest[0] === 'DeleteMarkerCreated' || (rest[0] === 'Delete' && !ofVersion);
  return gone ? 'removed' : 'other';
}

function readKey(text: unknown, { decodeKey }: Sender): unknown {
  if (typeof text !== 'string') return null;
  try {
    return decodeKey(text);
  } catch (error) {
    if (error instanceof ProblemError) return null;
    throw error;
  }
}

function idOf(record: unknown): unknown {
  return isFields(record) ? own(ownFields(record, 'responseElements'), 'x-amz-request-id') : null;
}
