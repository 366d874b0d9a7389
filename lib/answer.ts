// What the caller gets: status, headers and body of a record or of a problem, in the wire contract.
import { createHash } from 'node:crypto';
import { errNos } from './err-no';
import { parserVersion } from './exif';
import { maxShownRanges } from './limits';
import { ProblemError, problems } from './problem';
import type { Answer, HttpRequest, ObjectStat, ReadCost } from './types';

/** What a deployment decides about answers. `variant` sets apart answers that settings make different. */
export type AnswerSettings = Readonly<{ cacheControl: string; corsOrigins: readonly string[]; variant: string }>;

/** What every answer to one request needs. `id` is the job's; `request` as it arrived. */
export type Asked = Readonly<{ id: string; now: Date; request: HttpRequest; settings: AnswerSettings }>;

/** The same for an answer that is for one caller only: a cache that others share must not keep it, whatever is set for all. */
export function forOneCaller(asked: Asked): Asked {
  const directives = asked.settings.cacheControl.toLowerCase().split(',');
  if (directives.some((directive) => ['private', 'no-store'].includes(directive.trim()))) return asked;
  return { ...asked, settings: { ...asked.settings, cacheControl: 'private, no-cache' } };
}

const methods = ['GET', 'HEAD'] as const;

/** True for the methods that read. */
export function isReadMethod(method: string): boolean {
  return methods.some((name) => name === method);
}

/** Which answer about an object: its id, and whether it may come out in other bytes that show the same. */
export type Representation = Readonly<{ id: string; weak: boolean }>;

/**
 * The entity tag of an answer about one version of an object: derived from its ETag, the view, the parser version and
 * the settings; weak where the object's or the view is weak, null where the object has none [RFC 9110 8.8.3].
 */
export function answerETag(stat: ObjectStat, { id, weak }: Representation, variant: string): string | null {
  if (stat.etag === null) return null;
  const hash = createHash('sha256').update(JSON.stringify([stat.etag, id, parserVersion, variant]));
  return `${weak || stat.etag.startsWith('W/') ? 'W/' : ''}"${hash.digest('hex').slice(0, 32)}"`;
}

/** True when `If-None-Match` is `*`: matches whatever has an answer at all, which shows only when it is there. */
export function matchesAny(ifNoneMatch: string | undefined): boolean {
  return ifNoneMatch?.trim() === '*';
}

/** True when `If-None-Match` lists `etag`, by weak comparison [RFC 9110 13.1.2]. */
export function matchesETag(ifNoneMatch: string | undefined, etag: string | null): boolean {
  if (ifNoneMatch === undefined || etag === null) return false;
  const opaque = etag.replace(/^W\//, '');
  return ifNoneMatch
    .slice(0, 8192)
    .split(',')
    .some((tag) => tag.trim().replace(/^W\//, '') === opaque);
}

/** The body of an answer and its media type. */
export type Content = Readonly<{ type: string; body: Answer['body'] }>;

/** 200 with what a view shows of an object, or 304 when the caller's copy is current (`content` null). */
export function answerView(asked: Asked, view: Representation, { stat, content }: Seen): Answer {
  const etag = answerETag(stat, view, asked.settings.variant);
  const headers: Record<string, string> = {
    ...commonHeaders(asked),
    'cache-control': asked.settings.cacheControl,
    ...(etag === null ? {} : { etag }),
    ...(stat.lastModified === null ? {} : { 'last-modified': stat.lastModified.toUTCString() }),
  };
  if (content === null) return { status: 304, headers, body: '' };
  return withBody(200, headers, content.type, content.body, asked.request.method);
}

/** The version of an object that was looked at, and what is shown of it; null when the caller has it already. */
export type Seen = Readonly<{ stat: ObjectStat; content: Content | null }>;

/**
 * The answer with `x-exif-reads`: what was read of the object for it (the first ranges as in HTTP, both ends included, and
 * how many `more` there are), and how long it took.
 */
export function withReads(answer: Answer, { cost, cache, size }: ReadNotes, ms: number): Answer {
  const ranges = (cost.ranges ?? []).map(({ start, end }) => `${start}-${end - 1}`);
  const words = [
    `requests=${cost.requests}`,
    `bytes=${cost.bytes}`,
    ...(size === null ? [] : [`size=${size}`]),
    `ms=${ms.toFixed(1)}`,
    ...(cache === null ? [] : [`cache=${cache}`]),
    ...(ranges.length === 0 ? [] : [`ranges=${ranges.slice(0, maxShownRanges).join(' ')}`]),
    ...(ranges.length <= maxShownRanges ? [] : [`more=${ranges.length - maxShownRanges}`]),
  ];
  return { ...answer, headers: { ...answer.headers, 'x-exif-reads': words.join(', ') } };
}

type ReadNotes = Readonly<{ cost: ReadCost; cache: string | null; size: number | null }>;

function allowed({ corsOrigins }: AnswerSettings): string {
  return [...methods, ...(corsOrigins.length > 0 ? ['OPTIONS'] : [])].join(', ');
}

/** The reply to a CORS preflight, 204; null when CORS is off, and OPTIONS is a method like any other. */
export function answerPreflight(asked: Asked): Answer | null {
  if (asked.request.method !== 'OPTIONS' || asked.settings.corsOrigins.length === 0) return null;
  const headers = {
    ...commonHeaders(asked),
    allow: allowed(asked.settings),
    'access-control-allow-methods': methods.join(', '),
    'access-control-allow-headers':
      'authorization, if-none-match, x-cos-security-token, x-amz-date, x-amz-security-token, x-amz-content-sha256',
    'access-control-max-age': '86400',
  };
  return { status: 204, headers, body: '' };
}

/**
 * The answer to a failed request: the row of the error's code, as XML, or as problem details [RFC 9457] when `Accept`
 * prefers JSON. What is not a ProblemError is our bug: 500, bare.
 */
export function answerProblem(asked: Asked, error: unknown): Answer {
  const { id, request, settings } = asked;
  const problem = error instanceof ProblemError ? error : null;
  const code = problem?.code ?? 'InternalError';
  const row = problems[code];
  const errNo = errNos[code];
  const headers: Record<string, string> = {
    ...commonHeaders(asked),
    'x-cos-trace-id': traceId(id),
    'cache-control': 'no-store',
    vary: settings.corsOrigins.length > 0 ? 'Accept, Origin' : 'Accept',
    ...(errNo === undefined ? {} : { 'x-errno': String(errNo) }),
    ...(row.status === 405 ? { allow: allowed(settings) } : {}),
    ...('retry' in row ? { 'retry-after': '1' } : {}),
  };
  const detail = problem?.safeDetail ?? row.message;
  const members = problem?.members ?? {};
  const shown = { code: row.code, detail, resource: resourceOf(request), requestId: requestId(id), members };
  if (!prefersJson(request.headers['accept'])) {
    return withBody(row.status, headers, 'application/xml', xmlBody(shown, traceId(id)), request.method);
  }
  const { resource: instance, members: _, ...rest } = shown;
  const details = {
    type: 'about:blank',
    title: row.code,
    status: row.status,
    ...rest,
    instance,
    reason: code,
    ...members,
  };
  return withBody(row.status, headers, 'application/problem+json', JSON.stringify(details), request.method);
}

type Shown = Readonly<{
  code: string;
  detail: string;
  resource: string;
  requestId: string;
  members: Readonly<Record<string, string>>;
}>;

function xmlBody({ code, detail, resource, requestId: id, members }: Shown, trace: string): string {
  return [
    "<?xml version='1.0' encoding='utf-8' ?>",
    '<Error>',
    `\t<Code>${code}</Code>`,
    `\t<Message>${escapeXml(detail)}</Message>`,
    `\t<Resource>${escapeXml(resource)}</Resource>`,
    `\t<RequestId>${id}</RequestId>`,
    `\t<TraceId>${trace}</TraceId>`,
    ...Object.entries(members).map(([name, value]) => `\t<${name}>${escapeXml(value)}</${name}>`),
    '</Error>',
    '',
  ].join('\n');
}

function withBody(
  status: number,
  headers: Record<string, string>,
  type: string,
  body: Answer['body'],
  method: string,
): Answer {
  const { length } = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  return {
    status,
    headers: { ...headers, 'content-type': type, 'content-length': String(length) },
    body: method === 'HEAD' ? '' : body,
  };
}

function commonHeaders({ id, now, request, settings }: Asked): Record<string, string> {
  return {
    date: now.toUTCString(),
    'x-cos-request-id': requestId(id),
    'x-content-type-options': 'nosniff',
    ...corsHeaders(request.headers['origin'], settings.corsOrigins),
  };
}

function corsHeaders(origin: string | undefined, allowed: readonly string[]): Record<string, string> {
  if (allowed.length === 0) return {};
  const expose = {
    'access-control-expose-headers':
      'etag, last-modified, date, x-cos-request-id, x-cos-trace-id, x-errno, x-exif-reads',
  };
  if (allowed.includes('*')) return { 'access-control-allow-origin': '*', ...expose };
  if (origin === undefined || !allowed.includes(origin)) return { vary: 'Origin' };
  return { 'access-control-allow-origin': origin, vary: 'Origin', ...expose };
}

/** Host and path as they were sent, which XML can hold when escaped: a key may not. */
function resourceOf({ headers, path, pathDecoded }: HttpRequest): string {
  const start = path.slice(0, 4096);
  const shown = pathDecoded ? start.toWellFormed().split('/').map(encodeURIComponent).join('/') : start;
  return `${headers['host'] ?? ''}${shown}`.slice(0, 4096);
}

/** JSON is acceptable, and at least as much as XML [RFC 9110 12.5.1]. */
function prefersJson(accept: string | undefined): boolean {
  if (accept === undefined) return false;
  const json = Math.max(weightOf(accept, 'application/json'), weightOf(accept, 'application/problem+json'));
  return json > 0 && json >= Math.max(weightOf(accept, 'application/xml'), weightOf(accept, 'text/xml'));
}

/** The weight that `Accept` or its like gives to a name; 0 when it is not named [RFC 9110 12.4.2]. Wildcards name nothing. */
export function weightOf(accept: string, wanted: string): number {
  for (const part of accept.slice(0, 1024).toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((word) => word.trim());
    if (name !== wanted) continue;
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    return weight === undefined ? 1 : Number(weight.slice(2)) || 0;
  }
  return 0;
}

/** The job's id in the form that clients of the service being replaced know. */
export function requestId(id: string): string {
  return btoa(id);
}

function traceId(id: string): string {
  return btoa(createHash('sha256').update(id).digest('hex'));
}

function escapeXml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&apos;',
  };
  return text
    .replace(/[&<>"']/g, (char) => entities[char] ?? char)
    .replace(/[^\n\x20-\x7e\u00a0-\ud7ff\ue000-\ufffd]/gu, '\ufffd');
}
