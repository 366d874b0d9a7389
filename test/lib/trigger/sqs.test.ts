import { maxMessageText } from '../../../lib/limits';
import { ProblemError } from '../../../lib/problem';
import { sns, sqs } from '../../../lib/trigger/sqs-sns';
import { openedBy, sample } from './platforms';
import {
  bridged,
  envelope,
  jobsOf,
  message,
  outcomesOf,
  permanent,
  replyOf,
  retryable,
  s3Event,
  s3Record,
  snsEvent,
  worksOf,
} from './uploads';

const notice = (...keys: readonly string[]) => s3Event(...keys.map((key) => s3Record('ObjectCreated:Put', { key })));
const failed = (...ids: readonly string[]) => ({ batchItemFailures: ids.map((id) => ({ itemIdentifier: id })) });
const replyTo = (event: unknown, errorAt?: (place: number) => unknown) => replyOf(sqs, event, errorAt);

describe('bodies', () => {
  const bodies: readonly (readonly [string, unknown, readonly string[]])[] = [
    ['S3', notice('a.jpg'), ['a.jpg']],
    ['S3 with two records', notice('a.jpg', 'b.jpg'), ['a.jpg', 'b.jpg']],
    ['S3 test event', sample('s3-test'), []],
    ['EventBridge', bridged('Object Created'), ['a.jpg']],
    ['EventBridge, a kind that is not ours', bridged('Object Tags Added'), []],
    ['SNS with S3', envelope(notice('a.jpg', 'b.jpg')), ['a.jpg', 'b.jpg']],
    ['SNS with EventBridge', envelope(bridged('Object Created')), ['a.jpg']],
    ['SNS with the S3 test event', envelope(sample('s3-test')), []],
    ['S3, events that are not ours', s3Event(s3Record('ObjectRestore:Completed'), s3Record('ObjectTagging:Put')), []],
  ];
  test.each(bodies)('%s: done', (_name, body, keys) => {
    const event = s3Event(message('m1', body));
    expect(jobsOf(sqs, event)).toMatchObject(keys.map((key) => ({ id: 'm1', trigger: 'sqs', object: { key } })));
    expect(replyTo(event)).toEqual(failed());
    expect(openedBy(sqs, event).unreadable).toEqual([]);
  });

  const unreadable: readonly (readonly [string, unknown])[] = [
    ['empty', ''],
    ['no JSON', 'hello'],
    ['cut', JSON.stringify(notice('a.jpg')).slice(0, -1)],
    ['null', 'null'],
    ['a number', '7'],
    ['a list', [notice('a.jpg')]],
    ['nothing', {}],
    ['no records', { Records: [] }],
    ['another service', s3Event({ eventSource: 'aws:dynamodb', eventName: 'INSERT' })],
    ['another source of EventBridge', { ...bridged('Object Created'), source: 'my.app' }],
    ['SNS, another type', { ...envelope(notice('a.jpg')), Type: 'SubscriptionConfirmation' }],
    ['SNS without a message', { Type: 'Notification', MessageId: 'm' }],
    ['SNS in SNS', envelope(envelope(notice('a.jpg')))],
    ['SQS in SQS', s3Event(message('m', notice('a.jpg')))],
    ['own __proto__', '{"__proto__":{"Records":[{"eventSource":"aws:s3"}]}}'],
    ['nested deep', '['.repeat(100_000)],
    ['nested deep, well-formed', `${'{"Records":['.repeat(9_000)}${']}'.repeat(9_000)}`],
    ['longer than any', `${JSON.stringify(notice('a.jpg'))}${' '.repeat(maxMessageText)}`],
    ['a key that is badly encoded', notice('100%.jpg')],
    ['a key that is not there', s3Event(s3Record('ObjectCreated:Put', { key: undefined }))],
  ];
  test.each(unreadable)('%s: cannot be read, so it fails and ends in the dead-letter queue', (_name, body) => {
    const event = s3Event(message('m1', body), message('m2', notice('good.jpg')));
    expect(worksOf(sqs, event)).toMatchObject([{ object: { key: 'good.jpg' } }]);
    expect(replyTo(event)).toEqual(failed('m1'));
    expect(openedBy(sqs, event).unreadable).toEqual(['m1']);
  });

  test('a body that is not a string', () => {
    for (const body of [undefined, null, 7, notice('a.jpg')]) {
      expect(replyTo(s3Event({ ...message('m1', ''), body }))).toEqual(failed('m1'));
    }
  });

  test('a message with one record that cannot be read: the others are followed', () => {
    const event = s3Event(message('m1', notice('a.jpg', '100%.jpg', 'b.jpg')));
    expect(worksOf(sqs, event).map(({ object }) => object.key)).toEqual(['a.jpg', 'b.jpg']);
    expect(replyTo(event)).toEqual(failed('m1'));
  });
});

describe('failures', () => {
  test('all 1,024 subsets of ten messages', () => {
    const ids = Array.from({ length: 10 }, (_, i) => `id-${i}`);
    const event = s3Event(...ids.map((id) => message(id, notice(`${id}.jpg`))));
    const jobs = jobsOf(sqs, event);
    const opened = openedBy(sqs, event);
    for (let subset = 0; subset < 1024; subset++) {
      const isIn = (place: number): boolean => ((subset >> place) & 1) === 1;
      const outcomes = jobs.map((job, place) => ({ job, answer: null, error: isIn(place) ? retryable : null }));
      expect(opened.reply(outcomes)).toEqual(failed(...ids.filter((_, place) => isIn(place))));
    }
  });

  test('a message fails when any of its records does; one without jobs takes no outcome', () => {
    const event = s3Event(
      message('m1', notice('a.jpg', 'b.jpg')),
      message('m2', sample('s3-test')),
      message('m3', 'unread'),
      message('m4', notice('c.jpg', 'd.jpg', 'e.jpg')),
    );
    const replies = [0, 1, 2, 3, 4].map((bad) => replyTo(event, (place) => (place === bad ? retryable : null)));
    expect(replies).toEqual([
      failed('m1', 'm3'),
      failed('m1', 'm3'),
      failed('m3', 'm4'),
      failed('m3', 'm4'),
      failed('m3', 'm4'),
    ]);
  });

  test.each([
    ['nothing', null, false],
    ['NotAnImage', permanent, false],
    ['NoSuchKey', new ProblemError('NoSuchKey', 'x'), false],
    ['BucketFault', retryable, true],
    ['CacheFault', new ProblemError('CacheFault', 'x'), true],
    ['Timeout', new ProblemError('Timeout', 'x'), true],
    ['SlowDown', new ProblemError('SlowDown', 'x'), true],
    ['a bug', new TypeError('x'), true],
    ['not an error', undefined, true],
  ])('%s', (_name, error, fails) => {
    expect(replyTo(s3Event(message('m1', notice('a.jpg'))), () => error)).toEqual(failed(...(fails ? ['m1'] : [])));
  });

  test('outcomes of other jobs are a bug', () => {
    const event = s3Event(message('m1', notice('a.jpg')));
    expect(() => openedBy(sqs, event).reply([])).toThrow(expect.objectContaining({ code: 'InternalError' }));
  });

  test('a message without an id that fails: the whole batch does', () => {
    for (const id of [undefined, null, '', 7]) {
      const event = s3Event(message(id, 'unread'), message('m2', notice('a.jpg')));
      expect(() => replyTo(event)).toThrow(expect.objectContaining({ code: 'InternalError' }));
      expect(replyTo(s3Event(message(id, notice('a.jpg'))))).toEqual(failed());
    }
  });

  test('a record of another source in the batch', () => {
    const foreign = { ...message('m2', notice('a.jpg')), eventSource: 'aws:s3' };
    const event = s3Event(message('m1', notice('b.jpg')), foreign, null);
    expect(worksOf(sqs, event)).toHaveLength(1);
    expect(() => replyTo(event)).toThrow(expect.objectContaining({ code: 'InternalError' }));
  });
});

describe('FIFO queues', () => {
  const inGroup = (id: string, group: unknown, queue = 'uploads.fifo') =>
    message(id, notice(`${id}.jpg`), {
      attributes: { MessageGroupId: group },
      eventSourceARN: `arn:aws:sqs:us-east-1:123456789012:${queue}`,
    });

  test('later messages of the group are delivered again too', () => {
    const event = s3Event(
      inGroup('a1', 'a'),
      inGroup('b1', 'b'),
      inGroup('a2', 'a'),
      inGroup('b2', 'b'),
      inGroup('a3', 'a'),
    );
    expect(replyTo(event, (place) => (place === 2 ? retryable : null))).toEqual(failed('a2', 'a3'));
    expect(replyTo(event, (place) => (place === 0 ? retryable : null))).toEqual(failed('a1', 'a2', 'a3'));
    expect(replyTo(event, (place) => (place === 4 ? retryable : null))).toEqual(failed('a3'));
  });

  test('groups in other queues order nothing', () => {
    const event = s3Event(inGroup('a1', 'a', 'uploads'), inGroup('a2', 'a', 'uploads'));
    expect(replyTo(event, (place) => (place === 0 ? retryable : null))).toEqual(failed('a1'));
  });

  test('messages without a group are not ordered; names of the prototype are groups', () => {
    const event = s3Event(
      inGroup('a1', undefined),
      inGroup('a2', undefined),
      inGroup('p1', '__proto__'),
      inGroup('c1', 'c'),
    );
    expect(replyTo(event, (place) => (place === 0 || place === 2 ? retryable : null))).toEqual(failed('a1', 'p1'));
  });
});

describe('bounds', () => {
  test('10,000 messages are 10,000 jobs', () => {
    const event = s3Event(...Array.from({ length: 10_000 }, (_, i) => message(`m${i}`, notice('a.jpg'))));
    expect(jobsOf(sqs, event)).toHaveLength(10_000);
    expect(replyTo(event)).toEqual(failed());
  });

  test('messages beyond the limit fail, so that SQS delivers them again', () => {
    const keys = Array.from({ length: 2_000 }, () => 'a');
    const short = (id: string) => message(id, { Records: keys.map((key) => slim(key)) });
    const ids = ['m1', 'm2', 'm3', 'm4'];
    const event = s3Event(
      ...ids.map(short),
      message('m5', notice('a.jpg')),
      short('m6'),
      message('m7', notice('a.jpg')),
    );
    expect(jobsOf(sqs, event)).toHaveLength(8_001);
    expect(replyTo(event)).toEqual(failed('m6', 'm7'));
    expect(openedBy(sqs, event).unreadable).toEqual([]);
  });

  const slim = (key: string) => ({
    eventSource: 'ceph:s3',
    eventName: 'ObjectCreated:',
    s3: { bucket: { name: 'b' }, object: { key } },
  });
});

describe('SNS as the caller', () => {
  test('the sample', () => {
    expect(jobsOf(sns, sample('sns-s3'))).toMatchObject([
      {
        id: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
        trigger: 'sns',
        act: 'warm',
        object: { bucket: 'samples', key: 'gps.jpg' },
      },
    ]);
  });

  test('throws what a later try may solve, and for a message that cannot be read', () => {
    const event = snsEvent(notice('a.jpg'));
    expect(replyOf(sns, event)).toBeNull();
    const outcomes = outcomesOf(sns, event, () => retryable);
    expect(() => openedBy(sns, event).reply(outcomes)).toThrow(expect.objectContaining({ code: 'BucketFault' }));
    for (const odd of [snsEvent('hello'), { Records: [{ EventSource: 'aws:sns' }] }]) {
      expect(jobsOf(sns, odd)).toEqual([]);
      expect(() => openedBy(sns, odd).reply([])).toThrow(expect.objectContaining({ code: 'InternalError' }));
    }
  });
});
