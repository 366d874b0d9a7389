// Every fixture of every container, cut at every length and with every byte flipped: a record or a ProblemError about the
// image, within the budget, and never a value that the whole image does not have.
import { containers } from '../../../lib/container';
import { defaultLimits } from '../../../lib/limits';
import { type ProblemCode, ProblemError } from '../../../lib/problem';
import { cos } from '../../../lib/style/cos';
import type { ExifRecord, ReadCost } from '../../../lib/types';
import { fixtures, relatives, unsized, withoutExif } from '../../../testing/build/containers';
import { entriesOf } from '../../../testing/compare/document';
import { readRecord } from '../../../testing/compare/read';
import { anyRef, bucketOf } from '../../../testing/fakes/counting-bucket';

/** A first read that holds little, so that the follow-up reads are tried too. */
const limits = { ...defaultLimits, firstRead: 48 };
const blamesTheImage: readonly ProblemCode[] = [
  'NotAnImage',
  'DamagedImage',
  'BudgetExceeded',
  'SideTooLong',
  'TooManyPixels',
  'TooManyFrames',
];
const signal = new AbortController().signal;

/** The record, or the code; throws what no image may cause. */
async function read(bytes: Uint8Array): Promise<ExifRecord | ProblemCode> {
  const cost: ReadCost = { requests: 0, bytes: 0 };
  const counting = bucketOf(bytes);
  const deps = { bucket: counting.bucket, limits, dropGroups: [] };
  const result = await readRecord(anyRef, deps, cost, signal).catch(blamedCode);
  if (typeof result !== 'string') JSON.parse(cos.render(result));
  if (cost.requests > limits.requests || cost.bytes > limits.readBytes) throw new Error('over the budget');
  if (cost.requests !== counting.requests.length || cost.bytes !== counting.bytes()) throw new Error('miscounted');
  return result;
}

function blamedCode(error: unknown): ProblemCode {
  if (error instanceof ProblemError && blamesTheImage.includes(error.code)) return error.code;
  throw error;
}

async function entries(bytes: Uint8Array): Promise<string[]> {
  const record = await read(bytes);
  return typeof record === 'string' || record.document === null ? [] : entriesOf(record.document);
}

test('every container has fixtures', () => {
  const names = new Set([...Object.keys(fixtures), ...Object.keys(withoutExif)]);
  expect([...names].toSorted()).toEqual(containers.map(({ name }) => name).toSorted());
});

/** What bytes are xored with: one mask does, but for the first fixture of what most images are. */
const masksOf = (container: string, row: number) =>
  row === 0 && ['jpeg', 'png', 'tiff'].includes(container) ? [0xff, 0x01] : [0xff];

type Rows = Readonly<Record<string, Readonly<Record<string, Uint8Array>>>>;
const rowsOf = (rows: Rows, exif: readonly string[]) =>
  Object.entries(rows).flatMap(([container, named]) =>
    Object.entries(named).map(([name, bytes], i) => ({ container, name, bytes, exif, masks: masksOf(container, i) })),
  );
const some = ['Exif:a001 [1]'];
const all = [...rowsOf(fixtures, some), ...rowsOf({ tiff: relatives }, some), ...rowsOf(withoutExif, [])];

describe.each(all)('$container, $name', ({ container, bytes, exif, masks }) => {
  test('whole: found by its own container, with tags of the Exif IFD where there is one', async () => {
    const size = unsized.includes(container) ? { width: null, height: null } : { width: 3, height: 2 };
    expect(await read(bytes)).toMatchObject({ container, shape: size });
    expect(await entries(bytes)).toEqual(exif.length > 0 ? expect.arrayContaining([...exif]) : []);
  });

  test('cut at every length', async () => {
    const whole = new Set(await entries(bytes));
    for (let length = 1; length < bytes.length; length++) {
      const wrong = (await entries(bytes.slice(0, length))).filter((entry) => !whole.has(entry));
      if (wrong.length > 0) throw new Error(`cut at ${length}: ${wrong.join(', ')}`);
    }
  });

  test.each(masks)('each byte xor %i', async (mask) => {
    for (let at = 0; at < bytes.length; at++) {
      const flipped = bytes.slice();
      flipped[at] = (flipped[at] ?? 0) ^ mask;
      await read(flipped).catch((error: unknown) => {
        throw new Error(`byte ${at} flipped`, { cause: error });
      });
    }
  });
});
