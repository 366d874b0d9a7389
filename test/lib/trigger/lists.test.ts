import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { lambdaHttpTriggers } from '../../../lib/trigger/lambda';
import { scfTriggers } from '../../../lib/trigger/scf';
import { eventsFolder, jobOf, platforms, requestOf, sample } from './platforms';

const all = [...lambdaHttpTriggers, ...scfTriggers];

describe('samples', () => {
  test.each(platforms.map((platform) => [platform.sample, platform] as const))('%s', (name, { trigger }) => {
    const list = name.startsWith('scf-') ? scfTriggers : lambdaHttpTriggers;
    expect(list.filter((candidate) => candidate.matches(sample(name)))).toEqual([trigger]);
    expect(jobOf(trigger, sample(name))).toMatchObject({ door: trigger.name, act: 'answer' });
    const request = requestOf(trigger, sample(name));
    expect(request).toMatchObject({ method: 'GET', path: '/gps.jpg' });
    expect(request.query).toEqual([['exif', request.query[0]?.[1] ?? null]]);
    expect(request.headers.host).toMatch(/\.(com|aws)$/);
  });

  test('each trigger has one', () => {
    const files = readdirSync(eventsFolder);
    for (const { name } of all) expect(files).toContain(`${name}.json`);
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
    ['S3 notification', { Records: [{ eventSource: 'aws:s3', s3: { object: { key: 'gps.jpg' } } }] }],
    ['EventBridge', { source: 'aws.s3', 'detail-type': 'Object Created', detail: { object: { key: 'gps.jpg' } } }],
    ['S3 Batch', { invocationSchemaVersion: '1.0', tasks: [{ taskId: '1', s3Key: 'gps.jpg' }] }],
    ['timer', { Type: 'Timer', TriggerName: 'daily', Time: '2025-03-12T19:03:58Z', Message: '' }],
  ];
  test.each(odd)('%s matches none', (_name, event) => {
    for (const { matches } of all) expect(matches(event)).toBe(false);
  });

  test.each(odd)('%s gives no job', (_name, event) => {
    for (const { toJobs } of all) {
      expect(() => toJobs(event, () => 'x')).toThrow(expect.objectContaining({ code: 'InternalError' }));
    }
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
    '%s with any field of another type: what matches also gives a job',
    (name, { trigger }) => {
      const event = sample(name);
      const context = event.requestContext as Record<string, unknown> | undefined;
      for (const value of Object.values(broken)) {
        const changed = [
          ...Object.keys(event).map((field) => ({ ...event, [field]: value })),
          ...Object.keys(context ?? {}).map((field) => ({ ...event, requestContext: { ...context, [field]: value } })),
        ];
        for (const each of changed) if (trigger.matches(each)) expect(jobOf(trigger, each).door).toBe(trigger.name);
      }
    },
  );

  test.each(['httpMethod', 'path'])('without %s an event of maps matches none', (field) => {
    for (const { sample: name } of platforms) {
      const event = sample(name);
      if (!Object.hasOwn(event, field)) continue;
      delete event[field];
      for (const { matches } of all) expect(matches(event)).toBe(false);
    }
  });

  test('any JSON: none throws, at most one of a list matches, what matches gives a job', () => {
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
        for (const list of [lambdaHttpTriggers, scfTriggers]) {
          const found = list.filter(({ matches }) => matches(value));
          expect(found.length).toBeLessThanOrEqual(1);
          for (const trigger of found) expect(jobOf(trigger, value).id).not.toBe('');
        }
      }),
      { numRuns: 1000 },
    );
  });
});
