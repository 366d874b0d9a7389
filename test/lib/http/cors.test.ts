import {
  type AnswerSettings,
  answerPreflight,
  answerProblem,
  answerView,
  type RequestContext,
} from '../../../lib/http/answer';
import { allowedHeaders } from '../../../lib/http/cors';
import { ProblemError } from '../../../lib/problem';
import type { HttpRequest } from '../../../lib/types';

const origin = 'https://a.example';
const stat = { size: 9, etag: '"abc"', lastModified: null };
const content = { type: 'application/json', body: '{}' };
const cos = { id: 'cos', weak: false };

function contextOf(
  headers: HttpRequest['headers'],
  given: Partial<AnswerSettings> = {},
  method = 'GET',
): RequestContext {
  const settings = { cacheControl: 'private, no-cache', corsOrigins: [], revision: '', ...given };
  const request = { method, path: '/a', pathDecoded: false, query: [], headers };
  return { id: 'id-1', now: new Date(0), request, settings };
}

const viewed = (headers: HttpRequest['headers'], corsOrigins: readonly string[]) =>
  answerView(contextOf(headers, { corsOrigins }), cos, { stat, content }).headers;
const refused = (headers: HttpRequest['headers'], corsOrigins: readonly string[]) =>
  answerProblem(contextOf(headers, { corsOrigins }), new ProblemError('NoSuchKey', 'x')).headers;
const preflight = (headers: HttpRequest['headers'], given: Partial<AnswerSettings>) =>
  answerPreflight(contextOf({ origin, ...headers }, given, 'OPTIONS'));

describe('without origins', () => {
  test('a preflight is not a request of this service', () => {
    expect(preflight({}, {})).toBeNull();
  });

  test('no other page may read an answer, and only pages of the same site may embed one', () => {
    for (const headers of [viewed({ origin }, []), refused({ origin }, [])]) {
      expect(headers).toMatchObject({ 'cross-origin-resource-policy': 'same-site' });
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
    expect(viewed({ origin }, [])).not.toHaveProperty('vary');
    expect(refused({ origin }, [])).toMatchObject({ vary: 'Accept' });
  });
});

describe('with *', () => {
  test('every page may read and embed answers and errors, and no answer differs by it', () => {
    for (const headers of [viewed({}, ['*']), viewed({ origin }, ['*']), refused({ origin }, ['*'])]) {
      expect(headers).toMatchObject({
        'access-control-allow-origin': '*',
        'access-control-expose-headers': expect.stringContaining('x-errno'),
        'cross-origin-resource-policy': 'cross-origin',
      });
      expect(headers['vary'] ?? '').not.toContain('Origin');
    }
  });
});

describe('with a list', () => {
  const list = ['https://b.example', origin];

  test('only a page in the list may; Vary says that answers differ', () => {
    expect(viewed({ origin }, list)).toMatchObject({
      'access-control-allow-origin': origin,
      'cross-origin-resource-policy': 'cross-origin',
      vary: 'Origin',
    });
    for (const headers of [{}, { origin: 'https://c.example' }, { origin: 'null' }]) {
      expect(viewed(headers, list)).toMatchObject({ 'cross-origin-resource-policy': 'same-site', vary: 'Origin' });
      expect(viewed(headers, list)).not.toHaveProperty('access-control-allow-origin');
    }
    expect(refused({ origin }, list)).toMatchObject({ 'access-control-allow-origin': origin, vary: 'Accept, Origin' });
  });

  test('a 304 says the same', () => {
    const { headers } = answerView(contextOf({ origin }, { corsOrigins: list }), cos, { stat, content: null });
    expect(headers).toMatchObject({ 'access-control-allow-origin': origin, vary: 'Origin' });
  });
});

describe('a preflight', () => {
  const corsOrigins = [origin];

  test('is answered with the methods, and the headers that were asked for and are allowed', () => {
    const answer = preflight(
      { 'access-control-request-headers': 'authorization,x-amz-date, X-Evil ,if-none-match,authorization' },
      { corsOrigins },
    );
    expect(answer).toMatchObject({
      status: 204,
      body: '',
      headers: {
        allow: 'GET, HEAD, OPTIONS',
        vary: 'Access-Control-Request-Headers, Origin',
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'GET, HEAD',
        'access-control-allow-headers': 'authorization, x-amz-date, if-none-match',
        'access-control-max-age': '86400',
      },
    });
  });

  test.each([undefined, '', 'x-evil', ',,'])('that asks for %j allows no header', (names) => {
    const headers = names === undefined ? {} : { 'access-control-request-headers': names };
    expect(preflight(headers, { corsOrigins })?.headers).not.toHaveProperty('access-control-allow-headers');
  });

  test('of another origin gets no allowed headers', () => {
    const answer = preflight({ origin: 'https://c.example' }, { corsOrigins });
    expect(answer?.headers).not.toHaveProperty('access-control-allow-origin');
    expect(answer?.headers['vary']).toContain('Origin');
  });
});

describe('the headers that pages may send', () => {
  const of = (names: string, corsHeaders: readonly string[] | null = null) =>
    allowedHeaders(contextOf({ 'access-control-request-headers': names }).request, { corsOrigins: ['*'], corsHeaders });

  test('by default are those of the SDKs and the conditions', () => {
    const aws = 'amz-sdk-invocation-id,amz-sdk-request,authorization,range,x-amz-checksum-mode,x-amz-content-sha256';
    const more = 'x-amz-date,x-amz-security-token,x-amz-user-agent,content-type,if-match,if-modified-since';
    const cosSdk = 'authorization,clientip,clientua,token,x-ci-security-token,x-cos-security-token,cache-control';
    for (const names of [aws, more, cosSdk]) expect(of(names).join()).toBe(names);
    expect(of('x-forwarded-host,x-scf-secret-id,cookie,amz-sd')).toEqual([]);
  });

  test('or those of the setting, and no others', () => {
    expect(of('authorization,x-a,x-b-c,x-b', ['x-a', 'x-b-*'])).toEqual(['x-a', 'x-b-c']);
    expect(of('authorization,x-a', ['*'])).toEqual(['authorization', 'x-a']);
    expect(of('x-a', [])).toEqual([]);
  });

  test('are names, and not too many of them', () => {
    expect(of('x-amz-a\r\nset-cookie: b,x-amz-b c,x-amz-d"', ['*'])).toEqual([]);
    expect(of(Array.from({ length: 2000 }, (_, i) => `x-${i}`).join(), ['*'])).toHaveLength(100);
    expect(of(`x-amz-${'a'.repeat(1_000_000)}`).join().length).toBeLessThan(5000);
  });
});
