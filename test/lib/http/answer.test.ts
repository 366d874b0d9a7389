import { type AnswerSettings, answerProblem, answerView, type RequestContext } from '../../../lib/http/answer';
import { answerETag } from '../../../lib/http/conditional';
import { type ProblemCode, ProblemError } from '../../../lib/problem';
import { problems } from '../../../lib/problem-table';
import type { HttpRequest, ObjectStat } from '../../../lib/types';

const settings: AnswerSettings = { cacheControl: 'private, no-cache', corsOrigins: [], revision: '' };
const now = new Date(Date.UTC(2026, 0, 2, 3, 4, 5));
const stat: ObjectStat = { size: 9, etag: '"abc"', lastModified: new Date(Date.UTC(2020, 1, 2)) };
const cos = { id: 'cos', weak: false };
const content = { type: 'application/json', body: '{"error" : "no exif data"}' };

function contextOf(more: Partial<HttpRequest> = {}, given: Partial<AnswerSettings> = {}): RequestContext {
  const request = {
    method: 'GET',
    path: '/test_404',
    pathDecoded: false,
    query: [],
    headers: { host: 'h.example' },
    ...more,
  };
  return { id: 'id-1', now, request, settings: { ...settings, ...given } };
}

const accepting = (accept: string) => contextOf({ headers: { host: 'h.example', accept } });

describe('answerView', () => {
  test('an image without EXIF is a success with the exact text of the contract', () => {
    const answer = answerView(contextOf(), cos, { stat, content });
    expect(answer.status).toBe(200);
    expect(answer.body).toBe('{"error" : "no exif data"}');
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': '26',
      date: 'Fri, 02 Jan 2026 03:04:05 GMT',
      'last-modified': 'Sun, 02 Feb 2020 00:00:00 GMT',
      'cache-control': 'private, no-cache',
      'x-content-type-options': 'nosniff',
      'x-cos-request-id': btoa('id-1'),
    });
  });

  test('two answers about one version have headers of their own, with the tag of their view and revision', () => {
    const tagOf = (id: string, revision: string) =>
      answerView(contextOf({}, { revision }), { id, weak: false }, { stat, content }).headers['etag'];
    const tags = [tagOf('cos', ''), tagOf('flat', ''), tagOf('cos', '2'), tagOf('cos', '')];
    expect(new Set(tags).size).toBe(3);
    expect(tags[3]).toBe(tags[0]);
    const [one, other] = [1, 2].map(() => answerView(contextOf(), cos, { stat, content }));
    expect(one).toEqual(other);
    expect(one?.headers).not.toBe(other?.headers);
  });

  test('HEAD has the headers of GET and no body', () => {
    const get = answerView(contextOf(), cos, { stat, content });
    const head = answerView(contextOf({ method: 'HEAD' }), cos, { stat, content });
    expect(head).toEqual({ ...get, body: '' });
  });

  test('304 has ETag and no content headers', () => {
    const answer = answerView(contextOf(), cos, { stat, content: null });
    expect(answer).toMatchObject({ status: 304, body: '' });
    expect(answer.headers['etag']).toBe(answerETag(stat, cos, ''));
    expect(answer.headers).not.toHaveProperty('content-length');
  });

  test('an object without ETag or Last-Modified gets an answer without them', () => {
    const { headers } = answerView(contextOf(), cos, { stat: { size: 9, etag: null, lastModified: null }, content });
    expect(headers).not.toHaveProperty('etag');
    expect(headers).not.toHaveProperty('last-modified');
  });
});

describe('answerProblem', () => {
  test('is the XML that the SDKs parse', () => {
    const answer = answerProblem(contextOf(), new ProblemError('NoSuchKey', 'secret detail'));
    expect(answer.status).toBe(404);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/xml',
      'x-errno': '-46628',
      'cache-control': 'no-store',
    });
    expect(answer.body).toMatch(
      /^<\?xml version='1\.0' encoding='utf-8' \?>\n<Error>\n\t<Code>NoSuchKey<\/Code>\n\t<Message>The specified key does not exist\.<\/Message>\n\t<Resource>h\.example\/test_404<\/Resource>\n\t<RequestId>aWQtMQ==<\/RequestId>\n\t<TraceId>[A-Za-z0-9+/=]+<\/TraceId>\n<\/Error>\n$/,
    );
    expect(answer.body).not.toContain('secret');
    expect(answer.body).toContain(answer.headers['x-cos-trace-id']);
  });

  test('is problem details where JSON is preferred', () => {
    const answer = answerProblem(accepting('application/json'), new ProblemError('NotAnImage', 'x'));
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(String(answer.body))).toEqual({
      type: 'about:blank',
      title: 'InvalidImageFormat',
      status: 400,
      code: 'InvalidImageFormat',
      detail: problems.NotAnImage.message,
      requestId: 'aWQtMQ==',
      instance: 'h.example/test_404',
      reason: 'NotAnImage',
    });
  });

  test.each([
    ['application/json', true],
    ['application/json, text/plain, */*', true],
    ['application/problem+json', true],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', false],
    ['application/xml, application/json;q=0.5', false],
    ['application/xml;q=0.5, application/json', true],
    ['application/json;q=0', false],
    ['*/*', false],
    ['', false],
  ])('Accept %s prefers JSON: %s', (accept, json) => {
    const { headers } = answerProblem(accepting(accept), new ProblemError('NoSuchKey', 'x'));
    expect(headers['content-type']).toBe(json ? 'application/problem+json' : 'application/xml');
  });

  test('has the number of the contract where that has one', () => {
    const numberOf = (code: ProblemCode) => answerProblem(contextOf(), new ProblemError(code, 'x')).headers['x-errno'];
    expect(numberOf('NotAnImage')).toBe('-443');
    expect(numberOf('TooManyPixels')).toBe('-442');
    expect(numberOf('FrameCountTooHigh')).toBe('-447');
    expect(numberOf('SlowDown')).toBe('-29214');
    expect(numberOf('Timeout')).toBe('-902');
    expect(numberOf('NoSuchBucket')).toBe('-46152');
    expect(numberOf('PreconditionFailed')).toBeUndefined();
    expect(numberOf('SignatureExpired')).toBeUndefined();
  });

  test('our own bugs show no details', () => {
    const answer = answerProblem(contextOf(), new Error('secret'));
    expect(answer.status).toBe(500);
    expect(answer.body).toContain('<Code>InternalError</Code>');
    expect(answer.body).not.toContain('secret');
  });

  test('405 says what is allowed', () => {
    expect(answerProblem(contextOf(), new ProblemError('MethodNotAllowed', 'x')).headers['allow']).toBe('GET, HEAD');
  });

  test('a hostile path or host cannot break out of the XML', () => {
    const answer = answerProblem(
      contextOf({ path: '/</Resource><Code>&"\u0000\u001b', headers: { host: '<x>' } }),
      new ProblemError('NoSuchKey', 'x'),
    );
    expect(answer.body).toContain(
      '<Resource>&lt;x&gt;/&lt;/Resource&gt;&lt;Code&gt;&amp;&quot;\ufffd\ufffd</Resource>',
    );
  });

  test.each(Object.entries(problems))('row %s has a status, a code and a message', (_, row) => {
    expect(row.status).toBeGreaterThanOrEqual(400);
    expect(row.code).toMatch(/^[A-Z][A-Za-z0-9]+$/);
    // The contract's own words, which SDKs match on, have no full stop.
    if (row.message !== 'Request has expired') expect(row.message).toMatch(/\.$/);
  });
});
