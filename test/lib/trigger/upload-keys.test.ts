// Each trigger for uploads gives exactly the key of the object, however its platform writes it.

import fc from 'fast-check';
import { cosEvent } from '../../../lib/trigger/cos-event';
import { eventBridge } from '../../../lib/trigger/eventbridge';
import { s3Notification } from '../../../lib/trigger/s3-notification';
import { sns, sqs } from '../../../lib/trigger/sqs-sns';
import type { Trigger } from '../../../lib/types';
import { opens } from './platforms';
import { bridged, cosRecord, envelope, message, s3Event, s3Record, snsEvent, worksOf } from './uploads';

const keys: readonly string[] = [
  'gps.jpg',
  'a/b/c.jpg',
  'my photo.jpg',
  'a+b.jpg',
  'a + b.jpg',
  '100%.jpg',
  '100%25.jpg',
  'a%2Fb.jpg',
  '%2B%20+ ',
  'a//b.jpg',
  'a/../b.jpg',
  '/a.jpg',
  '//a.jpg',
  'a/',
  'a?b#c&d=e.jpg',
  "a!'()*;:@,$.jpg",
  'a\\b.jpg',
  '照片/图像.jpg',
  '📷.jpg',
  'caf\u00e9.jpg',
  'cafe\u0301.jpg',
  'a\u0001\n.jpg',
  '1250000000/photos/a.jpg',
  '/1250000000/photos/a.jpg',
  '__proto__',
];

/** As S3 writes keys: a form, but with the slash left alone. */
const formEncoded = (key: string) => encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/');
const urlEncoded = (key: string) => key.split('/').map(encodeURIComponent).join('/');
const cosUrl = (path: string) => `http://photos-1250000000.cos.ap-guangzhou.myqcloud.com/${path}`;
const cosKey = (key: string) => `/1250000000/photos/${key}`;

const created = 'ObjectCreated:Put';
const notice = (key: string) => s3Event(s3Record(created, { key: formEncoded(key) }));

const sources: readonly (readonly [string, Trigger, (key: string) => unknown])[] = [
  ['S3', s3Notification, notice],
  [
    'S3, all but letters encoded',
    s3Notification,
    (key) =>
      s3Event(
        s3Record(created, {
          key: encodeURIComponent(key).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`),
        }),
      ),
  ],
  ['Ceph', s3Notification, (key) => s3Event(s3Record(created, { key }, { eventSource: 'ceph:s3' }))],
  ['EventBridge', eventBridge, (key) => bridged('Object Created', { key })],
  ['SQS with S3', sqs, (key) => s3Event(message('m', notice(key)))],
  ['SQS with EventBridge', sqs, (key) => s3Event(message('m', bridged('Object Created', { key })))],
  ['SQS with SNS with S3', sqs, (key) => s3Event(message('m', envelope(notice(key))))],
  ['SQS with SNS with EventBridge', sqs, (key) => s3Event(message('m', envelope(bridged('Object Created', { key }))))],
  ['SNS with S3', sns, (key) => snsEvent(notice(key))],
  ['COS', cosEvent, (key) => s3Event(cosRecord('cos:ObjectCreated:Put', cosUrl(urlEncoded(key)), cosKey(key)))],
  [
    'COS, both encoded',
    cosEvent,
    (key) => s3Event(cosRecord('cos:ObjectCreated:Put', cosUrl(urlEncoded(key)), cosKey(urlEncoded(key)))),
  ],
  ['COS without key', cosEvent, (key) => s3Event(cosRecord('cos:ObjectCreated:Put', cosUrl(urlEncoded(key)), ''))],
  ['COS without url', cosEvent, (key) => s3Event(cosRecord('cos:ObjectCreated:Put', undefined, cosKey(key)))],
];

describe.each(sources)('%s', (_name, trigger, present) => {
  test.each(keys)('%j', (key) => {
    expect(opens(trigger, present(key))).toBe(true);
    expect(worksOf(trigger, present(key)).map(({ object }) => [object.bucket, object.key])).toEqual([
      [trigger === cosEvent ? 'photos-1250000000' : 'photos', key],
    ]);
  });

  test('any key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 }), (key) => {
        expect(worksOf(trigger, present(key))).toMatchObject([{ act: 'warm', object: { key } }]);
      }),
    );
  });
});
