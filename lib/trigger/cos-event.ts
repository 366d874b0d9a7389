// COS trigger of an SCF function [SCF, "COS trigger description"]. The event contains the Authorization header of the upload.

import { percentDecode } from '../bytes/percent';
import { ProblemError } from '../problem';
import { type Fields, isFields, own, ownFields } from './event-fields';
import { type EventPart, type Meaning, recordsFrom, replyWhole, toMeaning, uploadTrigger } from './upload-trigger';

/** Recognised by `Records[].cos`. It has nothing that shows the order of events, so the object is read after a removal too. */
export const cosEvent = uploadTrigger('cos-event', (event) => {
  const records = recordsFrom(event, (record) => isFields(own(record, 'cos')));
  return records === null ? null : { parts: records.map(readEventRecord), reply: replyWhole };
});

function readEventRecord(record: unknown): EventPart {
  if (!isFields(record)) return { id: null, meanings: ['unreadable'] };
  const object = ownFields(ownFields(record, 'cos'), 'cosObject');
  return { id: own(ownFields(object, 'meta'), 'x-cos-request-id'), meanings: [meaningOf(record, object)] };
}

function meaningOf(record: Fields, object: Fields): Meaning {
  const eventName = own(ownFields(record, 'event'), 'eventName');
  if (typeof eventName !== 'string') return 'unreadable';
  if (!/^cos:Object(Created|Removed?):/.test(eventName)) return 'irrelevant';
  const bucket = ownFields(ownFields(record, 'cos'), 'cosBucket');
  const name = own(bucket, 'name');
  const appid = own(bucket, 'appid');
  const isNamed = typeof name === 'string' && name !== '' && (typeof appid === 'string' || typeof appid === 'number');
  if (!isNamed) return 'unreadable';
  const key = readKey(object, `/${appid}/${name}/`);
  return toMeaning({ bucket: `${name}-${appid}`, key, removed: false, sequencer: null, time: null });
}

/**
 * The key: the decoded path of `url`. `key` (after `/<appid>/<bucket>/`) must say the same, encoded or not. One of the two
 * may be absent. A `url` that is not encoded either has a `%` that cannot be decoded, or its path equals `key`. Null when
 * the two differ.
 */
function readKey(object: Fields, prefix: string): string | null {
  const [url, text] = [own(object, 'url') || null, own(object, 'key') || null];
  const path = typeof url === 'string' ? (/^https?:\/\/[^/]+\/(.*)$/s.exec(url)?.[1] ?? null) : null;
  const stored = typeof text === 'string' && text.startsWith(prefix) ? text.slice(prefix.length) : null;
  if (url === null) return stored;
  const decoded = path === null ? null : decode(path);
  if (text === null) return decoded;
  if (stored === null || path === null) return null;
  if (decoded !== null && (stored === decoded || decode(stored) === decoded)) return decoded;
  return stored === path ? stored : null;
}

function decode(text: string): string | null {
  try {
    return percentDecode(text);
  } catch (error) {
    if (error instanceof ProblemError) return null;
    throw error;
  }
}
