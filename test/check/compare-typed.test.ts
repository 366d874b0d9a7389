import { compareTyped } from '../../check/corpus/compare-typed';
import { derivedTruth } from '../../check/corpus/derived-truth';
import { documentOf, type TypedAnswer } from '../../check/corpus/typed-document';
import { typed } from '../../lib/style/typed';
import type { ExifRecord, TagEntry } from '../../lib/types';
import { bytes, document, entry, truthOf } from './entries';

function recordOf(...entries: TagEntry[]): ExifRecord {
  return {
    stat: { size: 100, etag: '"1"', lastModified: null },
    parser: '1',
    container: 'tiff',
    shape: { width: 4, height: 3, frames: 1, animated: false },
    document: document(...entries),
  };
}

const make = entry(0x10f, 2, bytes('A\0'));
const truth = truthOf({ 'IFD0:Make': { id: 0x10f, val: 'A', fmt: 'string' } });

test('an answer that agrees and keeps all has no difference', () => {
  expect(compareTyped(recordOf(make), truth, [])).toEqual({
    tags: { agreeing: 1, total: 1 },
    lossless: { agreeing: 1, total: 1 },
    derived: { width: { agreeing: 1, total: 1 }, height: { agreeing: 1, total: 1 } },
    differences: [],
  });
});

test('a value that the JSON shows wrong is a difference, unless the record has it wrong', () => {
  const other = truthOf({ 'IFD0:Make': { id: 0x10f, val: 'B', fmt: 'string' } });
  const { tags, differences } = compareTyped(recordOf(make), other, []);
  expect(tags).toEqual({ agreeing: 0, total: 1 });
  expect(differences).toMatchObject([{ at: 'typed:IFD0:Make', kind: 'value' }]);
  const known = differences.map((difference) => ({ ...difference, at: 'IFD0:Make' }));
  expect(compareTyped(recordOf(make), other, known).differences).toEqual([]);
});

test('a value that the JSON leaves out counts as lost', () => {
  const long = entry(0xc000, 7, new Uint8Array(100_000));
  const { lossless, differences } = compareTyped(recordOf(make, long), truth, []);
  expect(lossless).toEqual({ agreeing: 1, total: 2 });
  expect(differences).toContainEqual(expect.objectContaining({ at: 'typed:IFD0:0xc000', kind: 'typed' }));
});

test('what is derived is compared, near enough', () => {
  const at = (seconds: number): Parameters<typeof truthOf>[0] => ({
    'GPS:GPSLatitudeRef': { id: 1, val: 'S', fmt: 'string' },
    'GPS:GPSLatitude': { id: 2, val: 52 + seconds / 3600, fmt: 'rational64u' },
  });
  const gps = { ifd: 'GPS' } as const;
  const record = recordOf(
    entry(1, 2, bytes('S\0'), gps),
    entry(
      2,
      5,
      [
        [52, 1],
        [0, 1],
        [0, 1],
      ],
      gps,
    ),
  );
  expect(compareTyped(record, truthOf(at(0.0003)), []).derived['latitude']).toEqual({ agreeing: 1, total: 1 });
  const far = compareTyped(record, truthOf(at(0.001)), []);
  expect(far.derived['latitude']).toEqual({ agreeing: 0, total: 1 });
  expect(far.differences).toContainEqual(expect.objectContaining({ at: 'derived:latitude', ours: '-52' }));
});

test("the truth's times are ISO 8601, and only those of a calendar", () => {
  const times = (val: string) =>
    derivedTruth(
      truthOf({
        'ExifIFD:DateTimeOriginal': { id: 0x9003, val, fmt: 'string' },
        'ExifIFD:SubSecTimeOriginal': { id: 0x9291, val: 5, fmt: 'string' },
        'ExifIFD:OffsetTimeOriginal': { id: 0x9011, val: '+02:00', fmt: 'string' },
      }),
    )['dateTimeOriginal'];
  expect(times('2024:05:01 12:00:00')).toBe('2024-05-01T12:00:00.5+02:00');
  expect(times('2024:02:30 12:00:00')).toBeUndefined();
  expect(times('    :  :     :  :  ')).toBeUndefined();
});

test('the JSON alone gives every kind of value back', () => {
  const { document: like } = recordOf(
    make,
    entry(0x110, 2, bytes('it\x92s\0')),
    entry(0x8298, 2, bytes('a\0b\0\0')),
    entry(0xc000, 1, Uint8Array.of(1, 255)),
    entry(0xc001, 6, Uint8Array.of(255)),
    entry(0xc002, 7, Uint8Array.of(0, 200)),
    entry(0xc003, 5, [[1, 0]]),
    entry(0xc004, 10, [
      [-1, 3],
      [1, 2],
    ]),
    entry(0xc005, 12, [Number.NaN, Number.NEGATIVE_INFINITY, -0]),
    entry(0xc006, 3, []),
    entry(0x9c9b, 1, bytes('Z\0\xfc\0\0\0')),
    entry(0x9c9c, 3, [0x5a, 0xfc, 0]),
    entry(0x927c, 7, null),
    entry(27, 2, bytes('ASCII\0\0\0FUSED\0'), { ifd: 'GPS' }),
    entry(28, 2, bytes('no code\0'), { ifd: 'GPS' }),
  );
  if (like === null) throw new Error('there is a document');
  const answer = JSON.parse(typed.render({ ...recordOf(), document: like })) as TypedAnswer;
  expect(documentOf(answer, like)).toEqual(like);
});
