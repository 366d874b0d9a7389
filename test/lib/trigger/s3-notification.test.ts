import { lambdaUploadTriggers } from '../../../lib/trigger';
import { s3Notification } from '../../../lib/trigger/s3-notification';
import { openedBy, openersIn, opens, sample } from './platforms';
import { jobsOf, outcomesOf, permanent, replyOf, retryable, s3Event, s3Record, worksOf } from './uploads';

const eventTime = '2025-03-12T19:03:58.512Z';
const sequencer = '0067D1D86E2A6B4F10';
const warm = { act: 'warm', object: { bucket: 'photos', key: 'a.jpg', order: { lastModified: null, sequencer } } };
const forget = {
  act: 'forget',
  object: { bucket: 'photos', key: 'a.jpg', order: { lastModified: new Date(eventTime), sequencer } },
};
const ofVersion = { versionId: '096fKKXTRTtl3on89fVO.nfljtsv6qko' };

describe('event names', () => {
  const cases: readonly (readonly [string, object, readonly unknown[]])[] = [
    ['ObjectCreated:Put', {}, [warm]],
    ['ObjectCreated:Post', {}, [warm]],
    ['ObjectCreated:Copy', {}, [warm]],
    ['ObjectCreated:CompleteMultipartUpload', {}, [warm]],
    ['s3:ObjectCreated:Put', {}, [warm]],
    ['ObjectCreated:Put', ofVersion, [warm]],
    ['ObjectRemoved:Delete', {}, [forget]],
    ['s3:ObjectRemoved:Delete', {}, [forget]],
    ['ObjectRemoved:Delete', { versionId: '' }, [forget]],
    ['ObjectRemoved:Delete', { versionId: null }, [forget]],
    ['ObjectRemoved:Delete', ofVersion, [warm]],
    ['ObjectRemoved:Delete', { versionId: 'null' }, [warm]],
    ['ObjectRemoved:DeleteMarkerCreated', ofVersion, [forget]],
    ['LifecycleExpiration:Delete', {}, [forget]],
    ['LifecycleExpiration:Delete', ofVersion, [warm]],
    ['LifecycleExpiration:DeleteMarkerCreated', ofVersion, [forget]],
    ['ObjectRemoved:SomethingNew', {}, [warm]],
    ['ObjectLifecycle:Expiration:Current', {}, [warm]],
    ['ObjectLifecycle:Transition:Current', {}, []],
    ['ObjectRestore:Completed', {}, []],
    ['ObjectRestore:Post', {}, []],
    ['ObjectTagging:Put', {}, []],
    ['ObjectTagging:Delete', {}, []],
    ['ObjectAcl:Put', {}, []],
    ['ObjectAnnotation:Put', {}, []],
    ['s3:ObjectAnnotation:Put', ofVersion, []],
    ['ObjectAnnotation:Delete', {}, []],
    ['ObjectCreated:Copy', { hasObjectAnnotation: true }, [warm]],
    ['Replication:OperationFailedReplication', {}, []],
    ['LifecycleTransition', {}, []],
    ['IntelligentTiering', {}, []],
    ['ReducedRedundancyLostObject', {}, []],
    ['', {}, []],
    ['constructor', {}, []],
  ];
  test.each(cases)('%s %j', (name, object, expected) => {
    const event = s3Event(s3Record(name, { ...object }));
    expect(worksOf(s3Notification, event)).toEqual(expected);
    expect(replyOf(s3Notification, event)).toBeNull();
  });

  test.each([
    ['no sequencer', { sequencer: undefined }, {}],
    ['a sequencer that is not hex', { sequencer: 'xyz' }, {}],
    ['a sequencer of another type', { sequencer: 12 }, {}],
    ['a sequencer longer than any', { sequencer: 'a'.repeat(33) }, {}],
    ['a sequencer without end', { sequencer: 'a'.repeat(200_000) }, {}],
    ['a sequencer shorter than any', { sequencer: 'fffffff' }, {}],
    ['an empty sequencer', { sequencer: '' }, {}],
    ['no time', {}, { eventTime: undefined }],
    ['a time that is none', {}, { eventTime: '2025-13-12T19:03:58.512Z' }],
    ['a time of another form', {}, { eventTime: 'Wed, 12 Mar 2025 19:03:58 GMT' }],
  ])('a removal with %s: reading decides', (_name, object, record) => {
    const [work] = worksOf(s3Notification, s3Event(s3Record('ObjectRemoved:Delete', object, record)));
    expect(work).toMatchObject({ act: 'warm', object: { key: 'a.jpg', order: { lastModified: null } } });
  });
});

test('the event with which S3 tests notifications makes no job', () => {
  expect(opens(s3Notification, sample('s3-test'))).toBe(true);
  expect(jobsOf(s3Notification, sample('s3-test'))).toEqual([]);
  expect(openedBy(s3Notification, sample('s3-test')).reply([])).toBeNull();
});

test('each record is a job with its own request id, or a new one', () => {
  const event = s3Event(
    s3Record('ObjectCreated:Put', { key: 'a.jpg' }),
    s3Record('ObjectTagging:Put', { key: 'b.jpg' }),
    s3Record('ObjectCreated:Put', { key: 'c.jpg' }, { responseElements: { 'x-amz-request-id': 'a\nb' } }),
  );
  expect(jobsOf(s3Notification, event)).toMatchObject([
    { id: 'C3D13FE58DE4C810', trigger: 's3-notification', act: 'warm', object: { key: 'a.jpg' } },
    { id: 'new-id', trigger: 's3-notification', act: 'warm', object: { key: 'c.jpg' } },
  ]);
});

describe('Ceph 16, as captured', () => {
  const record = (eventName: string, versionId: string, sequencer: string) => ({
    eventVersion: '2.2',
    eventSource: 'ceph:s3',
    awsRegion: '',
    eventTime: '2026-11-22T10:31:13.151243Z',
    eventName,
    userIdentity: { principalId: 'tester' },
    requestParameters: { sourceIPAddress: '' },
    responseElements: { 'x-amz-request-id': 'd2f8ebf8-f9f2-4649-a48f-a224dea5c5f5.4111.11827659080002826459' },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: 'n1',
      bucket: { name: 'plain', ownerIdentity: { principalId: 'tester' }, arn: 'arn:aws:s3:::plain' },
      object: { key: 'in/some photo+é 100%25.jpg', size: 6, versionId, sequencer, metadata: [], tags: [] },
    },
    eventId: '1795343473.151249.6e809cbda0732ac4845916a59016f954',
    opaqueData: '',
  });
  const order = { lastModified: null, sequencer: null };

  // Put, put again, delete: the second sequencer is less than the first, its lowest byte comes first.
  test.each([
    ['ObjectCreated:Put', '', '71C4026BCB8E7307'],
    ['ObjectCreated:Put', '', '71C4026B45176308'],
    ['ObjectRemoved:Delete', '', '71C4026BEFE00309'],
    ['ObjectRemoved:Delete', 'Tr14khCX0SfBRY13b30HmxlCC.xu-kw', '71C4026B1ED3AA0D'],
    ['ObjectRemoved:DeleteMarkerCreated', '', '71C4026B6943410E'],
  ])('%s: the key is as it is, reading decides', (name, version, order16) => {
    expect(worksOf(s3Notification, s3Event(record(name, version, order16)))).toEqual([
      { act: 'warm', object: { bucket: 'plain', key: 'in/some photo+é 100%25.jpg', order } },
    ]);
  });
});

describe('a record that cannot be read', () => {
  const { s3: _, ...withoutS3 } = s3Record('ObjectCreated:Put');
  const broken: readonly (readonly [string, unknown])[] = [
    ['null', null],
    ['a text', 'x'],
    ['a list', []],
    ['nothing', {}],
    ['another source', s3Record('ObjectCreated:Put', {}, { eventSource: 'aws:sns' })],
    ['no s3', withoutS3],
    ['no name', s3Record('ObjectCreated:Put', {}, { eventName: undefined })],
    ['no key', s3Record('ObjectCreated:Put', { key: undefined })],
    ['an empty key', s3Record('ObjectCreated:Put', { key: '' })],
    ['a key of another type', s3Record('ObjectCreated:Put', { key: ['a.jpg'] })],
    ['a key that is badly encoded', s3Record('ObjectCreated:Put', { key: '100%.jpg' })],
    ['a key that is not UTF-8', s3Record('ObjectCreated:Put', { key: '%FF%FE' })],
    ['half a surrogate pair', s3Record('ObjectCreated:Put', { key: 'a\ud83d.jpg' })],
    ['a key that is too long', s3Record('ObjectCreated:Put', { key: '%C3%A9'.repeat(513) })],
    ['no bucket', s3Record('ObjectCreated:Put', {}, { s3: { object: { key: 'a.jpg' } } })],
    ['an inherited key', s3Record('ObjectCreated:Put', {}, { s3: Object.create({ object: { key: 'a.jpg' } }) })],
  ];
  test.each(broken)('%s: the others are run, then the event fails', (_name, record) => {
    const event = s3Event(s3Record('ObjectCreated:Put', { key: 'good.jpg' }), record);
    expect(worksOf(s3Notification, event)).toMatchObject([{ object: { key: 'good.jpg' } }]);
    expect(() => replyOf(s3Notification, event)).toThrow(
      expect.objectContaining({ name: 'ProblemError', code: 'InternalError' }),
    );
  });

  test('the longest key', () => {
    expect(worksOf(s3Notification, s3Event(s3Record('ObjectCreated:Put', { key: '%C3%A9'.repeat(512) })))).toHaveLength(
      1,
    );
  });
});

describe('reply', () => {
  const event = s3Event(s3Record('ObjectCreated:Put'), s3Record('ObjectCreated:Put', { key: 'b.jpg' }));

  test.each([
    ['no error', null],
    ['a lasting problem', permanent],
  ])('%s: the event is done', (_name, error) => {
    expect(replyOf(s3Notification, event, () => error)).toBeNull();
  });

  test.each([
    ['a problem that a later try may cure', retryable, 'BucketFault'],
    ['a bug', new TypeError('SECRET'), 'InternalError'],
    ['not an error', undefined, 'InternalError'],
  ])('%s: throws, so that the platform tries again', (_name, error, code) => {
    const outcomes = outcomesOf(s3Notification, event, (place) => (place === 1 ? error : permanent));
    const reply = (): unknown => openedBy(s3Notification, event).reply(outcomes);
    expect(reply).toThrow(expect.objectContaining({ name: 'ProblemError', code }));
    expect(reply).not.toThrow(/SECRET|jpg/);
  });

  test('outcomes of other jobs are a bug', () => {
    const [first] = outcomesOf(s3Notification, event);
    for (const outcomes of [[], [first], [first, first, first]]) {
      const { reply } = openedBy(s3Notification, event);
      expect(() => reply(outcomes.flatMap((each) => each ?? []))).toThrow(
        expect.objectContaining({ code: 'InternalError' }),
      );
    }
  });
});

test('no other trigger opens it', () => {
  expect(openersIn(lambdaUploadTriggers, sample('s3-put'))).toEqual([s3Notification]);
});

test('an annotation that this service wrote causes no work, with the members that S3 sends', () => {
  const record = s3Record('ObjectAnnotation:Put', {}, { eventVersion: '2.5' });
  const objectAnnotation = [{ name: 'bucket-exif', size: 1200, eTag: 'd41d8cd98f00b204e9800998ecf8427e' }];
  const event = s3Event({ ...record, s3: { ...(record['s3'] as object), objectAnnotation } });
  expect(worksOf(s3Notification, event)).toEqual([]);
  expect(replyOf(s3Notification, event)).toBeNull();
});

test('the minor version of an event does not matter', () => {
  for (const eventVersion of ['2.0', '2.5', '2.99'])
    expect(worksOf(s3Notification, s3Event(s3Record('ObjectCreated:Put', {}, { eventVersion })))).toEqual([warm]);
});
