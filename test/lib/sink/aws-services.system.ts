// The sinks in EventBridge, SQS and SNS, through the real clients of the SDK, against servers that play these services.
import type { ProblemError } from '../../../lib/problem';
import type { AwsService } from '../../../testing/servers/aws-service';
import { startEventBridge } from '../../../testing/servers/eventbridge';
import { serverEnv } from '../../../testing/servers/signed-http';
import { startSns } from '../../../testing/servers/sns';
import { startSqs } from '../../../testing/servers/sqs';
import { soon } from '../bucket/contract';
import { deliverAll, metadataState, readState, removedState, sinksAt, unreadableState } from './states';

jest.setTimeout(60_000); // a busy machine

const open: AwsService[] = [];
afterEach(() => Promise.all(open.splice(0).map((service) => service.close())));

/** A service that is closed after the test. */
async function started<Service extends AwsService>(starting: Promise<Service>): Promise<Service> {
  const service = await starting;
  open.push(service);
  return service;
}

type Sent = Readonly<{ id: string; key: string; order: number; cut?: string; record?: { make?: string } }>;
type Opened = Readonly<{
  service: AwsService;
  location: string;
  /** The messages that the service accepted. */
  sent(): readonly Sent[];
  /** Refuses messages about these keys with a code, while it accepts others of the call. */
  refuse(keys: readonly string[], code: string): void;
}>;

const sqsArn = 'arn:aws:sqs:eu-west-1:123456789012:images';
const snsArn = 'arn:aws:sns:eu-west-1:123456789012:images';
const parse = (text: string | undefined): Sent => JSON.parse(text ?? 'null');
const keyRefusal =
  (keys: readonly string[], code: string) =>
  (text: string | undefined): string | null =>
    keys.includes(parse(text).key) ? code : null;

const services: Readonly<Record<string, () => Promise<Opened>>> = {
  async eventbridge() {
    const service = await started(startEventBridge('photos'));
    return {
      service,
      location: `eventbridge:photos?region=eu-west-1&endpoint=${service.endpoint.origin}`,
      sent: () => service.events.map(({ Detail }) => parse(Detail)),
      refuse: (keys, code) => {
        service.refusals.of = ({ Detail }) => keyRefusal(keys, code)(Detail);
      },
    };
  },
  async sqs() {
    const service = await started(startSqs('123456789012/images'));
    return {
      service,
      location: `sqs:${sqsArn}?endpoint=${service.endpoint.origin}`,
      sent: () => service.messages.map(({ MessageBody }) => parse(MessageBody)),
      refuse: (keys, code) => {
        service.refusals.of = ({ MessageBody }) => keyRefusal(keys, code)(MessageBody);
      },
    };
  },
  async sns() {
    const service = await started(startSns(snsArn));
    return {
      service,
      location: `sns:${snsArn}?endpoint=${service.endpoint.origin}`,
      sent: () => service.messages.map(({ Message }) => parse(Message)),
      refuse: (keys, code) => {
        service.refusals.of = ({ Message }) => keyRefusal(keys, code)(Message);
      },
    };
  },
};

const keysOf = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `${at}.jpg`);

/** The name that messages give to each sink. */
const names: Readonly<Record<string, string>> = {
  eventbridge: 'eventbridge:photos',
  sqs: 'sqs:images',
  sns: 'sns:images',
};

describe.each(Object.keys(services))('%s', (kind) => {
  let opened: Opened;
  beforeEach(async () => {
    opened = (await services[kind]?.()) as Opened;
  });

  const keys = keysOf;
  const fault = (key: string, reason: string): string => `Cannot send "photos/${key}" to ${names[kind]}: ${reason}`;

  test('messages that arrive together are sent together, ten in a call', async () => {
    const states = keys(23).map((key, at) => readState(key, at + 1));
    expect(await deliverAll(sinksAt([opened.location]), states)).toEqual(states.map(() => null));
    expect(
      opened
        .sent()
        .map(({ key }) => key)
        .sort(),
    ).toEqual([...keys(23)].sort());
    expect(opened.service.calls).toHaveLength(3);
    expect(new Set(opened.sent().map(({ id }) => id)).size).toBe(23);
  });

  test('a refused message of ten fails alone, with its code and without the text of the service', async () => {
    opened.refuse(['3.jpg'], 'InternalFailure');
    const results = await deliverAll(
      sinksAt([opened.location]),
      keys(10).map((key) => readState(key, 1)),
    );
    expect(results).toEqual(
      keys(10).map((key) => (key === '3.jpg' ? fault(key, 'refused with InternalFailure') : null)),
    );
    expect(opened.sent()).toHaveLength(9);
    opened.refuse(['4.jpg'], 'top secret 1');
    expect(await deliverAll(sinksAt([opened.location]), [readState('4.jpg', 1)])).toEqual([
      fault('4.jpg', 'refused with unknown error'),
    ]);
  });

  test.each(['throttle', 'broken', 'reset', 'lost'] as const)('%s is tried again', async (name) => {
    opened.service.faults.push(name);
    expect(await deliverAll(sinksAt([opened.location]), [readState('a.jpg', 1)])).toEqual([null]);
    // What was done before the connection ended is done twice: at least once.
    expect(opened.sent().map(({ key, order }) => [key, order])).toEqual(
      Array.from({ length: name === 'lost' ? 2 : 1 }, () => ['a.jpg', 1]),
    );
  });

  test.each([
    ['throttle', /: (ThrottlingException|RequestThrottled|Throttling)$/],
    ['broken', /: InternalFailure$/],
    ['reset', /: [A-Za-z]+$/],
  ] as const)('%s for good is SinkFault for every message, and the next call works', async (name, reason) => {
    opened.service.faults.push(name, name, name);
    const sinks = sinksAt([opened.location]);
    const results = await deliverAll(sinks, [readState('a.jpg', 1), removedState('b.jpg', 2)]);
    expect(results).toEqual([expect.stringMatching(reason), expect.stringMatching(reason)]);
    expect(results.join()).not.toContain('secret');
    expect(await deliverAll(sinks, [readState('a.jpg', 1)])).toEqual([null]);
  });

  test('a service that never answers is SinkFault in time', async () => {
    opened.service.faults.push('hang', 'hang');
    const sinks = sinksAt([opened.location], { limits: { tryMs: 50 }, maxTries: 2 });
    expect(await deliverAll(sinks, [readState('a.jpg', 1)])).toEqual([fault('a.jpg', 'TimeoutError')]);
    opened.service.faults.push('hang');
    const patient = sinksAt([opened.location], { limits: { tryMs: 60_000 } });
    await expect(patient.deliver(readState('a.jpg', 1), AbortSignal.timeout(50))).rejects.toMatchObject({
      code: 'Timeout',
    });
  });

  test('long messages share a call only as far as it takes them, and a longer one is cut', async () => {
    const states = keys(4).map((key) => metadataState(key, 1, { title: 't'.repeat(100_000) }));
    expect(await deliverAll(sinksAt([opened.location]), states)).toEqual([null, null, null, null]);
    expect(opened.service.calls.length).toBe(2);
    const long = metadataState('long.jpg', 1, { make: 'Canon', tags: { Software: 'é'.repeat(150_000) } });
    expect(await deliverAll(sinksAt([opened.location]), [long])).toEqual([null]);
    const { cut, record } = opened.sent().find(({ key }) => key === 'long.jpg') ?? {};
    expect([cut, record]).toEqual(['tags', { make: 'Canon' }]);
  });

  test('every character arrives as it is, also those that XML cannot have', async () => {
    const odd = 'a b+%&="<é\u{1f600}\u0001\ufffe\uffff\ud800\u2028.jpg';
    expect(await deliverAll(sinksAt([opened.location]), [readState(odd, 1)])).toEqual([null]);
    expect(opened.sent()).toMatchObject([{ key: odd }]);
  });

  test('a wrong secret, and a missing one, are named without the values', async () => {
    const wrong = { ...serverEnv, AWS_SECRET_ACCESS_KEY: 'wrong-secret' };
    const [refused] = await deliverAll(sinksAt([opened.location], { env: wrong }), [readState('a.jpg', 1)]);
    expect(refused).toBe(fault('a.jpg', 'InvalidSignatureException'));
    const half = { AWS_ACCESS_KEY_ID: 'AKIDSERVER' };
    const error = await sinksAt([opened.location], { env: half })
      .deliver(readState('a.jpg', 1), soon(5000))
      .catch((thrown: ProblemError) => thrown);
    expect(error).toMatchObject({ code: 'SinkFault' });
    expect((error as Error).message).toContain('AWS_SECRET_ACCESS_KEY is not set');
    expect((error as Error).cause).toBeUndefined();
  });

  test('credentials are read at each call: they rotate', async () => {
    const env = { ...serverEnv, AWS_SECRET_ACCESS_KEY: 'old' };
    const sinks = sinksAt([opened.location], { env });
    expect(await deliverAll(sinks, [readState('a.jpg', 1)])).not.toEqual([null]);
    Object.assign(env, serverEnv);
    expect(await deliverAll(sinks, [readState('a.jpg', 1)])).toEqual([null]);
  });

  test('all three kinds of message arrive', async () => {
    const sinks = sinksAt([opened.location]);
    for (const state of [readState('a.jpg', 1), unreadableState('b.jpg', 2), removedState('c.jpg', 3)])
      expect(await deliverAll(sinks, [state])).toEqual([null]);
    expect(opened.sent()).toMatchObject([
      { type: 'read', key: 'a.jpg', style: 'flat', record: { make: 'Canon' } },
      { type: 'unreadable', key: 'b.jpg', code: 'NotAnImage' },
      { type: 'removed', key: 'c.jpg' },
    ]);
  });
});

test('several sinks get every message, and one that fails is named', async () => {
  const [queue, topic] = [await started(startSqs('123456789012/images')), await started(startSns(snsArn))];
  const locations = [
    `sqs:${sqsArn}?endpoint=${queue.endpoint.origin}`,
    `sns:${snsArn}?endpoint=${topic.endpoint.origin}`,
  ];
  topic.refusals.of = () => 'InternalError';
  expect(await deliverAll(sinksAt(locations), [readState('a.jpg', 1)])).toEqual([
    'Cannot send "photos/a.jpg" to sns:images: refused with InternalError',
  ]);
  expect(queue.messages).toHaveLength(1);
});

test('an event of EventBridge has source, type and object; a bus can be an ARN', async () => {
  const service = await started(startEventBridge('photos'));
  const arn = 'arn:aws:events:eu-west-1:123456789012:event-bus/photos';
  const sinks = sinksAt([`eventbridge:${arn}?endpoint=${service.endpoint.origin}`]);
  for (const state of [readState('a/é 1.jpg', 1), unreadableState('b.jpg', 2), removedState('c.jpg', 3)])
    expect(await deliverAll(sinks, [state])).toEqual([null]);
  expect(service.events).toMatchObject([
    {
      EventBusName: arn,
      Source: 'bucket-exif',
      DetailType: 'Image read',
      Resources: ['arn:aws:s3:::photos/a/é 1.jpg'],
    },
    { DetailType: 'Image unreadable' },
    { DetailType: 'Image removed' },
  ]);
});

test('ten messages of the longest kind fit into one call of EventBridge', async () => {
  const service = await started(startEventBridge('photos'));
  const sinks = sinksAt([`eventbridge:photos?region=eu-west-1&endpoint=${service.endpoint.origin}`]);
  const record = { title: 't'.repeat(22_400) };
  const states = keysOf(10).map((_, at) => metadataState(`${at}${'k'.repeat(1023)}`, 1, record, 'b'.repeat(63)));
  expect(await deliverAll(sinks, states)).toEqual(states.map(() => null));
  expect(service.calls.length).toBe(1);
});

test('a FIFO queue and a FIFO topic get a group for each object, and a state that is sent again is there once', async () => {
  const [queue, topic] = [
    await started(startSqs('123456789012/images.fifo')),
    await started(startSns(`${snsArn}.fifo`)),
  ];
  const sinks = sinksAt([
    `sqs:${sqsArn}.fifo?endpoint=${queue.endpoint.origin}`,
    `sns:${snsArn}.fifo?endpoint=${topic.endpoint.origin}`,
  ]);
  queue.faults.push('lost');
  const states = [readState('a.jpg', 1), readState('a.jpg', 2), readState('b.jpg', 1), readState('a.jpg', 1)];
  expect(await deliverAll(sinks, states)).toEqual([null, null, null, null]);
  for (const messages of [queue.messages, topic.messages]) {
    expect(messages).toHaveLength(3);
    const [first, second, other] = messages.map(({ MessageGroupId }) => MessageGroupId);
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(second).toBe(first);
    expect(other).not.toBe(first);
  }
});

test('messages of a topic have attributes for filter policies', async () => {
  const topic = await started(startSns(snsArn));
  const sinks = sinksAt([`sns:${snsArn}?endpoint=${topic.endpoint.origin}`]);
  for (const state of [readState('a.jpg', 1), removedState('b.jpg', 1)]) await deliverAll(sinks, [state]);
  expect(topic.messages.map(({ attributes }) => attributes)).toEqual([
    { type: 'read', bucket: 'photos', style: 'flat' },
    { type: 'removed', bucket: 'photos' },
  ]);
});

test('a queue or topic that does not exist is named', async () => {
  const [queue, topic] = [await started(startSqs('123456789012/other')), await started(startSns(`${snsArn}-other`))];
  const locations = [
    `sqs:${sqsArn}?endpoint=${queue.endpoint.origin}`,
    `sns:${snsArn}?endpoint=${topic.endpoint.origin}`,
  ];
  const results = await Promise.all(locations.map((text) => deliverAll(sinksAt([text]), [readState('a.jpg', 1)])));
  expect(results.flat().map((text) => text?.replace(/Exception$/, ''))).toEqual([
    'Cannot send "photos/a.jpg" to sqs:images: QueueDoesNotExist',
    'Cannot send "photos/a.jpg" to sns:images: NotFound',
  ]);
});
