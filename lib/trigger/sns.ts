// Amazon SNS with the function as its subscriber: the message is in the record.

import { type Fields, isFields, own, ownFields } from './http-event';
import { readMessage } from './message';
import { firstTells, recordsOf } from './records';
import { replyWhole, uploadTrigger } from './upload-trigger';

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
