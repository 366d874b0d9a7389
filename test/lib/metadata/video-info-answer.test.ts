// `?ci-process=videoinfo`, from the request to the XML.
import { defaultLimits } from '../../../lib/limits';
import { latin1 } from '../../../testing/build/bytes';
import { buildJpeg, frameHeader } from '../../../testing/build/jpeg';
import { smallVideos } from '../../../testing/build/small-videos';
import { answering } from '../../../testing/fakes/answering';

const query = 'ci-process=videoinfo';
const of = (bytes: Uint8Array) => answering({ bytes, etag: '"v1"', lastModified: new Date(0) });
const webm = smallVideos['webm'] ?? new Uint8Array(0);

test.each(Object.entries(smallVideos))('%s: XML, with one read', async (_, bytes) => {
  const { status, headers, body, reads } = await of(bytes).ask({ query });
  expect([status, headers['content-type'], reads]).toEqual([200, 'application/xml', 1]);
  expect(body).toMatch(/^<Response><MediaInfo><Format>.*<\/Format><Stream>.*<\/Stream><\/MediaInfo><\/Response>$/);
});

test('a version that the caller has: 304', async () => {
  const { ask } = of(webm);
  const { headers } = await ask({ query });
  expect(await ask({ query, headers: { 'if-none-match': headers['etag'] ?? '' } })).toMatchObject({
    status: 304,
    body: '',
  });
});

test('a video above the limit on objects is answered', async () => {
  const limits = { ...defaultLimits, objectBytes: 10 };
  const { ask } = answering({ bytes: webm, etag: null, lastModified: new Date(0) }, { limits });
  expect(await ask({ query })).toMatchObject({ status: 200 });
});

test.each([
  ['an image', buildJpeg([frameHeader(3, 2)]), 'NotAnImage'],
  ['a text', latin1('text'), 'NotAnImage'],
  ['nothing', new Uint8Array(0), 'EmptyObject'],
  ['a video without a description', latin1('\0\0\0\x08ftyp'), 'DamagedImage'],
])('%s: 400', async (_, bytes, code) => {
  const { ask, lines } = of(bytes);
  expect(await ask({ query })).toMatchObject({ status: 400 });
  expect(lines.map((line) => line.code)).toEqual([code]);
});
