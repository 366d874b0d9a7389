// Events of uploads for tests: records as each platform writes them, and what a trigger makes of an event.

import { ProblemError } from '../../../lib/problem';
import type { Job, ObjectEvent, Outcome, Trigger } from '../../../lib/types';
import { type Event, openedBy } from './platforms';

/** A record of an S3 notification; `object` and `record` change what it says. */
export function s3Record(eventName: string, object: Event = {}, record: Event = {}): Event {
  return {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: 'us-east-1',
    eventTime: '2025-03-12T19:03:58.512Z',
    eventName,
    responseElements: { 'x-amz-request-id': 'C3D13FE58DE4C810' },
    s3: { bucket: { name: 'photos' }, object: { key: 'a.jpg', sequencer: '0067D1D86E2A6B4F10', ...object } },
    ...record,
  };
}

export function s3Event(...records: readonly unknown[]): Event {
  return { Records: records };
}

/** An event of EventBridge; `object` and `detail` change what it says. */
export function bridged(type: string, object: Event = {}, detail: Event = {}): Event {
  return {
    version: '0',
    id: '17793124-05d4-b198-2fde-7ededc63b103',
    'detail-type': type,
    source: 'aws.s3',
    time: '2025-03-12T19:03:59Z',
    detail: {
      bucket: { name: 'photos' },
      object: { key: 'a.jpg', sequencer: '0067D1D86E2A6B4F10', ...object },
      ...detail,
    },
  };
}

/** A message of SQS around `body`: a text as it is, all else as JSON. */
export function message(id: unknown, body: unknown, record: Event = {}): Event {
  return {
    messageId: id,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes: { ApproximateReceiveCount: '1' },
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:uploads',
    ...record,
  };
}

export function envelope(body: unknown): Event {
  return { Type: 'Notification', MessageId: 'm', Message: typeof body === 'string' ? body : JSON.stringify(body) };
}

export function snsEvent(body: unknown): Event {
  return { Records: [{ EventSource: 'aws:sns', EventVersion: '1.0', Sns: envelope(body) }] };
}

/** A record of COS about `key`, whose URL is `url`. */
export function cosRecord(eventName: string, url: unknown, key: unknown, bucket: Event = {}): Event {
  return {
    cos: {
      cosObject: { url, key, meta: { 'x-cos-request-id': 'NjdkMWQ4' } },
      cosBucket: { name: 'photos', appid: '1250000000', ...bucket },
    },
    event: { eventName, eventTime: 1545205770, requestParameters: { requestHeaders: { Authorization: 'SECRET' } } },
  };
}

export function jobsOf(trigger: Trigger, event: unknown): readonly Job[] {
  return openedBy(trigger, event).jobs;
}

/** What the jobs of an event are about, as `act key`, or the whole object with its order. */
export function worksOf(trigger: Trigger, event: unknown): readonly Readonly<{ act: string; object: ObjectEvent }>[] {
  return jobsOf(trigger, event).map((job) => {
    if (job.act === 'answer') throw new Error('the job must be about an object');
    return { act: job.act, object: job.object };
  });
}

/** Outcomes of all jobs of an event, with an error where `errorAt` gives one. */
export function outcomesOf(
  trigger: Trigger,
  event: unknown,
  errorAt: (place: number) => unknown = () => null,
): readonly Outcome[] {
  return jobsOf(trigger, event).map((job, place) => ({ job, answer: null, error: errorAt(place) }));
}

/** The reply when all jobs of an event have run, with an error where `errorAt` gives one. */
export function replyOf(trigger: Trigger, event: unknown, errorAt?: (place: number) => unknown): unknown {
  return openedBy(trigger, event).reply(outcomesOf(trigger, event, errorAt));
}

export const retryable = new ProblemError('BucketFault', 'Cannot read');
export const permanent = new ProblemError('NotAnImage', 'Cannot read');
