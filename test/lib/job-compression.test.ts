// Compressed answers on their whole way: which are, what their headers say, and how they go together with conditions.
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { AnswerSettings } from '../../lib/http/answer';
import type { JobDeps } from '../../lib/job';
import { buildJpeg, exifSegment, frameHeader } from '../../testing/build/jpeg';
import { thumbnailJpeg } from '../../testing/build/thumbnail';
import { ascii, buildTiff } from '../../testing/build/tiff';
import { type AnsweringFunction, answering } from '../../testing/fakes/answering';

const of = (bytes: Uint8Array, given: Partial<JobDeps> = {}): AnsweringFunction =>
  answering({ bytes, etag: '"v1"', lastModified: new Date(0) }, given);
const withMake = (length: number): Uint8Array =>
  buildJpeg([exifSegment(buildTiff({ fields: [ascii(0x010f, 'x'.repeat(length))] })), frameHeader(16, 16)]);
const withSetting = (more: Partial<AnswerSettings>): Partial<JobDeps> => ({
  answers: { cacheControl: 'no-cache', corsOrigins: [], revision: '', ...more },
});

const long = withMake(3000);
/** The body of `?exif` for a text of that length: `{"Make":{"val":"x.."}}`. */
const wrapping = '{"Make":{"val":""}}'.length;
const text = (body: string | Uint8Array): string =>
  typeof body === 'string' ? body : new TextDecoder('utf-8', { fatal: true }).decode(body);

test.each([
  ['gzip', 'gzip', gunzipSync],
  ['gzip, deflate, br, zstd', 'br', brotliDecompressSync],
] as const)('Accept-Encoding %s: %s', async (accepted, coding, unpack) => {
  const { ask } = of(long);
  const headers = { 'accept-encoding': accepted };
  const plain = await ask();
  const packed = await ask({ headers });
  expect(packed.headers).toMatchObject({ 'content-encoding': coding, vary: 'Accept-Encoding' });
  expect(packed.body).toBeInstanceOf(Uint8Array);
  expect(packed.headers['content-length']).toBe(String(packed.body.length));
  expect(packed.body.length).toBeLessThan(1000);
  expect(unpack(packed.body).toString('utf8')).toBe(plain.body);
  expect(plain.headers).toMatchObject({ vary: 'Accept-Encoding', 'content-length': String(3000 + wrapping) });
  expect(plain.headers).not.toHaveProperty('content-encoding');
  expect(packed.headers['etag']).not.toBe(plain.headers['etag']);
  expect(await ask({ method: 'HEAD', headers })).toEqual({ ...packed, body: '' });
});

describe('what is sent as it is', () => {
  test.each([
    ['no Accept-Encoding', {}],
    ['other codings', { 'accept-encoding': 'deflate, zstd' }],
    ['identity preferred', { 'accept-encoding': 'identity, gzip;q=0.5' }],
    ['nothing accepted', { 'accept-encoding': '*;q=0' }],
  ])('%s', async (_name, headers) => {
    const answer = await of(long).ask({ headers });
    expect(answer).toMatchObject({ status: 200, body: expect.stringMatching(/^\{"Make"/) });
    expect(answer.headers).not.toHaveProperty('content-encoding');
  });

  test.each([
    [1024 - wrapping, 'gzip', undefined],
    [1025 - wrapping, 'gzip', 'gzip'],
    [10, 'gzip, identity;q=0', 'gzip'],
  ])('short answers, unless the caller refuses that: text of %i, %s', async (length, accepted, coding) => {
    const { headers } = await of(withMake(length)).ask({ headers: { 'accept-encoding': accepted } });
    expect(headers['content-encoding']).toBe(coding);
    expect(headers['vary']).toBe('Accept-Encoding');
  });

  test('thumbnails and errors, which repeat text of the request', async () => {
    const headers = { 'accept-encoding': 'gzip, identity;q=0', host: 'h'.repeat(3000) };
    const thumbnail = await of(thumbnailJpeg(withMake(3000))).ask({ query: 'exif/thumbnail', headers });
    expect(thumbnail.headers['content-type']).toBe('image/jpeg');
    const error = await answering(null).ask({ headers });
    expect(error.status).toBe(404);
    for (const answer of [thumbnail, error]) expect(answer.headers).not.toHaveProperty('content-encoding');
    expect(thumbnail.headers).not.toHaveProperty('vary');
  });

  test('where the entry point may change bytes, unless a setting says that it does not', async () => {
    const headers = { 'accept-encoding': 'gzip' };
    const codingOf = async (given: Partial<JobDeps>, compress: boolean) =>
      (await of(long, given).ask({ headers, compress })).headers;
    expect(await codingOf({}, false)).not.toHaveProperty('content-encoding');
    expect(await codingOf({}, false)).not.toHaveProperty('vary');
    expect(await codingOf(withSetting({ compression: 'none' }), true)).not.toHaveProperty('content-encoding');
    expect(await codingOf(withSetting({ compression: 'all' }), false)).toMatchObject({ 'content-encoding': 'gzip' });
  });
});

test('a tag of any coding is that of the current answer; a 304 names the one that the caller has', async () => {
  const { ask } = of(long);
  const codings = ['identity', 'gzip', 'br'];
  const tags = new Map<string, string>();
  for (const coding of codings) {
    tags.set(coding, (await ask({ headers: { 'accept-encoding': coding } })).headers['etag'] ?? '');
  }
  expect(new Set(tags.values()).size).toBe(3);
  for (const asked of codings) {
    for (const [, tag] of tags) {
      const accepted = { 'accept-encoding': asked };
      expect(await ask({ headers: { ...accepted, 'if-none-match': tag } })).toMatchObject({
        status: 304,
        body: '',
        headers: { etag: tag, vary: 'Accept-Encoding' },
      });
      expect(await ask({ headers: { ...accepted, 'if-match': tag } })).toMatchObject({ status: 200 });
    }
    const all = [...tags.values()].join(', ');
    expect((await ask({ headers: { 'accept-encoding': asked, 'if-none-match': all } })).headers['etag']).toBe(
      tags.get(asked),
    );
  }
});

test('an answer is compressed before its request gives its place to others', async () => {
  const { ask } = of(long, {
    admit: async (asked, read) => {
      const seen = await read(asked.sources);
      expect(seen).toMatchObject({ content: { coding: 'gzip' } });
      return seen;
    },
  });
  expect(await ask({ headers: { 'accept-encoding': 'gzip' } })).toMatchObject({ status: 200 });
});

test('with the same tag come the same bytes', async () => {
  const seen = new Map<string, string>();
  for (const length of [10, 3000]) {
    const { ask } = of(withMake(length));
    for (const accepted of ['identity', 'gzip', 'br', 'gzip, identity;q=0', 'br, identity;q=0', 'deflate', '*']) {
      const { headers, body } = await ask({ headers: { 'accept-encoding': accepted } });
      const tag = `${length} ${headers['etag']}`;
      const bytes = typeof body === 'string' ? body : `${headers['content-encoding']} ${body.join()}`;
      expect(seen.get(tag) ?? bytes).toBe(bytes);
      seen.set(tag, bytes);
    }
  }
  expect(seen.size).toBe(10);
});

test('errors of the wire contract stay as they are for a client that accepts everything', async () => {
  const { ask } = of(buildJpeg([frameHeader(16, 16)]));
  const answer = await ask({ headers: { 'accept-encoding': 'gzip, br' } });
  expect(text(answer.body)).toBe('{"error" : "no exif data"}');
});
