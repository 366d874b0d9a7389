import { cosEvent } from '../../../lib/trigger/cos-event';
import { sample } from './platforms';
import { cosRecord, jobsOf, permanent, replyOf, retryable, s3Event, worksOf } from './uploads';

const host = 'http://photos-1250000000.cos.ap-guangzhou.myqcloud.com';
const order = { lastModified: null, sequencer: null };
const warm = { act: 'warm', object: { bucket: 'photos-1250000000', key: 'a.jpg', order } };
const created = (url: unknown, key: unknown, bucket = {}) =>
  s3Event(cosRecord('cos:ObjectCreated:Put', url, key, bucket));

test.each([
  ['cos:ObjectCreated:Put', [warm]],
  ['cos:ObjectCreated:Post', [warm]],
  ['cos:ObjectCreated:Copy', [warm]],
  ['cos:ObjectCreated:Append', [warm]],
  ['cos:ObjectCreated:CompleteMultipartUpload', [warm]],
  ['cos:ObjectCreated:Origin', [warm]],
  ['cos:ObjectCreated:Replication', [warm]],
  ['cos:ObjectCreated:*', [warm]],
  ['cos:ObjectRemove:Delete', [warm]],
  ['cos:ObjectRemove:DeleteMarkerCreated', [warm]],
  ['cos:ObjectRestore:Post', []],
  ['cos:ObjectRestore:Completed', []],
  ['cos:ReplicationCreated', []],
  ['ObjectCreated:Put', []],
  ['', []],
])('%s', (name, expected) => {
  const event = s3Event(cosRecord(name, `${host}/a.jpg`, '/1250000000/photos/a.jpg'));
  expect(worksOf(cosEvent, event)).toEqual(expected);
  expect(replyOf(cosEvent, event)).toBeNull();
});

test('the samples', () => {
  const bucket = 'samples-1250000000';
  const { id, ...job } = jobsOf(cosEvent, sample('cos-created'))[0] ?? { id: '' };
  expect(id).toBe('NjdkMWQ4NmVfMjViMjU4NjRfMTUyMV8yNzhhZjM=');
  expect(job).toEqual({ trigger: 'cos-event', act: 'warm', object: { bucket, key: 'reise/Zürich 1+1.jpg', order } });
  expect(worksOf(cosEvent, sample('cos-removed'))).toEqual([
    { act: 'warm', object: { bucket, key: 'gone.jpg', order } },
  ]);
});

describe('where url and key differ', () => {
  const cases: readonly (readonly [string, unknown, unknown, string | null])[] = [
    ['url not encoded', `${host}/图 1.jpg`, '/1250000000/photos/图 1.jpg', '图 1.jpg'],
    ['url not encoded, with a percent sign', `${host}/100%.jpg`, '/1250000000/photos/100%.jpg', '100%.jpg'],
    ['url not encoded, with a question mark', `${host}/a?b#c.jpg`, '/1250000000/photos/a?b#c.jpg', 'a?b#c.jpg'],
    ['another domain', 'https://img.example.com/a.jpg', '/1250000000/photos/a.jpg', 'a.jpg'],
    ['encoded differently', `${host}/%e5%9b%be+1.jpg`, '/1250000000/photos/%E5%9B%BE%2B1.jpg', '图+1.jpg'],
    ['key without its prefix', `${host}/a.jpg`, 'a.jpg', null],
    ['key of another bucket', `${host}/a.jpg`, '/1250000000/other/a.jpg', null],
    ['two keys', `${host}/a.jpg`, '/1250000000/photos/b.jpg', null],
    ['no object in the url', `${host}/`, '/1250000000/photos/a.jpg', null],
    ['no url at all', 'a.jpg', '/1250000000/photos/a.jpg', null],
    ['neither', undefined, undefined, null],
    ['both empty', '', '', null],
    ['other types', 7, ['a.jpg'], null],
    ['url badly encoded, no key', `${host}/100%.jpg`, '', null],
  ];
  test.each(cases)('%s: %j, %j is %j', (_name, url, key, expected) => {
    const event = created(url, key);
    expect(worksOf(cosEvent, event).map(({ object }) => object.key)).toEqual(expected === null ? [] : [expected]);
    const reply = (): unknown => replyOf(cosEvent, event);
    if (expected === null) expect(reply).toThrow(expect.objectContaining({ code: 'InternalError' }));
    else expect(reply()).toBeNull();
  });
});

test.each([
  ['a number', { appid: 1250000000 }, 'photos-1250000000'],
  ['absent', { appid: undefined }, null],
  ['another', { appid: '1250000001' }, null],
  ['an object', { appid: { toString: 7 } }, null],
  ['of a bucket without a name', { name: '' }, null],
])('appid %s', (_name, bucket, expected) => {
  const works = worksOf(cosEvent, created(`${host}/a.jpg`, '/1250000000/photos/a.jpg', bucket));
  expect(works.map(({ object }) => object.bucket)).toEqual(expected === null ? [] : [expected]);
});

test('fails only for what a later try may cure, and says nothing of the event', () => {
  const event = created(`${host}/a.jpg`, '/1250000000/photos/a.jpg');
  expect(replyOf(cosEvent, event, () => permanent)).toBeNull();
  for (const [sent, error] of [
    [event, retryable],
    [s3Event(cosRecord('cos:ObjectCreated:Put', `${host}/a.jpg`, '/1250000000/photos/b.jpg')), null],
  ] as const) {
    const reply = (): unknown => replyOf(cosEvent, sent, () => error);
    expect(reply).toThrow(expect.objectContaining({ name: 'ProblemError' }));
    expect(reply).not.toThrow(/SECRET|jpg/);
  }
});
