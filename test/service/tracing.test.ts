// Spans of requests and reads, as a real SDK receives them.
import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import { runJob } from '../../lib/job';
import { ProblemError } from '../../lib/problem';
import { readConfig } from '../../service/config/config';
import { withSpans } from '../../service/job-runner';
import { openTracing } from '../../service/tracing';
import { job, png, world } from '../lib/job-world';

const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });

beforeAll(() => provider.register());
beforeEach(() => exporter.reset());
afterAll(async () => {
  await provider.shutdown();
  for (const api of [trace, context, propagation]) api.disable();
});

/** The spans of one request, in the order in which they ended. */
async function spansOf(...[path, query, more]: Parameters<typeof job>): Promise<readonly ReadableSpan[]> {
  const tracing = openTracing();
  const { deps } = world(async ({ key }, range) => {
    if (key === 'none.png') throw new ProblemError('NoSuchKey', 'no such key');
    if (key === 'slow.png') throw new ProblemError('BucketFault', 'the store failed');
    return { bytes: png.subarray(range.start, range.end), stat: { size: png.length, etag: '"1"', lastModified: null } };
  });
  const buckets = new Map([...deps.buckets].map(([id, bucket]) => [id, tracing.bucket(bucket)]));
  const run = tracing.run((one, { remainingMs }) => runJob(one, { ...deps, buckets }, remainingMs));
  await run(job(path, query, more), { remainingMs: null });
  return exporter.getFinishedSpans();
}

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const parentId = '00f067aa0ba902b7';

test('a request is a child of the span of its caller, and a read is a child of the request', async () => {
  const headers = { host: 'Exif.example:9000', traceparent: `00-${traceId}-${parentId}-01` };
  const [read, request] = await spansOf('/a b.png', 'exif&X-Amz-Signature=secret', { headers });
  expect(request).toMatchObject({ name: 'GET', kind: SpanKind.SERVER, status: { code: SpanStatusCode.UNSET } });
  expect(request?.spanContext().traceId).toBe(traceId);
  expect(request?.parentSpanContext?.spanId).toBe(parentId);
  expect(request?.attributes).toEqual({
    'http.request.method': 'GET',
    'url.path': '/a b.png',
    'server.address': 'exif.example',
    'http.response.status_code': 200,
    'bucket_exif.code': 'OK',
    'bucket_exif.requests': 1,
    'bucket_exif.bytes': png.length,
    'bucket_exif.cache': 'off',
  });
  expect(read).toMatchObject({ name: 'read bucket', kind: SpanKind.CLIENT });
  expect(read?.parentSpanContext?.spanId).toBe(request?.spanContext().spanId);
  expect(read?.attributes).toMatchObject({ 'bucket_exif.range.start': 0, 'bucket_exif.bytes': png.length });
  const attributes = [read, request].map((span) => span?.attributes);
  expect(JSON.stringify(attributes)).not.toContain('secret');
});

test('a read ahead has its own span, with the range that was asked for', async () => {
  const stat = { size: png.length, etag: '"1"', lastModified: null };
  const reply = async () => ({ bytes: png, stat });
  const ref = { bucketId: 'b', bucket: 'b', key: 'k' };
  const { signal } = new AbortController();
  const bucket = openTracing().bucket({ fetch: reply, fetchAhead: reply });
  await bucket.fetchAhead?.(ref, { last: 100 }, signal);
  await bucket.fetchAhead?.(ref, { start: 5, end: 9 }, signal);
  const read = { 'bucket_exif.ahead': true, 'bucket_exif.bytes': png.length };
  expect(exporter.getFinishedSpans().map(({ attributes }) => attributes)).toEqual([
    { ...read, 'bucket_exif.range.last': 100 },
    { ...read, 'bucket_exif.range.start': 5, 'bucket_exif.range.end': 9 },
  ]);
  expect(openTracing().bucket({ fetch: reply }).fetchAhead).toBeUndefined();
});

test.each([
  ['/none.png', 404, SpanStatusCode.UNSET, undefined],
  ['/slow.png', 503, SpanStatusCode.ERROR, 'BucketFault'],
])('%s is answered with %i: the span has the status and the code', async (path, status, code, type) => {
  const [read, request] = await spansOf(path);
  expect(request).toMatchObject({ status: { code }, attributes: { 'http.response.status_code': status } });
  expect(request?.attributes['error.type']).toBe(type);
  expect(read?.status.code).toBe(SpanStatusCode.ERROR);
});

test('without a valid traceparent a new trace begins; an unknown method has the name of the conventions', async () => {
  const headers = { traceparent: `00-${'0'.repeat(32)}-${parentId}-01` };
  const [span, ...more] = await spansOf('/a.png', 'exif', { method: 'BREW', headers });
  expect(more).toEqual([]);
  expect(span).toMatchObject({ name: 'HTTP', attributes: { 'http.request.method': '_OTHER' } });
  expect(span?.parentSpanContext).toBeUndefined();
});

test('events of objects have no span', async () => {
  const object = { bucket: 'b', key: 'k', order: { lastModified: null, sequencer: null } };
  const outcome = { job: { id: '1', trigger: 'test', act: 'warm', object } as const, answer: null, error: null };
  const run = openTracing().run(async () => outcome);
  expect(await run(outcome.job, { remainingMs: null })).toBe(outcome);
  expect(exporter.getFinishedSpans()).toEqual([]);
});

test('without the package the start fails with advice; without the setting nothing is added', () => {
  const missing = () => openTracing(() => require('no-such-package'));
  expect(missing).toThrow(/^EXIF_OTEL is 1, but the package @opentelemetry\/api is not installed/);
  const run = async () => Promise.reject(new Error('not called'));
  expect(withSpans(run, readConfig({ EXIF_BUCKET: './samples', EXIF_PUBLIC: '*' }))).toBe(run);
  expect(withSpans(run, readConfig({ EXIF_BUCKET: './samples', EXIF_PUBLIC: '*', EXIF_OTEL: '1' }))).not.toBe(run);
});
