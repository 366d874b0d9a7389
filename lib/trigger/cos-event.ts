// COS trigger of an SCF function [SCF, "COS trigger description"]. The event holds the uploader's Authorization.

import { percentDecode } from '../bytes/percent';
import { ProblemError } from '../problem';
import { type Fields, isFields, own, ownFields } from './event-fields';
import { firstTells, type Reading, recordsOf, replyWhole, toWork, uploadTrigger } from './upload-trigger';

/** Tells itself by `Records[].cos`. Nothing in it puts events in order, so the object is read after a removal too. */
export const cosEvent = uploadTrigger({
  name: 'cos-event',
  matches: (event) => firstTells(event, (record) => isFields(own(record, 'cos'))),
  read: (event) =>
    recordsOf(event).map((record) => {
      const object = isFields(record) ? objectOf(record) : {};
      return { id: own(ownFields(object, 'meta'), 'x-cos-request-id'), readings: [readRecord(record)] };
    }),
  reply: replyWhole,
});

function readRecord(record: unknown): Reading {
  if (!isFields(record)) return 'unread';
  const eventName = own(ownFields(record, 'event'), 'eventName');
  if (typeof eventName !== 'string') return 'unread';
  if (!/^cos:Object(Created|Removed?):/.test(eventName)) return 'nothing';
  const bucket = ownFields(ownFields(record, 'cos'), 'cosBucket');
  const name = own(bucket, 'name');
  const appid = own(bucket, 'appid');
  if (typeof name !== 'string' || name === '' || (typeof appid !== 'string' && typeof appid !== 'number'))
    return 'unread';
  const key = readKey(objectOf(record), `/${appid}/${name}/`);
  return toWork({ bucket: `${name}-${appid}`, key, removed: false, sequencer: null, time: null });
}

function objectOf(record: Fields): Fields {
  return ownFields(ownFields(record, 'cos'), 'cosObject');
}

/**
 * The key: the decoded path of `url`, which `key` (behind `/<appid>/<bucket>/`) must bear out, as it is or encoded too.
 * One of the two may be missing. A `url` that is not encoded is seen by its `%`, or is the same. Null where they differ.
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
