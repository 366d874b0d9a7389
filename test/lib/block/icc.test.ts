// What an ICC profile says of itself: header, name, and damage.
import { parseIcc } from '../../../lib/block/icc';
import { maxIccTags, maxIccTextBytes, maxIccTranslations } from '../../../lib/block/limits';
import { concat, latin1, patched, u32 } from '../../../testing/build/bytes';
import { everyCut, everyFlip } from '../../../testing/build/damage';
import { buildIcc, iccDescription, iccText, iccTranslations } from '../../../testing/build/small-blocks';

const desc = (value: Uint8Array) => ({ signature: 'desc', value });
const nameOf = (value: Uint8Array) => parseIcc(buildIcc([desc(value)]), 1)?.name;
const profile = buildIcc([desc(iccTranslations({ enUS: 'Display P3' })), { signature: 'cprt', value: iccText('© X') }]);

test('header, name and copyright', () => {
  expect(parseIcc(profile, 536)).toEqual({
    size: 536,
    version: '4.3.0',
    class: 'mntr',
    colorSpace: 'RGB',
    connectionSpace: 'XYZ',
    renderingIntent: 1,
    name: 'Display P3',
    copyright: '© X',
    created: '2024-05-01T12:30:59Z',
  });
});

test.each<[string, Uint8Array]>([
  ['nothing', new Uint8Array()],
  ['less than a header', profile.subarray(0, 127)],
  ['another signature', patched(profile, 36, latin1('ASCP'))],
])('%s is not a profile', (_name, bytes) => {
  expect(parseIcc(bytes, 1)).toBeNull();
});

test.each<[string, Uint8Array, string | null]>([
  ['text of version 2', iccDescription('sRGB IEC61966-2.1'), 'sRGB IEC61966-2.1'],
  ['text of version 2 with line ends', iccDescription('a\nb '), 'ab'],
  ['text without a structure', iccText('name'), 'name'],
  ['one language', iccTranslations({ deDE: 'Anzeige' }), 'Anzeige'],
  ['English after others', iccTranslations({ deDE: 'Anzeige', enUS: 'Display', enGB: 'UK' }), 'Display'],
  ['blank', iccDescription('  '), null],
  ['an unknown type', concat(latin1('sf32'), new Uint8Array(12)), null],
  ['a longer text than there is', patched(iccDescription('name'), 8, u32(2 ** 31)), null],
  ['records that are too short', patched(iccTranslations({ enUS: 'x' }), 12, u32(4)), null],
  ['a translation outside', patched(iccTranslations({ enUS: 'x', deDE: 'y' }), 20, u32(2 ** 31)), 'y'],
])('name: %s', (_name, value, name) => {
  expect(nameOf(value)).toBe(name);
});

test.each<[readonly number[], string | null]>([
  [[2024, 2, 29, 23, 59, 59], '2024-02-29T23:59:59Z'],
  [[2023, 2, 29, 0, 0, 0], null],
  [[0, 0, 0, 0, 0, 0], null],
  [[2024, 13, 1, 0, 0, 0], null],
  [[99, 1, 1, 0, 0, 0], null],
  [[65535, 1, 1, 0, 0, 0], null],
])('date %j: %s', (date, created) => {
  expect(parseIcc(buildIcc([], { date }), 1)?.created).toBe(created);
});

test('version 2.1', () => {
  expect(parseIcc(buildIcc([], { version: 0x0210 }), 1)?.version).toBe('2.1.0');
});

test('names outside of the bytes that were read are left out', () => {
  const far = buildIcc([{ signature: 'A2B0', value: new Uint8Array(5000) }, desc(iccDescription('far'))]);
  expect(parseIcc(far, far.length)?.name).toBe('far');
  expect(parseIcc(far.subarray(0, 5000), far.length)).toMatchObject({ name: null, size: far.length });
});

test('a limited number of tags, translations and bytes are read', () => {
  const other = { signature: 'wtpt', value: new Uint8Array(0) };
  const after = (count: number) => buildIcc([...Array(count).fill(other), desc(iccText('late'))]);
  expect(parseIcc(after(maxIccTags - 1), 1)?.name).toBe('late');
  expect(parseIcc(after(maxIccTags), 1)?.name).toBeNull();
  const languages = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`x${100 + i}`, 'x']));
  expect(nameOf(iccTranslations({ ...languages(maxIccTranslations - 1), enUS: 'late' }))).toBe('late');
  expect(nameOf(iccTranslations({ ...languages(maxIccTranslations), enUS: 'late' }))).toBe('x');
  expect(nameOf(iccDescription('x'.repeat(maxIccTextBytes)))).toBeNull();
  expect(parseIcc(buildIcc([desc(iccText('x'))], { count: 0xffffffff }), 1)?.name).toBe('x');
});

test('damage at any place gives no text that the whole profile does not have', () => {
  for (const bytes of everyCut(profile)) {
    const read = parseIcc(bytes, profile.length);
    expect([null, undefined, 'Display P3']).toContain(read?.name);
    expect([null, undefined, '© X']).toContain(read?.copyright);
  }
  for (const bytes of everyFlip(profile)) parseIcc(bytes, profile.length);
});
