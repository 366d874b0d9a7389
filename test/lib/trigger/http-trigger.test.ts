import type { Answer } from '../../../lib/types';
import { jobOf, openedBy, outcomeOf, platforms, requestOf, sample } from './platforms';

const answer: Answer = { status: 200, headers: { 'content-type': 'application/json', etag: '"a"' }, body: '{"é":1}' };

describe.each(platforms.map((platform) => [platform.sample, platform] as const))('%s', (name, { trigger, present }) => {
  const event = present({ path: '/gps.jpg', query: 'exif' });
  const replyTo = (sent: Record<string, unknown>, given: Answer) =>
    openedBy(trigger, sent).reply([outcomeOf(trigger, sent, given)]) as Record<string, unknown>;

  test('replies with status, headers and body', () => {
    const reply = replyTo(event, answer);
    expect(reply).toMatchObject({ statusCode: 200, body: '{"é":1}', isBase64Encoded: false });
    if (name === 'alb-multi') {
      expect(reply).not.toHaveProperty('headers');
      expect(reply.multiValueHeaders).toEqual({ 'content-type': ['application/json'], etag: ['"a"'] });
    } else {
      expect(reply).not.toHaveProperty('multiValueHeaders');
      expect(reply.headers).toEqual(answer.headers);
    }
    expect(Object.keys(reply).includes('statusDescription')).toBe(trigger.name === 'alb');
  });

  test.each([
    ['image', { 'content-type': 'image/jpeg' }],
    ['compressed text', { 'content-type': 'application/json', 'content-encoding': 'gzip' }],
  ])('replies with an %s as base64', (_, headers) => {
    const reply = replyTo(event, { status: 200, headers, body: Uint8Array.of(0xff, 0xd8, 0xff) });
    expect(reply).toMatchObject({ statusCode: 200, body: '/9j/', isBase64Encoded: true });
  });

  test('replies with a text as text, also when it was made as bytes', () => {
    const reply = replyTo(event, { ...answer, body: new TextEncoder().encode('{"é":1}') });
    expect(reply).toMatchObject({ statusCode: 200, body: '{"é":1}', isBase64Encoded: false });
  });

  test('replies with an error as with any answer', () => {
    const error = { status: 404, headers: { 'content-type': 'application/xml' }, body: '<Error/>' };
    expect(replyTo(event, error)).toMatchObject({ statusCode: 404, body: '<Error/>' });
  });

  test('HEAD, 204 and 304 have no body', () => {
    const head = present({ path: '/gps.jpg', query: 'exif', method: 'HEAD' });
    expect(requestOf(trigger, head).method).toBe('HEAD');
    expect(replyTo(head, answer)).toMatchObject({ statusCode: 200, body: '' });
    for (const status of [204, 304]) {
      expect(replyTo(event, { ...answer, status })).toMatchObject({ statusCode: status, body: '' });
    }
  });

  test('no outcome, two, or one without an answer is our fault', () => {
    const outcome = outcomeOf(trigger, event, answer);
    for (const outcomes of [[], [outcome, outcome], [{ ...outcome, answer: null }]]) {
      expect(() => openedBy(trigger, event).reply(outcomes)).toThrow(
        expect.objectContaining({ code: 'InternalError' }),
      );
    }
  });

  test('the method is as sent', () => {
    for (const method of ['get', 'OPTIONS', 'PURGE']) {
      expect(requestOf(trigger, present({ path: '/gps.jpg', method })).method).toBe(method);
    }
  });
});

describe('id', () => {
  const withId = (name: string, id: unknown): Record<string, unknown> => {
    const event = sample(name);
    if (name === 'alb') return { ...event, headers: { 'x-amzn-trace-id': id } };
    if (name === 'scf-function-url') return { ...event, headers: { 'x-scf-request-id': id } };
    return { ...event, requestContext: { ...(event.requestContext as object), requestId: id } };
  };

  describe.each(
    platforms.filter(({ sample: name }) => name !== 'alb-multi').map((each) => [each.sample, each] as const),
  )('%s', (name, { trigger }) => {
    test.each([
      'a1b2c3d4-5678-90ab-cdef-11111EXAMPLE',
      'JKJaXmPLvHcESHA=',
      'Self=1-6;Root=1-67891233-abc',
      'x'.repeat(128),
    ])('%s is kept', (id) => {
      expect(jobOf(trigger, withId(name, id)).id).toBe(id);
    });

    test.each(['', 'x'.repeat(129), 'a b', 'a\nb', 'a\n', '<b>', 'é'])('%j is replaced', (id) => {
      expect(jobOf(trigger, withId(name, id)).id).toBe('new-id');
    });
  });

  test('of another type is replaced', () => {
    const [rest] = platforms;
    for (const id of [undefined, null, 7, {}])
      expect(rest && jobOf(rest.trigger, withId('rest-api', id)).id).toBe('new-id');
  });
});
