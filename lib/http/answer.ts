// Makes the answer that the caller gets: status, headers and body for a record or a problem, by the wire contract.
import { createHash } from 'node:crypto';
import type { Coding } from '../bytes/compress';
import { maxShownRanges, minCompressed } from '../limits';
import { ProblemError } from '../problem';
import { problems } from '../problem-table';
import type { Answer, HttpRequest, ObjectStat, Summary } from '../types';
import { answerETag, matchingETag, type Representation } from './conditional';
import { allowedHeaders, type CorsSettings, corsAnswer } from './cors';
import { dateText } from './date-text';
import { errNos } from './err-no';
import { chooseEncoding, type Encoding, weightOf } from './negotiation';
import type { View } from './operation';
import { isBatch } from './request';

/** `none`: no answer is compressed. `all`: also those of entry points that may change the bytes of an answer. */
export type Compression = 'none' | 'all';

/**
 * How a deployment answers. `revision` names the parser and the settings that change what is read of an object. `batch`:
 * whether requests for many objects are answered.
 */
export type AnswerSettings = CorsSettings &
  Readonly<{ cacheControl: string; revision: string; compression?: Compression | null; batch?: boolean }>;

/**
 * The facts that every answer to one request needs. `id` is that of the job; `request` is as it arrived. `compress`: the answer
 * may be compressed (default: it may not).
 */
export type RequestContext = Readonly<{
  id: string;
  now: Date;
  request: HttpRequest;
  settings: AnswerSettings;
  compress?: boolean;
}>;

/**
 * The context for an answer that only this caller may have: a cache that several callers share must not keep it, whatever
 * `Cache-Control` is set for all answers.
 */
export function forOneCaller(context: RequestContext): RequestContext {
  const { settings } = context;
  const directives = settings.cacheControl.toLowerCase().split(',');
  if (directives.some((directive) => ['private', 'no-store'].includes(directive.trim()))) return context;
  return { ...context, settings: { ...settings, cacheControl: 'private, no-cache' } };
}

const methods = ['GET', 'HEAD'] as const;

/** Whether a method only reads. */
export function isReadMethod(method: string): boolean {
  return methods.some((name) => name === method);
}

/** The body of an answer, its media type, and how it is compressed. */
export type Content = Readonly<{ type: string; body: Answer['body']; coding?: Coding }>;

/** Whether the answer to a job may be compressed. */
export function mayCompress({ compression }: AnswerSettings, job: Readonly<{ compress?: boolean }>): boolean {
  return compression !== 'none' && (compression === 'all' || job.compress === true);
}

/** The representation of a view that this caller gets. A JPEG is never compressed: it is compressed already. */
export function representationOf({ id, weak, kind }: View, { request, compress }: RequestContext): Representation {
  if (compress !== true || kind === 'thumbnail' || kind === 'preview') return { id, weak };
  return { id, weak, encoding: chooseEncoding(request.headers['accept-encoding']) };
}

/** `content`, compressed as the caller accepts it when that is worth it. Only text is: images are compressed already. */
export async function encodeContent(content: Content, encoding: Encoding | undefined): Promise<Content> {
  const { type, body } = content;
  if (encoding?.coding == null || typeof body !== 'string') return content;
  const isShort = new TextEncoder().encode(body).length <= minCompressed;
  if (isShort && !encoding.smallToo) return content;
  const { compress } = require('../bytes/compress') as typeof import('../bytes/compress');
  return { type, body: await compress(body, encoding.coding), coding: encoding.coding };
}

/** 200 with the content of a view, or 304 when the copy of the caller is current (`content` null). */
export function answerView(context: RequestContext, view: Representation, { stat, content }: ViewResult): Answer {
  const { request, settings } = context;
  const etag = answerETag(stat, view, settings.revision);
  const headers = commonHeaders(context, view.encoding === undefined ? [] : ['Accept-Encoding']);
  headers['cache-control'] = settings.cacheControl;
  if (etag !== null) headers['etag'] = etag;
  if (stat.lastModified !== null) headers['last-modified'] = stat.lastModified.toUTCString();
  if (content?.coding !== undefined) headers['content-encoding'] = content.coding;
  if (content !== null) return withBody(200, headers, content, request.method);
  const known = matchingETag(request.headers['if-none-match'], etag);
  return { status: 304, headers: known === null ? headers : { ...headers, etag: known }, body: '' };
}

function contentEncoding({ coding }: Content): Readonly<Record<string, string>> {
  return coding === undefined ? {} : { 'content-encoding': coding };
}

/** The version of an object that was read, and the content of a view of it; null when the caller has that already. */
export type ViewResult = Readonly<{ stat: ObjectStat; content: Content | null }>;

/**
 * The answer with the header `x-exif-reads`: which parts of the object were read, and how long that took. It lists the first
 * ranges as HTTP does (the end is included), and then the number of `more` ranges.
 */
export function withReads(
  answer: Answer,
  { cost, cache, size }: Pick<Summary, 'cost' | 'cache'> & Readonly<{ size: number | null }>,
  ms: number,
): Answer {
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

/** 200 for a batch: `content` in one piece, or, when it is null, the status and headers of a stream of lines. */
export function answerBatch(context: RequestContext, content: Content | null): Answer {
  const headers = {
    ...commonHeaders(context, content === null ? [] : ['Accept-Encoding']),
    'cache-control': 'no-store',
  };
  if (content === null)
    return { status: 200, headers: { ...headers, 'content-type': 'application/x-ndjson' }, body: '' };
  return withBody(200, { ...headers, ...contentEncoding(content) }, content, context.request.method);
}

/** The methods that pages may use: `POST` only where a batch is answered. */
function pageMethods({ request, settings }: RequestContext): readonly string[] {
  return settings.batch === true && isBatch({ ...request, method: 'POST' }) ? [...methods, 'POST'] : methods;
}

function allowedMethods(context: RequestContext): string {
  return [...pageMethods(context), ...(context.settings.corsOrigins.length > 0 ? ['OPTIONS'] : [])].join(', ');
}

/** The reply to a CORS preflight, 204. null when CORS is off: then OPTIONS is refused like any other method. */
export function answerPreflight(context: RequestContext): Answer | null {
  const { request, settings } = context;
  if (request.method !== 'OPTIONS' || settings.corsOrigins.length === 0) return null;
  const names = allowedHeaders(request, settings);
  const headers = {
    ...commonHeaders(context, ['Access-Control-Request-Headers']),
    allow: allowedMethods(context),
    'access-control-allow-methods': pageMethods(context).join(', '),
    ...(names.length === 0 ? {} : { 'access-control-allow-headers': names.join(', ') }),
    'access-control-max-age': '86400',
  };
  return { status: 204, headers, body: '' };
}

/**
 * The answer to a failed request: the row of the error's code, as XML, or as problem details [RFC 9457] when `Accept`
 * prefers JSON. An error that is not a ProblemError is our bug: 500 without details. The body is never compressed: it is short,
 * and it repeats text of the request, which must not be compressed together with a secret (BREACH).
 */
export function answerProblem(context: RequestContext, error: unknown): Answer {
  const { id, request } = context;
  const problem = error instanceof ProblemError ? error : null;
  const code = problem?.code ?? 'InternalError';
  const row = problems[code];
  const errNo = errNos[code];
  const headers: Record<string, string> = {
    ...commonHeaders(context, ['Accept']),
    'x-cos-trace-id': traceId(id),
    'cache-control': 'no-store',
    ...(errNo === undefined ? {} : { 'x-errno': String(errNo) }),
    ...(row.status === 405 ? { allow: allowedMethods(context) } : {}),
    ...('retry' in row ? { 'retry-after': '1' } : {}),
  };
  const detail = problem?.safeDetail ?? row.message;
  const members = problem?.members ?? {};
  const shown = { code: row.code, detail, resource: resourceOf(request), requestId: requestId(id), members };
  if (!prefersJson(request.headers['accept'])) {
    return withBody(
      row.status,
      headers,
      { type: 'application/xml', body: xmlBody(shown, traceId(id)) },
      request.method,
    );
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
  const content = { type: 'application/problem+json', body: JSON.stringify(details) };
  return withBody(row.status, headers, content, request.method);
}

type ProblemBody = Readonly<{
  code: string;
  detail: string;
  resource: string;
  requestId: string;
  members: Readonly<Record<string, string>>;
}>;

function xmlBody({ code, detail, resource, requestId: id, members }: ProblemBody, trace: string): string {
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

/** An answer with a body. It adds to `headers`. */
function withBody(status: number, headers: Record<string, string>, { type, body }: Content, method: string): Answer {
  headers['content-type'] = type;
  headers['content-length'] = String(typeof body === 'string' ? new TextEncoder().encode(body).length : body.length);
  return { status, headers, body: method === 'HEAD' ? '' : body };
}

/** Headers of every answer, as a new object. `varyBy`: the headers of the request, apart from `Origin`, that change the answer. */
function commonHeaders(
  { id, now, request, settings }: RequestContext,
  varyBy: readonly string[],
): Record<string, string> {
  const cors = corsAnswer(request, settings);
  const vary = (cors.vary === null ? varyBy : [...varyBy, cors.vary]).join(', ');
  const headers: Record<string, string> = {
    date: dateText(now),
    'x-cos-request-id': requestId(id),
    'x-content-type-options': 'nosniff',
  };
  if (vary !== '') headers['vary'] = vary;
  return Object.assign(headers, cors.headers);
}

/** Host and path as they were sent. XML can contain them when they are escaped; it cannot contain every key. */
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

/** The id of a job in the form that clients of the service being replaced know. */
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
