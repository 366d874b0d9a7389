// The answers about metadata as tabs: rows, notes, and how much of a hostile answer is shown.
import { rowsOf } from '../../page/block-rows';
import { toBlockTabs, toTabs } from '../../page/blocks';
import type { StyleAnswer } from '../../page/source';

const answer = (json: unknown): StyleAnswer => ({
  kind: 'answer',
  text: JSON.stringify(json),
  json,
  reads: null,
  notes: [],
});
const namesAndTexts = (rows: readonly Readonly<{ name: string; text: string }>[]) =>
  rows.map(({ name, text }) => [name, text]);
/** The only tab of a block. */
const tabOf = (name: string, block: unknown, more: object = {}) => {
  const [tab] = toBlockTabs({ blocks: { [name]: block }, places: [], blockWarnings: [], ...more });
  if (tab === undefined) throw new Error(`no tab for ${name}`);
  return tab;
};
const rowsIn = (name: string, block: unknown) =>
  tabOf(name, block).groups.map((group) => [group.name, ...namesAndTexts(group.rows)]);

test('the summary shows each value with its source, and comes before the blocks that the file has', () => {
  const flat = { title: 'Sea', keywords: ['a b', 'c'], rating: 3, sources: { title: 'XMP dc:title' }, tags: { X: 1 } };
  const typed = { blocks: { iptc: { datasets: [] }, xmp: { properties: {} } }, places: [] };
  const tabs = toTabs({ flat: answer({ ...flat, warnings: ['xmp: it ends early'] }), typed: answer(typed) });
  expect(tabs.map(({ label, operation }) => [label, operation])).toEqual([
    ['Summary', 'metadata'],
    ['XMP', 'metadata/style/typed/only/xmp'],
    ['IPTC', 'metadata/style/typed/only/iptc'],
  ]);
  const [summary] = tabs;
  expect(summary?.notes).toEqual(['Warning: xmp: it ends early']);
  expect(summary?.groups).toEqual([
    {
      name: 'All blocks together',
      rows: [
        { name: 'title', text: 'Sea', id: '', type: 'XMP dc:title' },
        { name: 'keywords', text: 'a b, c', id: '', type: '' },
        { name: 'rating', text: '3', id: '', type: '' },
      ],
    },
    { name: 'Other EXIF tags', rows: [{ name: 'X', text: '1', id: '', type: '' }] },
  ]);
});

test('XMP has a group for each prefix; lists, languages, structures and qualifiers are readable', () => {
  const properties = {
    'dc:title': { alt: { 'x-default': 'Sea' } },
    'dc:rights': { alt: { 'x-default': 'Free', de: 'Frei' } },
    'dc:subject': { bag: ['one', 'two'] },
    'xmpMM:History': { seq: [{ fields: { 'stEvt:action': 'saved', 'stEvt:when': '2026' } }] },
    'xmp:Identifier': { value: '7', qualifiers: { 'xmpidq:Scheme': 's' } },
    'mwg-rs:Regions': { fields: { 'mwg-rs:RegionList': { bag: [{ fields: { a: { fields: { x: '1' } } } }] } } },
  };
  expect(rowsIn('xmp', { namespaces: {}, properties })).toEqual([
    ['dc', ['dc:title', 'Sea'], ['dc:rights', 'x-default: Free\nde: Frei'], ['dc:subject', 'one, two']],
    ['xmpMM', ['xmpMM:History 1', 'stEvt:action: saved\nstEvt:when: 2026']],
    ['xmp', ['xmp:Identifier', 'value: 7\nxmpidq:Scheme: s']],
    ['mwg-rs', ['mwg-rs:Regions / mwg-rs:RegionList 1 / a', 'x: 1']],
  ]);
});

test('IPTC has a row for each dataset, with its number', () => {
  const datasets = [
    { record: 2, dataset: 5, name: 'ObjectName', text: 'Sea' },
    { record: 2, dataset: 200, name: null, base64: 'AA==' },
  ];
  expect(tabOf('iptc', { charset: 'utf-8', newerThanXmp: true, datasets }).groups).toEqual([
    {
      name: 'IPTC',
      rows: [
        { name: 'ObjectName', text: 'Sea', id: '2:05', type: '' },
        { name: '2:200', text: 'AA==', id: '2:200', type: 'base64' },
      ],
    },
    {
      name: 'Character code',
      rows: [
        { name: 'charset', text: 'utf-8', id: '', type: '' },
        { name: 'newerThanXmp', text: 'true', id: '', type: '' },
      ],
    },
  ]);
});

const manifest = (label: string, hasSignature: boolean) => ({ label, title: null, actions: [], hasSignature });

test('C2PA says that the signature was not checked, and which manifest is the active one', () => {
  const signed = tabOf('c2pa', { manifests: [manifest('a', false), manifest('b', true)], active: 'b' });
  expect(signed.notes).toEqual(['A signature is present. It was not checked.']);
  expect(signed.groups.map(({ name }) => name)).toEqual(['Manifest 1', 'Manifest 2 (active)']);
  const { notes, groups } = tabOf('c2pa', { manifests: [manifest('a', false)], active: 'a' });
  expect(notes).toEqual(['No signature is present.']);
  expect(namesAndTexts(groups[0]?.rows ?? [])).toEqual([
    ['label', 'a'],
    ['hasSignature', 'false'],
  ]);
});

test.each([
  ['text', [{ keyword: 'Title', chunk: 'iTXt', text: 'Lake' }], [['PNG text', ['Title', 'Lake']]]],
  ['text', [{ keyword: 'a', chunk: 'tEXt', omitted: true }], [['PNG text', ['a', 'not shown here: too long']]]],
  ['icc', { size: 3144, name: 'sRGB', created: null }, [['ICC', ['size', '3144'], ['name', 'sRGB']]]],
  ['mpf', { images: [{ type: 'primary', offset: 0 }] }, [['MPF', ['images 1', 'type: primary\noffset: 0']]]],
  ['makernote', { maker: 'Apple', burstId: 'B' }, [['Maker note', ['maker', 'Apple'], ['burstId', 'B']]]],
  ['gainmap', { kinds: ['apple', 'mpf'], version: null }, [['Gain map', ['kinds', 'apple, mpf']]]],
  ['motion', { kind: 'samsung', offset: 9 }, [['Motion photo', ['kind', 'samsung'], ['offset', '9']]]],
])('%s as rows', (name, block, rows) => {
  expect(rowsIn(name, block)).toEqual(rows);
});

test('a video has its headers, its texts and its tracks', () => {
  const video = { duration: 3, make: null, tracks: [{ id: 1 }], texts: [{ name: 'a', value: 'b', track: 1 }] };
  const [tab] = toBlockTabs({ blocks: {}, places: [], video: { ...video, warnings: ['x'] } });
  expect(tab?.notes).toEqual(['Damaged: x']);
  expect(tab?.groups.map(({ name, rows }) => [name, ...rows.map(({ text, type }) => text + type)])).toEqual([
    ['Video', '3'],
    ['Texts', 'btrack 1'],
    ['Track 1', '1'],
  ]);
});

test('notes say where a block is, what is damaged, and what is too long', () => {
  const place = (block: string, offset: number | null, size = 2048) => ({ block, offset, size });
  const places = [place('xmp', 12_345), place('icc', 1), place('xmp', null)];
  const blockWarnings = [
    { block: 'xmp', detail: 'it ends early' },
    { block: 'icc', detail: 'other' },
  ];
  expect(tabOf('xmp', { omitted: true }, { places, blockWarnings }).notes).toEqual([
    '2.0 KB from byte 12,345 of the file.',
    '2.0 KB, compressed or in several pieces.',
    'It is too long to be shown here.',
    'Damaged: it ends early',
  ]);
  const many = Array.from({ length: 100 }, (_, at) => place('xmp', at));
  expect(tabOf('xmp', {}, { places: many }).notes).toHaveLength(9);
});

test.each([null, 5, 'x', [], { blocks: 5 }, { blocks: { xmp: 5, iptc: [], c2pa: 'x', text: {} }, places: 5 }])(
  '%j has no rows',
  (json) => {
    expect(toBlockTabs(json).flatMap(({ groups }) => groups)).toEqual([]);
  },
);

test('long lists, long texts and deep values are cut', () => {
  expect(rowsOf(Array.from({ length: 20_000 }, () => ({ a: { b: 1 } })))).toHaveLength(2_000);
  expect(rowsOf('x'.repeat(100_000), 'a')[0]?.text.length).toBeLessThan(2_100);
  let deep: object = { a: 1, b: {} };
  for (let level = 0; level < 200; level++) deep = { a: 1, b: deep };
  const rows = rowsOf(deep);
  expect(rows).toHaveLength(17);
  expect(rows.at(-1)?.text).toMatch(/^\{"a":1,"b":\{/);
});
