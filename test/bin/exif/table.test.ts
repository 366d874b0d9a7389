// JSON of styles as sections, and sections as lines.
import { toSections } from '../../../bin/exif/sections';
import { toTable } from '../../../bin/exif/table';
import { cut, painter, printable, printableJson } from '../../../bin/exif/terminal';
import type { ExifRecord, Warning } from '../../../lib';

const ref = { bucketId: 'b', bucket: 'b', key: 'a' };
const image: ExifRecord = {
  ref,
  stat: { size: 1, etag: null, lastModified: null },
  parser: '1',
  container: 'gif',
  shape: { width: null, height: null, frames: 3, animated: true },
  document: null,
};

function tableOf(json: string, columns: number, record = image): string {
  const cost = { requests: 2, bytes: 1234 };
  return toTable({ name: 'a.gif', record, json, cost, ms: 1.4 }, columns, painter(false));
}

test('what stands in no group comes first, what is empty not at all', () => {
  const json = { IFD0: { Make: 'A' }, GPS: {}, summary: 'a line', gone: null, warnings: [], size: 12 };
  expect(toSections(JSON.stringify(json))).toEqual([
    {
      title: '',
      rows: [
        ['summary', 'a line'],
        ['size', '12'],
      ],
    },
    { title: 'IFD0', rows: [['Make', 'A']] },
  ]);
});

test('typed tags: rationals as they are, bytes as their number, unknown ones by their id', () => {
  const tags = [
    { id: 33434, name: 'ExposureTime', type: 'RATIONAL', count: 1, value: [1, 50] },
    { id: 37500, name: 'MakerNote', type: 'UNDEFINED', count: 900, omitted: true },
    { id: 41729, name: 'SceneType', type: 'UNDEFINED', count: 1, base64: 'AQ==' },
    { id: 11, name: null, type: 'SHORT', count: 1, value: 7 },
  ];
  expect(toSections(JSON.stringify({ ifds: { Exif: tags, IFD1: [] }, derived: { latitude: 1.5 } }))).toEqual([
    {
      title: 'Exif',
      rows: [
        ['ExposureTime', '[1,50]'],
        ['MakerNote', '(not shown)'],
        ['SceneType', '1 byte'],
        ['0x000b', '7'],
      ],
    },
    { title: 'derived', rows: [['latitude', '1.5']] },
  ]);
});

test('tags with the names of members of every object are rows like others', () => {
  const json = '{"__proto__":{"val":"x"},"constructor":{"val":"y"},"toString":{"value":"z"}}';
  expect(toSections(json)[0]?.rows).toEqual([
    ['__proto__', 'x'],
    ['constructor', 'y'],
    ['toString', 'z'],
  ]);
});

test('an image without EXIF says so, and what it is', () => {
  expect(tableOf('{}', 80)).toBe('a.gif\n  gif, 3 frames, 1 byte; read 1,234 bytes in 2 requests, 1 ms\n  no EXIF\n');
});

test.each([
  ['heif', 'heif, 1 byte;'],
  ['tiff', 'tiff, 3 pages, 1 byte;'],
])('pictures of %s that stand still', (container, what) => {
  const still = { ...image, container, shape: { ...image.shape, animated: false } };
  expect(tableOf('{}', 80, still)).toContain(`\n  ${what}`);
});

test('what was lost is said once a kind', () => {
  const warnings: Warning[] = [
    { code: 'truncated', at: 1, detail: '' },
    { code: 'truncated', at: 9, detail: '' },
    { code: 'loop', at: 2, detail: '' },
  ];
  const document = { littleEndian: true, entries: [], warnings, pages: 1 };
  expect(tableOf('{}', 80, { ...image, document })).toMatch(/\n {2}damaged in parts: truncated, loop\n$/);
});

test('lines are cut at the width of the terminal, but a value always gets some room', () => {
  const json = JSON.stringify({ Make: '😀'.repeat(100), ['N'.repeat(50)]: 'x'.repeat(100) });
  for (const [columns, longest] of [
    [60, 60],
    [20, 2 + 32 + 2 + 16],
  ] as const) {
    const [, , make = '', other = ''] = tableOf(json, columns, { ...image, document: null })
      .split('\n')
      .filter((line) => !line.includes('no EXIF'));
    expect([...make].length).toBe(longest);
    expect([...other].length).toBe(longest);
    expect(other).toContain('…  ');
  }
});

test('text for a terminal has nothing that acts, and is else as it was', () => {
  expect(printable('plain é 照片 👩‍🚀 \u200b')).toBe('plain é 照片 👩‍🚀 \u200b');
  expect(printable('\0\n\r\t\x1b\x7f\x85\x9b\u200f\u202e\u2066\u2028\ud800')).toBe(
    '\\u0000\\u000a\\u000d\\u0009\\u001b\\u007f\\u0085\\u009b\\u200f\\u202e\\u2066\\u2028\\ud800',
  );
});

test('JSON keeps its value', () => {
  const value = { a: '\x9b\u202e\n', b: ['\x7f'] };
  const json = JSON.stringify(value, null, 2);
  expect(JSON.parse(printableJson(json))).toEqual(value);
  expect(printableJson(json)).not.toMatch(/[\x7f\x9b\u202e]/);
  expect(printableJson(json).split('\n')).toHaveLength(json.split('\n').length);
});

test('a cut counts characters, not their halves', () => {
  expect([cut('abc', 3), cut('abcd', 3), cut('😀😀', 2), cut('😀😀😀', 2)]).toEqual(['abc', 'ab…', '😀😀', '😀…']);
});
