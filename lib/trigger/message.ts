// The text that SQS and SNS carry: the JSON of an S3 event, perhaps in the envelope of SNS.

import { maxMessageText } from '../limits';
import { isEventBridge, readEventBridge } from './eventbridge';
import { isFields, own } from './http-event';
import type { Reading } from './object-event';
import { isS3Notification, readS3Notification } from './s3-notification';

/** What a message says; a single `unread` for one of no known form. */
export function readMessage(text: unknown): readonly Reading[] {
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
