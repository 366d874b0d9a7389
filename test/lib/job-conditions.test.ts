// Conditional requests on their whole way: what they are answered, and how often the store is asked for that.
import type { JobDeps } from '../../lib/job';
import { buildJpeg, comment, exifSegment, frameHeader, maxPayload } from '../../testing/build/jpeg';
import { thumbnailJpeg } from '../../testing/build/thumbnail';
import { ascii, buildTiff } from '../../testing/build/tiff';
import { type AnsweringFunction, answering } from '../../testing/fakes/answering';
import { spyCache } from '../../testing/fakes/spy-cache';

const tiff = buildTiff({ fields: [ascii(0x010f, 'Example Camera Co.')] });
const frame = frameHeader(640, 480);
const near = buildJpeg([exifSegment(tiff), frame], 1000);
const far = buildJpeg([...Array.from({ length: 3 }, () => comment(maxPayload)), exifSegment(tiff), frame], 200_000);
const text = new TextEncoder().encode('Not an image.\n');
const tooWide = buildJpeg([exifSegment(tiff), frameHeader(40_000, 10)]);

const written = new Date(Date.UTC(2020, 1, 2, 3, 4, 5, 678));
const at = 'Sun, 02 Feb 2020 03:04:05 GMT';
const before = 'Sun, 02 Feb 2020 03:04:04 GMT';

const of = (bytes: Uint8Array, given: Partial<JobDeps> = {}): AnsweringFunction =>
  answering({ bytes, etag: '"v1"', lastModified: written }, given);

/** An image whose EXIF is found in the first read, and one that takes more reads. */
describe.each([
  ['near', near, 1],
  ['far', far, 4],
] as const)('an image with its EXIF %s', (_name, bytes, plainReads) => {
  test('without a condition, and with one that does not apply', async () => {
    const { ask } = of(bytes);
    const plain = await ask();
    expect(plain).toMatchObject({ status: 200, reads: plainReads, headers: { 'last-modified': at } });
    const etag = plain.headers['etag'] ?? '';
    for (const headers of [
      { 'if-match': etag },
      { 'if-match': '*' },
      { 'if-unmodified-since': at },
      { 'if-none-match': '"other"' },
      { 'if-modified-since': before },
      { 'if-none-match': '"other"', 'if-modified-since': at },
      { 'if-match': etag, 'if-unmodified-since': before },
    ]) {
      expect(await ask({ headers })).toEqual(plain);
    }
  });

  test('304 and 412 take one request to the store, by GET and by HEAD', async () => {
    const { ask, lines } = of(bytes);
    const etag = (await ask()).headers['etag'] ?? '';
    const rows = [
      [{ 'if-none-match': etag }, 304],
      [{ 'if-modified-since': at }, 304],
      [{ 'if-match': '"other"' }, 412],
      [{ 'if-match': `W/${etag}` }, 412],
      [{ 'if-unmodified-since': before }, 412],
      [{ 'if-match': '"other"', 'if-none-match': etag }, 412],
    ] as const;
    for (const method of ['GET', 'HEAD']) {
      for (const [headers, status] of rows) {
        const answer = await ask({ headers, method });
        expect([headers, answer.status, answer.reads]).toEqual([headers, status, 1]);
        if (status === 304) expect(answer.headers).toMatchObject({ etag, 'last-modified': at });
        if (status === 304 || method === 'HEAD') expect(answer.body).toBe('');
        else expect(answer.body).toContain('<Code>PreconditionFailed</Code>');
      }
    }
    expect(lines.at(-1)).toMatchObject({ level: 'info', status: 412, code: 'PreconditionFailed' });
  });

  test.each(['verify', 'trust'] as const)('with a cache (%s) they cost what any hit costs', async (freshness) => {
    const { ask } = of(bytes, { cache: spyCache({ freshness }).cache });
    const etag = (await ask()).headers['etag'] ?? '';
    const reads = freshness === 'trust' ? 0 : 1;
    expect(await ask()).toMatchObject({ status: 200, reads });
    for (const [headers, status] of [
      [{ 'if-none-match': etag }, 304],
      [{ 'if-modified-since': at }, 304],
      [{ 'if-modified-since': before }, 200],
      [{ 'if-match': etag }, 200],
      [{ 'if-match': '"other"' }, 412],
      [{ 'if-unmodified-since': before }, 412],
    ] as const) {
      expect([headers, await ask({ headers })]).toMatchObject([headers, { status, reads }]);
    }
  });
});

describe('an object that cannot be answered gets its error, whatever the conditions say', () => {
  const conditions = [{ 'if-modified-since': at }, { 'if-match': '"x"' }, { 'if-unmodified-since': before }];

  test.each([
    ['not an image', text, 'exif', 400],
    ['empty', new Uint8Array(0), 'exif', 400],
    ['too wide', tooWide, 'exif', 400],
    ['without a thumbnail', near, 'exif/thumbnail', 404],
  ])('%s', async (_name, bytes, query, status) => {
    for (const headers of [...conditions, { 'if-none-match': '*' }]) {
      expect(await of(bytes).ask({ query, headers })).toMatchObject({ status, reads: 1 });
      const cached = of(bytes, { cache: spyCache().cache });
      await cached.ask({ query });
      expect(await cached.ask({ query, headers })).toMatchObject({ status, reads: 1 });
    }
  });

  test('one that is not there', async () => {
    for (const headers of conditions) expect(await answering(null).ask({ headers })).toMatchObject({ status: 404 });
  });
});

test('a thumbnail has conditions too', async () => {
  const { ask } = of(thumbnailJpeg(new Uint8Array([0xff, 0xd8, 0xff, 0xd9])));
  const { ask: good } = of(thumbnailJpeg(near));
  const query = 'exif/thumbnail';
  expect((await ask({ query, headers: { 'if-modified-since': at } })).status).toBe(400);
  const etag = (await good({ query })).headers['etag'] ?? '';
  expect(await good({ query, headers: { 'if-modified-since': at } })).toMatchObject({ status: 304, reads: 1 });
  expect(await good({ query, headers: { 'if-match': '"x"' } })).toMatchObject({ status: 412, reads: 1 });
  expect(await good({ query, headers: { 'if-match': etag } })).toMatchObject({ status: 200, reads: 1 });
});

test('without ETag and date from the store, conditions have no effect', async () => {
  const { ask } = answering({ bytes: near, etag: null, lastModified: written });
  expect(await ask({ headers: { 'if-modified-since': at } })).toMatchObject({ status: 304 });
  expect(await ask({ headers: { 'if-match': '"x"' } })).toMatchObject({ status: 412 });
  expect(await ask({ headers: { 'if-none-match': '"x"' } })).toMatchObject({ status: 200 });
});

test('a date cannot distinguish answers that differ only by settings; a tag can', async () => {
  const etags: string[] = [];
  for (const revision of ['a', 'b']) {
    const { ask } = of(near, { answers: { cacheControl: 'no-cache', corsOrigins: [], revision } });
    expect(await ask({ headers: { 'if-modified-since': at } })).toMatchObject({ status: 304 });
    const { status, headers } = await ask({ headers: { 'if-none-match': etags.join() } });
    expect(status).toBe(200);
    etags.push(headers['etag'] ?? '');
  }
  expect(new Set(etags).size).toBe(2);
});
