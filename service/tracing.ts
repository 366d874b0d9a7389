// Spans for OpenTelemetry [Semantic conventions for HTTP spans 1.37], for deployments that install @opentelemetry/api and an SDK.
// This file is loaded only when EXIF_OTEL is set. A span has no query, header or signature.
import type { Attributes, Span } from '@opentelemetry/api';
import { hostName } from '../lib/http/request';
import { problemCode } from '../lib/problem';
import type { Bucket, ByteRange, FetchResult, HttpRequest, LastBytes, Outcome } from '../lib/types';
import { settingInvalid } from './config/setting';
import type { JobRunner } from './schedule';

type Api = typeof import('@opentelemetry/api');

export type Tracing = Readonly<{
  /** `run`, with a span for each request: a child of the caller's span, when the registered propagator finds one. */
  run(run: JobRunner): JobRunner;
  /** `bucket`, with a span for each read. Nothing about the trace is sent to the store. */
  bucket(bucket: Bucket): Bucket;
}>;

/** `load` returns the package. Throws ProblemError `ConfigInvalid` when it is not installed. */
export function openTracing(load: () => Api = loadApi): Tracing {
  const api = apiOf(load);
  const tracer = api.trace.getTracer('bucket-exif');
  const within = async <T>(span: Span, parent: ReturnType<Api['context']['active']>, work: () => Promise<T>) => {
    try {
      return await api.context.with(api.trace.setSpan(parent, span), work);
    } finally {
      span.end();
    }
  };
  return {
    run: (run) => (job, budget) => {
      if (job.act !== 'answer') return run(job, budget);
      const { request } = job;
      const parent = api.propagation.extract(api.context.active(), request.headers);
      const name = methodOf(request.method);
      const options = { kind: api.SpanKind.SERVER, attributes: requestAttributes(request) };
      const span = tracer.startSpan(name === '_OTHER' ? 'HTTP' : name, options, parent);
      return within(span, parent, async () => {
        const outcome = await run(job, budget);
        const status = outcome.answer?.status ?? 500;
        span.setAttributes(outcomeAttributes(outcome, status));
        if (status >= 500) span.setStatus({ code: api.SpanStatusCode.ERROR });
        return outcome;
      });
    },
    bucket({ fetch, fetchAhead }) {
      const spanned = (attributes: Attributes, read: () => Promise<FetchResult | null>) => {
        const span = tracer.startSpan('read bucket', { kind: api.SpanKind.CLIENT, attributes });
        return within(span, api.context.active(), async () => {
          try {
            const fetched = await read();
            span.setAttribute('bucket_exif.bytes', fetched?.bytes.length ?? 0);
            return fetched;
          } catch (error) {
            span.setAttribute('error.type', problemCode(error));
            span.setStatus({ code: api.SpanStatusCode.ERROR });
            throw error;
          }
        });
      };
      const traced: Bucket = {
        fetch: (ref, range, ...more) => spanned(rangeAttributes(range), () => fetch(ref, range, ...more)),
      };
      if (fetchAhead === undefined) return traced;
      return {
        ...traced,
        fetchAhead: (ref, range, signal) =>
          spanned({ ...rangeAttributes(range), 'bucket_exif.ahead': true }, () => fetchAhead(ref, range, signal)),
      };
    },
  };
}

/** A range of the last bytes has their number. */
function rangeAttributes(range: ByteRange | LastBytes): Attributes {
  if ('last' in range) return { 'bucket_exif.range.last': range.last };
  return { 'bucket_exif.range.start': range.start, 'bucket_exif.range.end': range.end };
}

function loadApi(): Api {
  return require('@opentelemetry/api') as Api;
}

function apiOf(load: () => Api): Api {
  try {
    return load();
  } catch {
    throw settingInvalid(
      'EXIF_OTEL',
      'is 1, but the package @opentelemetry/api is not installed: install it together with an SDK, or unset EXIF_OTEL',
    );
  }
}

const methods = ['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE'];

function methodOf(method: string): string {
  return methods.includes(method) ? method : '_OTHER';
}

/** The path is that of the object. The query is left out, because it may have a signature. */
function requestAttributes(request: HttpRequest): Attributes {
  return {
    'http.request.method': methodOf(request.method),
    'url.path': request.path,
    'server.address': hostName(request),
  };
}

function outcomeAttributes({ summary }: Outcome, status: number): Attributes {
  const own =
    summary === undefined
      ? {}
      : {
          'bucket_exif.code': summary.code,
          'bucket_exif.requests': summary.cost.requests,
          'bucket_exif.bytes': summary.cost.bytes,
          ...(summary.cache === null ? {} : { 'bucket_exif.cache': summary.cache }),
        };
  const failed = status >= 500 ? { 'error.type': summary?.code ?? String(status) } : {};
  return { 'http.response.status_code': status, ...own, ...failed };
}
