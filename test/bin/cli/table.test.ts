// JSON of styles as sections, and sections as lines.
import { toSections } from '../../../bin/cli/sections';
import { toTable } from '../../../bin/cli/table';
import { columnsOf, cut, painter, printable, printableJson } from '../../../bin/terminal/terminal';
import type { ExifRecord, Warning } from '../../../lib';

const image: ExifRecord = {
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

test('rows without a group come first, empty groups are left out', () => {
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
])('still pictures of %s', (container, what) => {
  const still = { ...image, container, shape: { ...image.shape, animated: false } };
  expect(tableOf('{}', 80, still)).toContain(`\n  ${what}`);
});

test('each kind of loss is reported once', () => {
  const warnings: Warning[] = [
    { code: 'truncated', at: 1, detail: '' },
    { code: 'truncated', at: 9, detail: '' },
    { code: 'loop', at: 2, detail: '' },
  ];
  const document = { littleEndian: true, entries: [], warnings, pages: 1 };
  expect(tableOf('{}', 80, { ...image, document })).toMatch(/\n {2}damaged in parts: truncated, loop\n$/);
});

describe('on a narrow terminal', () => {
  const warnings: Warning[] = [{ code: 'truncated', at: 1, detail: '' }];
  const document = { littleEndian: true, entries: [], warnings, pages: 1 };
  const json = JSON.stringify({
    Make: '😀'.repeat(100),
    IFD0: {
      ComponentsConfiguration: 'Y, Cb, Cr and nothing',
      ['N'.repeat(50)]: 'x'.repeat(100),
      照片: '照片 '.repeat(40),
    },
    ['T'.repeat(200)]: { Make: 'A' },
  });
  const shown = { json, cost: { requests: 2, bytes: 1234 }, ms: 1.4, name: `${'照片'.repeat(60)}.gif` };

  test.each([120, 80, 60, 40, 39, 20, 10, 3, 2, 1])('of %i columns no line is longer', (columns) => {
    for (const read of [document, null]) {
      const table = toTable({ ...shown, record: { ...image, document: read } }, columns, painter(true));
      const lines = table.replaceAll(/\p{Cc}\[[0-9;]*m/gu, '').split('\n');
      expect(lines.filter((line) => columnsOf(line) > columns)).toEqual([]);
      expect(lines.filter((line) => line.endsWith('…')).length).toBeGreaterThanOrEqual(5);
    }
  });

  test('the line under the name is cut like others', () => {
    expect(tableOf('{}', 40).split('\n')[1]).toBe('  gif, 3 frames, 1 byte; read 1,234 byt…');
  });

  test('names leave as much room as the values need', () => {
    const name = 'ComponentsConfiguration';
    const row = (value: string, columns: number) => tableOf(JSON.stringify({ [name]: value }), columns).split('\n')[3];
    expect(row('Y, Cb, Cr and nothing', 40)).toBe('  ComponentsConfigura…  Y, Cb, Cr and n…');
    expect(row('short', 40)).toBe('  ComponentsConfiguration  short');
    expect(row('Y, Cb, Cr and nothing', 20)).toBe('  Compone…  Y, Cb, …');
  });

  test('values are aligned, whichever characters the names have', () => {
    const rows = tableOf('{"照片":"a","Make":"b"}', 80).split('\n').slice(3, 5);
    expect(rows).toEqual(['  照片  a', '  Make  b']);
  });
});

test.each([
  ['abc é…', 6],
  ['e\u0301', 1],
  ['照片', 4],
  ['한글カナ！', 10],
  ['😀', 2],
  ['\u2764\ufe0f', 2],
  ['a\u200bb', 2],
  ['👨\u200d👩\u200d👧', 2],
  ['🇩🇪', 2],
])('%j takes %i columns', (text, columns) => {
  expect(columnsOf(text)).toBe(columns);
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

test('a cut counts columns, and does not split characters', () => {
  expect([cut('abc', 3), cut('abcd', 3), cut('', 0)]).toEqual(['abc', 'ab…', '']);
  expect([cut('😀😀', 4), cut('😀😀', 3), cut('😀😀😀', 4)]).toEqual(['😀😀', '😀…', '😀…']);
  expect(cut('👨\u200d👩\u200d👧x', 2)).toBe('…');
  expect([cut('e\u0301e\u0301', 2), cut('e\u0301abc', 2)]).toEqual(['e\u0301e\u0301', 'e\u0301…']);
});
