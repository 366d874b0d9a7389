import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { lambdaBatchTriggers, lambdaHttpTriggers, lambdaUploadTriggers, scfTriggers } from '../../../lib/trigger';
import { eventsFolder, jobOf, openersIn, opens, platforms, requestOf, sample } from './platforms';
import { jobsOf, replyOf, worksOf } from './uploads';

const lists = [lambdaHttpTriggers, lambdaUploadTriggers, lambdaBatchTriggers, scfTriggers];
const all = lists.flat();

const order = { lastModified: null, sequencer: null };
const put = { lastModified: null, sequencer: '0067D1D86E2A6B4F10' };
const put2 = { lastModified: null, sequencer: '0067D1D86F01C3A2B0' };
const deleted = { lastModified: new Date('2025-03-12T19:04:48.104Z'), sequencer: '0067D1D8A0114F2C33' };
const aboutGps = { act: 'warm', object: { bucket: 'samples', key: 'gps.jpg', order: put } };
const aboutTrip = { act: 'warm', object: { bucket: 'samples', key: 'reise/Zürich 1+1.jpg', order: put2 } };
const ofCos = (key: string) => ({ act: 'warm', object: { bucket: 'samples-1250000000', key, order } });

/** The samples of uploads: the trigger that opens each, and the work it asks for. */
const uploads: readonly (readonly [sample: string, opener: string, works: readonly unknown[]])[] = [
  ['s3-put', 's3-notification', [aboutGps]],
  ['s3-delete', 's3-notification', [{ act: 'forget', object: { bucket: 'samples', key: 'gone.jpg', order: deleted } }]],
  ['s3-test', 's3-notification', []],
  ['eventbridge-created', 'eventbridge', [aboutTrip]],
  ['sqs-s3', 'sqs', [aboutGps, aboutTrip]],
  ['sqs-sns', 'sqs', [aboutGps]],
  ['sns-s3', 'sns', [aboutGps]],
  ['cos-created', 'cos-event', [ofCos('reise/Zürich 1+1.jpg')]],
  ['cos-removed', 'cos-event', [ofCos('gone.jpg')]],
];
const batches = ['s3-batch-1', 's3-batch-2'];
/** A request for many objects. */
const many = 'batch-function-url';

describe('samples', () => {
  test.each(platforms.map((platform) => [platform.sample, platform] as const))('%s', (name, { trigger }) => {
    const list = name.startsWith('scf-') ? scfTriggers : lambdaHttpTriggers;
    expect(openersIn(list, sample(name))).toEqual([trigger]);
    expect(jobOf(trigger, sample(name))).toMatchObject({ trigger: trigger.name, act: 'answer' });
    const request = requestOf(trigger, sample(name));
    expect(request).toMatchObject({ method: 'GET', path: '/gps.jpg' });
    expect(request.query).toEqual([['exif', request.query[0]?.[1] ?? null]]);
    expect(request.headers.host).toMatch(/\.(com|aws)$/);
  });

  test.each(uploads)('%s', (name, opener, works) => {
    const [trigger, ...more] = openersIn(all, sample(name));
    expect([trigger?.name, more]).toEqual([opener, []]);
    if (trigger === undefined) return;
    expect(worksOf(trigger, sample(name))).toEqual(works);
    expect(new Set(jobsOf(trigger, sample(name)).map((job) => job.trigger))).toEqual(new Set(works.map(() => opener)));
    const reply = replyOf(trigger, sample(name));
    expect(reply).toEqual(opener === 'sqs' ? { batchItemFailures: [] } : null);
  });

  test('each trigger has a sample, and exactly one trigger opens each sample', () => {
    const files = readdirSync(eventsFolder).map((file) => file.replace('.json', ''));
    const known = [...platforms.map((platform) => platform.sample), ...uploads.map(([name]) => name), ...batches, many];
    expect([...files].sort()).toEqual([...known].sort());
    const openers = files.map((name) => openersIn(all, sample(name)));
    for (const found of openers) expect(found).toHaveLength(1);
    expect(new Set(openers.flat())).toEqual(new Set(all));
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  });
});

describe('other events', () => {
  const rest = sample('rest-api');
  const odd: readonly (readonly [string, unknown])[] = [
    ['null', null],
    ['undefined', undefined],
    ['text', '{"httpMethod":"GET"}'],
    ['number', 7],
    ['list', [rest]],
    ['function', () => rest],
    ['nothing', {}],
    ['inherited', Object.create(rest)],
    ['own __proto__', JSON.parse('{"__proto__":{"httpMethod":"GET","path":"/gps.jpg"}}')],
    ['no records', { Records: [] }],
    ['records that are no list', { Records: { 0: { eventSource: 'aws:s3' } } }],
    ['a record that is none', { Records: [null, { eventSource: 'aws:s3' }] }],
    ['another source of records', { Records: [{ eventSource: 'aws:dynamodb' }] }],
    ['an inherited source', { Records: [Object.create({ eventSource: 'aws:s3', EventSource: 'aws:sns', cos: {} })] }],
    ['a source of another type', { Records: [{ eventSource: ['aws:s3'], EventSource: ['aws:sns'], cos: [] }] }],
    ['another test event', { Event: 's3:OtherEvent' }],
    ['another source of EventBridge', { source: 'aws.ec2', 'detail-type': 'Object Created' }],
    ['S3 Batch of another version', { invocationSchemaVersion: '3.0', tasks: [{ taskId: '1', s3Key: 'gps.jpg' }] }],
    ['timer', { Type: 'Timer', TriggerName: 'daily', Time: '2025-03-12T19:03:58Z', Message: '' }],
  ];
  test.each(odd)('%s: no trigger opens it', (_name, event) => {
    expect(openersIn(all, event)).toEqual([]);
  });

  const broken: Record<string, unknown> = {
    null: null,
    number: 1,
    text: 'x',
    list: [],
    map: {},
    nested: { a: { b: 1 } },
  };
  test.each(platforms.map((platform) => [platform.sample, platform] as const))(
    '%s with any field of another type: an event that is opened has a job',
    (name, { trigger }) => {
      const event = sample(name);
      const context = event.requestContext as Record<string, unknown> | undefined;
      for (const value of Object.values(broken)) {
        const changed = [
          ...Object.keys(event).map((field) => ({ ...event, [field]: value })),
          ...Object.keys(context ?? {}).map((field) => ({ ...event, requestContext: { ...context, [field]: value } })),
        ];
        for (const each of changed) if (opens(trigger, each)) expect(jobOf(trigger, each).trigger).toBe(trigger.name);
      }
    },
  );

  test.each(['httpMethod', 'path'])('without %s no trigger opens an event of maps', (field) => {
    for (const { sample: name } of platforms) {
      const event = sample(name);
      if (!Object.hasOwn(event, field)) continue;
      delete event[field];
      expect(openersIn(all, event)).toEqual([]);
    }
  });

  test('any JSON: none throws, one trigger of a list at most opens it, all jobs have an id', () => {
    const names = [
      'version',
      'requestContext',
      'httpMethod',
      'path',
      'rawPath',
      'rawQueryString',
      'headers',
      'resource',
    ];
    const event = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), fc.jsonValue()),
      fc
        .tuple(
          fc.constantFrom(...platforms.map((platform) => platform.sample)),
          fc.dictionary(fc.string(), fc.jsonValue()),
        )
        .map(([name, headers]) => ({ ...sample(name), headers })),
    );
    fc.assert(
      fc.property(event, (value) => {
        for (const list of lists) {
          const found = openersIn(list, value);
          expect(found.length).toBeLessThanOrEqual(1);
          for (const trigger of found) {
            for (const job of jobsOf(trigger, value)) expect(job.id).not.toBe('');
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});
