import { eventBridge } from '../../../lib/trigger/eventbridge';
import { openedBy, opens, sample } from './platforms';
import { bridged, jobsOf, outcomesOf, permanent, replyOf, retryable, worksOf } from './uploads';

const sequencer = '0067D1D86E2A6B4F10';
const warm = { act: 'warm', object: { bucket: 'photos', key: 'a.jpg', order: { lastModified: null, sequencer } } };
const forget = {
  act: 'forget',
  object: { bucket: 'photos', key: 'a.jpg', order: { lastModified: new Date('2025-03-12T19:03:59Z'), sequencer } },
};
const version = { 'version-id': 'IYV3p45BT0ac8hjHg1houSdS1a.Mro8e' };

const cases: readonly (readonly [string, object, object, readonly unknown[]])[] = [
  ['Object Created', {}, { reason: 'PutObject' }, [warm]],
  ['Object Created', version, { reason: 'CompleteMultipartUpload' }, [warm]],
  ['Object Created', {}, { reason: 'CopyObject', 'deletion-type': 'Permanently Deleted' }, [warm]],
  ['Object Deleted', {}, { reason: 'DeleteObject', 'deletion-type': 'Permanently Deleted' }, [forget]],
  ['Object Deleted', {}, { reason: 'Lifecycle Expiration', 'deletion-type': 'Permanently Deleted' }, [forget]],
  ['Object Deleted', version, { reason: 'DeleteObject', 'deletion-type': 'Permanently Deleted' }, [warm]],
  ['Object Deleted', version, { reason: 'DeleteObject', 'deletion-type': 'Delete Marker Created' }, [forget]],
  ['Object Deleted', {}, { reason: 'DeleteObject' }, [warm]],
  ['Object Restore Initiated', {}, {}, []],
  ['Object Restore Completed', {}, {}, []],
  ['Object Restore Expired', {}, {}, []],
  ['Object Storage Class Changed', {}, {}, []],
  ['Object Access Tier Changed', {}, {}, []],
  ['Object ACL Updated', {}, {}, []],
  ['Object Tags Added', {}, {}, []],
  ['Object Tags Deleted', {}, {}, []],
  // The detail-type of annotations is not documented: every other text than those of created and deleted objects is ignored.
  ['Object Annotation Created', {}, { 'object-annotation': [{ name: 'bucket-exif', size: 1200, etag: 'd41d' }] }, []],
  ['Object Annotation Put', {}, {}, []],
  ['Object Annotation Deleted', version, {}, []],
  ['Object Created', { 'has-object-annotation': true }, { reason: 'CopyObject' }, [warm]],
  ['AWS API Call via CloudTrail', {}, {}, []],
  ['', {}, {}, []],
];

test.each(cases)('%s %j %j', (type, object, detail, expected) => {
  const event = bridged(type, { ...object }, { ...detail, object: { key: 'a.jpg', sequencer, ...object } });
  expect(opens(eventBridge, event)).toBe(true);
  expect(worksOf(eventBridge, event)).toEqual(expected);
  expect(replyOf(eventBridge, event)).toBeNull();
});

test('the id is that of the event', () => {
  expect(jobsOf(eventBridge, sample('eventbridge-created'))).toMatchObject([
    { id: '17793124-05d4-b198-2fde-7ededc63b103', trigger: 'eventbridge', act: 'warm' },
  ]);
});

test.each([
  ['no detail', { ...bridged('Object Created'), detail: null }],
  ['no object', { ...bridged('Object Created'), detail: { bucket: { name: 'photos' } } }],
  ['no bucket', { ...bridged('Object Created'), detail: { object: { key: 'a.jpg' } } }],
  ['a key of another type', bridged('Object Deleted', { key: 7 })],
])('%s: no job, and the event fails', (_name, event) => {
  expect(jobsOf(eventBridge, event)).toEqual([]);
  expect(() => openedBy(eventBridge, event).reply([])).toThrow(expect.objectContaining({ code: 'InternalError' }));
});

test('only what a later try may cure fails', () => {
  const event = bridged('Object Created');
  expect(replyOf(eventBridge, event, () => permanent)).toBeNull();
  const outcomes = outcomesOf(eventBridge, event, () => retryable);
  expect(() => openedBy(eventBridge, event).reply(outcomes)).toThrow(expect.objectContaining({ code: 'BucketFault' }));
});

test.each([
  ['another source', { ...bridged('Object Created'), source: 'my.app' }],
  ['no type', { ...bridged('Object Created'), 'detail-type': undefined }],
  ['a list', [bridged('Object Created')]],
])('%s: no match', (_name, event) => {
  expect(opens(eventBridge, event)).toBe(false);
});
