import { deflateRawSync, deflateSync } from 'node:zlib';
import { inflate } from '../../../lib/bytes/inflate';

const zeros = new Uint8Array(1000);
const stream = Uint8Array.from(deflateSync(zeros));

test('the cap is exact', () => {
  expect(inflate(stream, 1001)).toHaveLength(1000);
  expect(inflate(stream, 1000)).toHaveLength(1000);
  expect(inflate(stream, 999)).toBeNull();
});

test('a bomb of 16 MiB is refused without unpacking it', () => {
  const bomb = Uint8Array.from(deflateSync(new Uint8Array(16 * 1024 * 1024), { level: 9 }));
  const before = process.memoryUsage().arrayBuffers;
  expect(inflate(bomb, 1024 * 1024)).toBeNull();
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * 1024 * 1024);
});

test.each([
  ['nothing', new Uint8Array(0)],
  ['no zlib header', Uint8Array.from(deflateRawSync(zeros))],
  ['text', new TextEncoder().encode('not deflated')],
  ['cut short', stream.subarray(0, stream.length - 6)],
  ['a wrong checksum', stream.map((byte, i) => (i === stream.length - 1 ? byte ^ 1 : byte))],
])('%s is null', (_name, bytes) => {
  expect(inflate(bytes, 4096)).toBeNull();
});

test('bytes behind the stream do no harm', () => {
  expect(inflate(Uint8Array.of(...stream, 1, 2, 3), 4096)).toEqual(Buffer.from(zeros));
});
