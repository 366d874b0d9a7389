import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { compress } from '../../../lib/bytes/compress';

const texts = [
  '',
  'a',
  '{"Make":{"val":"Übung 图 \u{1f4f7}"}}'.repeat(10),
  '{"Make":{"val":"Übung 图 \u{1f4f7}"}}'.repeat(1000),
];

test.each(texts)('what comes out is the text again', async (text) => {
  expect(gunzipSync(await compress(text, 'gzip')).toString('utf8')).toBe(text);
  expect(brotliDecompressSync(await compress(text, 'br')).toString('utf8')).toBe(text);
});

test('a decoder of Brotli needs a window of 64 KiB only [RFC 7932 9.1]', async () => {
  for (const text of texts.slice(-2)) expect(((await compress(text, 'br'))[0] ?? 1) & 1).toBe(0);
});

test('it is shorter, and the same each time', async () => {
  const text = texts.at(-1) ?? '';
  for (const coding of ['gzip', 'br'] as const) {
    const bytes = await compress(text, coding);
    expect(bytes.length).toBeLessThan(text.length / 50);
    expect(await compress(text, coding)).toEqual(bytes);
  }
});
