// Answers about more metadata than fits into them: they stay within their limit, and show what they can.
import { maxAnswerBytes } from '../../../lib/limits';
import { box } from '../../../testing/build/bmff';
import { concat } from '../../../testing/build/bytes';
import { buildPng, idat, iend, ihdr, textChunk } from '../../../testing/build/png';
import { buildMp4, media, smallMoov, userText } from '../../../testing/build/video';
import { xmpWith } from '../../../testing/build/xmp';
import { answering } from '../../../testing/fakes/answering';

async function answer(bytes: Uint8Array, query: string) {
  const { status, body } = await answering({ bytes, etag: null, lastModified: new Date(0) }).ask({ query });
  expect(status).toBe(200);
  expect(Buffer.byteLength(String(body))).toBeLessThanOrEqual(maxAnswerBytes);
  return JSON.parse(String(body));
}

const png = (...chunks: Parameters<typeof buildPng>[0]): Uint8Array => buildPng([ihdr(3, 2), ...chunks, idat(), iend]);
/** A character that JSON writes with six. */
const control = '\u0001';

test('flat names a member that is left out', async () => {
  const items = Array.from({ length: 256 }, (_, i) => `<rdf:li>${i}${'\u96ea'.repeat(1000)}</rdf:li>`).join('');
  const xmp = xmpWith(`<dc:subject><rdf:Bag>${items}</rdf:Bag></dc:subject><dc:title>Snow</dc:title>`);
  const flat = await answer(png(textChunk('iTXt', 'XML:com.adobe.xmp', xmp)), 'metadata');
  expect(flat).toMatchObject({ title: 'Snow', warnings: ['keywords is left out: too long'] });
  expect(flat).not.toHaveProperty('keywords');
});

test('typed leaves out a long text, and shows the others', async () => {
  const chunks = [textChunk('tEXt', 'long', control.repeat(100_000)), textChunk('tEXt', 'Title', 'Snow')];
  const { blocks } = await answer(png(...chunks), 'metadata/style/typed');
  expect(blocks.text).toEqual([
    { keyword: 'long', chunk: 'tEXt', omitted: true },
    { keyword: 'Title', chunk: 'tEXt', text: 'Snow' },
  ]);
});

test('typed shows as many texts of a video as fit', async () => {
  const texts = Array.from({ length: 60 }, () => userText('\u00a9inf', control.repeat(4000)));
  const { video } = await answer(
    buildMp4('qt  ', smallMoov(box('udta', concat(...texts))), media(8)),
    'metadata/style/typed',
  );
  // Half of the answer has room for 9 texts of 24,000 bytes.
  expect(video.texts).toHaveLength(9);
});
