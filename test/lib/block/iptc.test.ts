// Datasets of IPTC-IIM: values, charset, which of several blocks counts, and damage.
import { type IptcBlock, iptcTexts, parseIptc } from '../../../lib/block/iptc';
import { iptcName } from '../../../lib/block/iptc-names';
import { maxIptcBytes, maxIptcDatasets } from '../../../lib/block/limits';
import { maxWarnings } from '../../../lib/limits';
import { concat, latin1, u32, utf8 } from '../../../testing/build/bytes';
import { everyCut, everyFlip } from '../../../testing/build/damage';
import { dataset } from '../../../testing/build/small-blocks';

const standard = (...datasets: readonly Uint8Array[]): IptcBlock => ({ bytes: concat(...datasets), standard: true });
const escapeUtf8 = dataset(1, 90, '\x1b%G');
const title = dataset(2, 5, 'Title');
const keywords = [dataset(2, 25, 'one'), dataset(2, 25, ' '), dataset(2, 25, 'two')];
const shownOf = (...blocks: readonly IptcBlock[]) => parseIptc(blocks).datasets.map((each) => each.text);
const warningsOf = (...datasets: readonly Uint8Array[]) =>
  parseIptc([standard(...datasets)]).warnings.map(({ detail }) => detail);

test('datasets are kept in stored order, with bytes and text', () => {
  expect(parseIptc([standard(dataset(2, 0, Uint8Array.of(0, 4)), title)])).toEqual({
    datasets: [
      { record: 2, dataset: 0, value: Uint8Array.of(0, 4), text: null },
      { record: 2, dataset: 5, value: latin1('Title'), text: 'Title' },
    ],
    charset: 'utf-8',
    standard: true,
    warnings: [],
  });
});

test('the texts of a dataset that repeats, without blank ones', () => {
  const document = parseIptc([standard(title, ...keywords, dataset(1, 25, 'other record'))]);
  expect(iptcTexts(document, 25)).toEqual(['one', 'two']);
  expect(iptcTexts(document, 25, 1)).toEqual(['other record']);
  expect(iptcTexts(document, 120)).toEqual([]);
});

test('datasets with numbers or image data, and of unknown records, have no text', () => {
  const binary = [dataset(1, 20, 'ab'), dataset(2, 0, 'ab'), dataset(2, 202, 'ab'), dataset(3, 20, 'ab')];
  expect(shownOf(standard(...binary, dataset(240, 5, 'ab')))).toEqual(Array(5).fill(null));
});

const umlaut = utf8('Ü');
const umlaut1252 = Uint8Array.of(0xdc);
test.each<[string, readonly Uint8Array[], string, string]>([
  ['declared UTF-8', [escapeUtf8, dataset(2, 5, umlaut)], 'utf-8', 'Ü'],
  ['declared UTF-8 of another level', [dataset(1, 90, '\x1b%/I'), dataset(2, 5, umlaut)], 'utf-8', 'Ü'],
  ['declared after the text', [dataset(2, 5, umlaut), escapeUtf8], 'utf-8', 'Ü'],
  ['declared Latin-1', [dataset(1, 90, '\x1b.A'), dataset(2, 5, umlaut)], 'windows-1252', 'Ãœ'],
  ['an unknown declaration', [dataset(1, 90, '\x1b(B'), dataset(2, 5, umlaut)], 'utf-8', 'Ü'],
  ['none, all texts are UTF-8', [dataset(2, 5, umlaut)], 'utf-8', 'Ü'],
  ['none, one text is not', [dataset(2, 5, umlaut1252)], 'windows-1252', 'Ü'],
  ['none, another text is not', [dataset(2, 5, umlaut), dataset(2, 25, umlaut1252)], 'windows-1252', 'Ãœ'],
  ['none, only image data is not', [dataset(2, 5, umlaut), dataset(2, 202, umlaut1252)], 'utf-8', 'Ü'],
  ['the end of a text is NULs', [dataset(2, 5, 'Ü\0\0')], 'utf-8', 'Ü'],
])('charset: %s', (_name, datasets, charset, text) => {
  const document = parseIptc([standard(...datasets)]);
  expect([document.charset, iptcTexts(document, 5)]).toEqual([charset, [text]]);
});

test('a text that is not UTF-8, as declared, is read as Windows-1252, with a warning', () => {
  const document = parseIptc([standard(escapeUtf8, dataset(2, 5, umlaut1252), dataset(2, 25, umlaut))]);
  expect([document.charset, ...iptcTexts(document, 5), ...iptcTexts(document, 25)]).toEqual(['utf-8', 'Ü', 'Ü']);
  expect(document.warnings).toEqual([{ block: 'iptc', detail: expect.stringContaining('Windows-1252') }]);
});

const of = (text: string, isStandard: boolean): IptcBlock => ({ bytes: dataset(2, 5, text), standard: isStandard });
test.each<[string, readonly IptcBlock[], readonly string[]]>([
  ['no block', [], []],
  ['the first of two', [of('a', true), of('b', true)], ['a']],
  ['a standard one before others', [of('a', false), of('b', true)], ['b']],
  ['another one if the standard one is empty', [of('a', false), standard()], ['a']],
])('which block counts: %s', (_name, blocks, texts) => {
  expect(shownOf(...blocks)).toEqual(texts);
});

test.each<[string, Uint8Array]>([
  ['NULs after the datasets, as in TIFF', concat(title, new Uint8Array(3))],
  ['bytes before the first marker', concat(latin1('8BIM\x04\x04'), title)],
  ['LONGs in the wrong byte order', reversedWords(concat(title, new Uint8Array(2)))],
])('%s: no warning', (_name, bytes) => {
  expect(shownOf({ bytes, standard: true })).toEqual(['Title']);
  expect(warningsOf(bytes)).toEqual([]);
});

test('other bytes after the datasets end them, with a warning', () => {
  expect(warningsOf(title, latin1('rest'))).toEqual(['no dataset at 10 of 14 bytes']);
});

test.each([1, 2, 3, 4])('a length of %i bytes', (lengthBytes) => {
  expect(shownOf(standard(dataset(2, 120, 'long', lengthBytes), title))).toEqual(['long', 'Title']);
});

test('a length of more bytes than the standard has ends the datasets', () => {
  expect(shownOf(standard(title, dataset(2, 120, 'long', 5), title))).toEqual(['Title']);
  expect(warningsOf(dataset(2, 120, 'long', 5))).toEqual([
    'dataset 2:120 at 0 has a length of more than 4 bytes, or one that is cut off',
  ]);
});

test('a dataset that declares 2 GiB is left out', () => {
  const hostile = concat(Uint8Array.of(0x1c, 2, 120, 0x80, 4), u32(0x7fffffff), latin1('some text'));
  expect(shownOf(standard(title, hostile))).toEqual(['Title']);
  expect(warningsOf(hostile)).toEqual(['dataset 2:120 at 0 has 2147483647 bytes, 9 are left']);
});

test('a limited number of datasets and bytes are read', () => {
  const many = Array.from({ length: maxIptcDatasets + 1 }, () => dataset(2, 25, 'x'));
  expect(shownOf(standard(...many))).toHaveLength(maxIptcDatasets);
  expect(warningsOf(...many)).toEqual([`more than ${maxIptcDatasets} datasets`]);
  const large = dataset(2, 120, new Uint8Array(maxIptcBytes - 100).fill(0x61), 4);
  expect(shownOf(standard(large, dataset(2, 5, 'x'.repeat(200))))).toHaveLength(1);
});

test('a limited number of warnings is kept of many damaged blocks', () => {
  const damaged = standard(dataset(2, 5, 'x').subarray(0, 5));
  expect(parseIptc(Array(maxWarnings + 1).fill(damaged)).warnings).toHaveLength(maxWarnings);
});

test('damage at any place gives no value that the whole block does not have', () => {
  const whole = concat(escapeUtf8, title, ...keywords, dataset(2, 120, umlaut, 2));
  const texts = new Set(shownOf({ bytes: whole, standard: true }));
  for (const bytes of everyCut(whole)) {
    expect(shownOf({ bytes, standard: true }).filter((text) => !texts.has(text))).toEqual([]);
  }
  for (const bytes of everyFlip(whole)) expect(parseIptc([{ bytes, standard: true }]).charset).toBeDefined();
});

test('names are those of the standard', () => {
  expect([iptcName(1, 90), iptcName(2, 25), iptcName(2, 80)]).toEqual(['CodedCharacterSet', 'Keywords', 'By-line']);
  expect([iptcName(2, 221), iptcName(9, 10), iptcName(2, 1)]).toEqual([null, null, null]);
});

function reversedWords(bytes: Uint8Array): Uint8Array {
  return bytes.map((_, i) => bytes[(i & ~3) + 3 - (i & 3)] ?? 0);
}
