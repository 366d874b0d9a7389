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

describe.each(['gzip', 'br'] as const)('%s', (coding) => {
  test.each([
    ['32 KiB are compressed at once', 32 * 1024, true],
    ['more bytes are compressed in another thread', 32 * 1024 + 1, false],
  ])('%s', async (_name, length, atOnce) => {
    let isDone = false;
    const compressed = compress('a'.repeat(length), coding).then(() => {
      isDone = true;
    });
    // Work of another thread ends in a later turn of the event loop.
    await Promise.resolve();
    await Promise.resolve();
    expect(isDone).toBe(atOnce);
    await compressed;
  });
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
