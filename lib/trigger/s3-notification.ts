// S3 event notification [S3 User Guide, "Event message structure"], sent to Lambda directly or inside a message.

import { percentDecode } from '../bytes/percent';
import { ProblemError } from '../problem';
import { type Fields, isFields, own, ownFields } from './event-fields';
import {
  type EventPart,
  hasVersion,
  type Meaning,
  recordsFrom,
  recordsOf,
  replyWhole,
  toMeaning,
  uploadTrigger,
} from './upload-trigger';

/** A store that sends such events: how it writes keys, and whether its sequencers put events in order. */
type Sender = Readonly<{ decodeKey(text: string): string; ordered: boolean }>;

/** Senders by `eventSource`. */
const senders = new Map<unknown, Sender>([
  ['aws:s3', { decodeKey: (text) => percentDecode(text.replaceAll('+', ' ')), ordered: true }],
  // Ceph 16 does not encode keys; its sequencer is seconds and nanoseconds, each with the lowest byte first.
  ['ceph:s3', { decodeKey: (text) => text, ordered: false }],
]);

/** Recognised by `Records[].eventSource`, or as the test event that S3 sends when notifications are set up. */
export const s3Notification = uploadTrigger('s3-notification', (event) => {
  const parts = readS3Notification(event);
  return parts === null ? null : { parts, reply: replyWhole };
});

/** One part for each record, none for the test event; null for another shape. */
export function readS3Notification(event: Fields): readonly EventPart[] | null {
  const isTest = own(event, 'Event') === 's3:TestEvent';
  const records = isTest ? recordsOf(event) : recordsFrom(event, (record) => senders.has(own(record, 'eventSource')));
  return records === null ? null : records.map(readEventRecord);
}

function readEventRecord(record: unknown): EventPart {
  if (!isFields(record)) return { id: null, meanings: ['unreadable'] };
  const id = own(ownFields(record, 'responseElements'), 'x-amz-request-id');
  return { id, meanings: [meaningOf(record)] };
}

function meaningOf(record: Fields): Meaning {
  const sender = senders.get(own(record, 'eventSource'));
  const name = own(record, 'eventName');
  if (sender === undefined || typeof name !== 'string') return 'unreadable';
  const s3 = ownFields(record, 's3');
  const object = ownFields(s3, 'object');
  const change = changeOf(name, hasVersion(own(object, 'versionId')));
  if (change === null) return 'irrelevant';
  return toMeaning({
    bucket: own(ownFields(s3, 'bucket'), 'name'),
    key: readKey(own(object, 'key'), sender),
    removed: change === 'removed',
    sequencer: sender.ordered ? own(object, 'sequencer') : null,
    time: own(record, 'eventTime'),
  });
}

/**
 * What the event did to the current version: removed it, or changed it in another way; null when it did not touch it
 * (restores, replication, tags, ACLs). `Delete` with a version id removed that version only: the current version may now be
 * another one, or there may be none. A delete marker has a version id too, its own.
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
