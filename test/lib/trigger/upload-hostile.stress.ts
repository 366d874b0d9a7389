// Whatever an upload event contains: valid jobs, or a ProblemError; never anything else, and never slow.

import fc from 'fast-check';
import { maxEventJobs, maxKeyBytes } from '../../../lib/limits';
import { ProblemError } from '../../../lib/problem';
import { lambdaUploadTriggers, scfTriggers } from '../../../lib/trigger';
import { s3Notification } from '../../../lib/trigger/s3-notification';
import type { Job, Trigger } from '../../../lib/types';
import { openedBy, openersIn, sample } from './platforms';
import { jobsOf, message, outcomesOf, replyOf, retryable, s3Event } from './uploads';

const samples = ['s3-delete', 'eventbridge-created', 'sqs-sns', 'sns-s3', 'cos-created'];
const lists = [lambdaUploadTriggers, scfTriggers];

const deep = JSON.parse(`${'{"Records":['.repeat(500)}${']}'.repeat(500)}`);
const odd: readonly (readonly [string, unknown])[] = [
  ['null', null],
  ['a number', 1],
  ['an empty text', ''],
  ['a text', 'x'],
  ['a name of the prototype', '__proto__'],
  ['half a surrogate pair', '\ud83d'],
  ['a long text', 'x'.repeat(300_000)],
  ['percent signs', '%'.repeat(10_000)],
  ['a list', []],
  ['an object', {}],
  ['an object that makes no text', { toString: 1, valueOf: 1 }],
  ['own prototype names', JSON.parse('{"__proto__":{"key":"a"},"constructor":{"name":"b"},"hasOwnProperty":1}')],
  ['nested deep', deep],
];

/** What is wrong with how the handlers would take an event. (One `expect` for each would take most of the time.) */
function flawsOf(event: unknown): readonly string[] {
  return lists.flatMap((list) => {
    const found = openersIn(list, event);
    const flaws = found.flatMap((trigger) => flawsBy(trigger, event));
    return found.length > 1 ? ['more than one match', ...flaws] : flaws;
  });
}

function flawsBy(trigger: Trigger, event: unknown): readonly string[] {
  const outcomes = outcomesOf(trigger, event, () => retryable);
  const replies = [outcomes.map((outcome) => ({ ...outcome, error: null })), outcomes].flatMap((each) => {
    try {
      openedBy(trigger, event).reply(each);
      return [];
    } catch (thrown) {
      return thrown instanceof ProblemError ? [] : [`reply: ${String(thrown)}`];
    }
  });
  return [...replies, ...outcomes.flatMap(({ job }) => (isSound(job) ? [] : [JSON.stringify(job)]))];
}

function isSound(job: Job): boolean {
  if (job.act === 'answer') return false;
  const { bucket, key, order } = job.object;
  if (typeof bucket !== 'string' || bucket === '' || typeof key !== 'string' || key === '') return false;
  if (!key.isWellFormed() || new TextEncoder().encode(key).length > maxKeyBytes) return false;
  if (order.sequencer !== null && !/^[0-9a-f]+$/i.test(order.sequencer)) return false;
  const time = order.lastModified?.getTime() ?? null;
  return job.act === 'forget' ? Number.isFinite(time) && order.sequencer !== null : time === null;
}

/** The value with each of its parts replaced in turn, at any depth, also inside texts that are JSON. */
function* changes(value: unknown, by: unknown): Generator<unknown> {
  yield by;
  if (Array.isArray(value)) {
    for (const [i, part] of value.entries()) {
      for (const changed of changes(part, by)) yield value.with(i, changed);
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, part] of Object.entries(value)) {
      for (const changed of changes(part, by)) yield { ...value, [name]: changed };
    }
  } else if (typeof value === 'string' && value.startsWith('{')) {
    for (const changed of changes(JSON.parse(value), by)) yield JSON.stringify(changed) ?? '';
  }
}

describe.each(samples)('%s', (name) => {
  test.each(odd)('any part of it is %s', (_name, by) => {
    expect([...changes(sample(name), by)].flatMap(flawsOf)).toEqual([]);
  });

  test('any part of it is not there', () => {
    expect([...changes(sample(name), undefined)].flatMap(flawsOf)).toEqual([]);
  });
});

test('any JSON as records, as a message, as a detail', () => {
  const names = fc.constantFrom(
    'eventSource',
    'EventSource',
    's3',
    'cos',
    'event',
    'Sns',
    'body',
    'eventName',
    'object',
  );
  const values = fc.oneof(fc.constantFrom('aws:s3', 'aws:sqs', 'aws:sns', 'ObjectCreated:Put'), fc.jsonValue());
  const record = fc.dictionary(fc.oneof(names, fc.string()), values);
  fc.assert(
    fc.property(fc.array(record), fc.jsonValue(), (records, value) => {
      const events = [
        s3Event(...records),
        s3Event(message('m', value), message('m', { Records: records })),
        { source: 'aws.s3', 'detail-type': 'Object Created', detail: value },
      ];
      expect(events.flatMap(flawsOf)).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('a notification with more records than Lambda takes messages: bounded, and the event fails', () => {
  const [record] = sample('s3-put').Records as unknown[];
  const event = s3Event(...Array.from({ length: maxEventJobs + 1 }, () => record));
  expect(jobsOf(s3Notification, event)).toHaveLength(maxEventJobs);
  expect(() => replyOf(s3Notification, event)).toThrow(ProblemError);
});
