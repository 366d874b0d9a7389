// What the caller gets: status, headers and body of a record or of a problem, in the wire contract.
import { createHash } from 'node:crypto';
import type { Coding } from '../bytes/deflate';
import { maxShownRanges, minCompressed } from '../limits';
import { ProblemError, problems } from '../problem';
import type { Answer, HttpRequest, ObjectStat, ReadCost } from '../types';
import { answerETag, matchingETag, type Representation } from './conditional';
import { allowedHeaders, type CorsSettings, corsAnswer } from './cors';
import { errNos } from './err-no';
import { type Encoding, weightOf } from './negotiation';

/** Where answers are compressed: nowhere, or also at entry points that may not hand on bytes as they are. */
export type Compression = 'none' | 'all';

/** How a deployment answers. `revision` names the parser and the settings that an answer depends on. */
export type AnswerSettings = CorsSettings &
  Readonly<{ cacheControl: string; revision: string; compression?: Compression | null }>;

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

/** The body of an answer, its media type, and how it is compressed. */
export type Content = Readonly<{ type: string; body: Answer['body']; coding?: Coding }>;

/** Whether an answer may be compressed; `job` is of the entry point. */
export function mayCompress({ compression }: AnswerSettings, job: Readonly<{ compress?: boolean }>): boolean {
  return compression !== 'none' && (compression === 'all' || job.compress === true);
}

/** JSON, compressed as the caller accepts it where that is worth it. Images are compressed already. */
export async function encodeContent(content: Content, encoding: Encoding | undefined): Promise<Content> {
  const { type, body } = content;
  if (encoding?.coding == null || typeof body !== 'string') return content;
  const isShort = new TextEncoder().encode(body).length <= minCompressed;
  if (isShort && !encoding.smallToo) return content;
  const { compress } = require('../bytes/deflate') as typeof import('../bytes/deflate');
  return { type, body: await compress(body, encoding.coding), coding: encoding.coding };
}

/** 200 with what a view shows of an object, or 304 when the caller's copy is current (`content` null). */
export function answerView(asked: Asked, view: Representation, { stat, content }: Seen): Answer {
  const etag = answerETag(stat, view, asked.settings.revision);
  const headers: Record<string, string> = {
    ...commonHeaders(asked, view.encoding === undefined ? [] : ['Accept-Encoding']),
    'cache-control': asked.settings.cacheControl,
    ...(etag === null ? {} : { etag }),
    ...(stat.lastModified === null ? {} : { 'last-modified': stat.lastModified.toUTCString() }),
  };
  if (content !== null) return withBody(200, { ...headers, ...codingOf(content) }, content, asked.request.method);
  const known = matchingETag(asked.request.headers['if-none-match'], etag);
  return { status: 304, headers: known === null ? headers : { ...headers, etag: known }, body: '' };
}

function codingOf({ coding }: Content): Readonly<Record<string, string>> {
  return coding === undefined ? {} : { 'content-encoding': coding };
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
  const names = allowedHeaders(asked.request, asked.settings);
  const headers = {
    ...commonHeaders(asked, ['Access-Control-Request-Headers']),
    allow: allowed(asked.settings),
    'access-control-allow-methods': methods.join(', '),
    ...(names.length === 0 ? {} : { 'access-control-allow-headers': names.join(', ') }),
    'access-control-max-age': '86400',
  };
  return { status: 204, headers, body: '' };
}

/**
 * The answer to a failed request: the row of the error's code, as XML, or as problem details [RFC 9457] when `Accept`
 * prefers JSON. What is not a ProblemError is our bug: 500, bare. It is never compressed: it is short, and it repeats text of
 * the request, which must not be compressed together with anything that is secret (BREACH).
 */
export function answerProblem(asked: Asked, error: unknown): Answer {
  const { id, request, settings } = asked;
  const problem = error instanceof ProblemError ? error : null;
  const code = problem?.code ?? 'InternalError';
  const row = problems[code];
  const errNo = errNos[code];
  const headers: Record<string, string> = {
    ...commonHeaders(asked, ['Accept']),
    'x-cos-trace-id': traceId(id),
    'cache-control': 'no-store',
    ...(errNo === undefined ? {} : { 'x-errno': String(errNo) }),
    ...(row.status === 405 ? { allow: allowed(settings) } : {}),
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

function withBody(status: number, headers: Record<string, string>, { type, body }: Content, method: string): Answer {
  const { length } = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  return {
    status,
    headers: { ...headers, 'content-type': type, 'content-length': String(length) },
    body: method === 'HEAD' ? '' : body,
  };
}

/** Headers of every answer. `varyBy`: headers of the request that the answer differs by, besides `Origin`. */
function commonHeaders({ id, now, request, settings }: Asked, varyBy: readonly string[]): Record<string, string> {
  const cors = corsAnswer(request, settings);
  const vary = [...varyBy, ...(cors.vary === null ? [] : [cors.vary])].join(', ');
  return {
    date: now.toUTCString(),
    'x-cos-request-id': requestId(id),
    'x-content-type-options': 'nosniff',
    ...(vary === '' ? {} : { vary }),
    ...cors.headers,
  };
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
