import { aigcOf } from '../../../lib/metadata/aigc';
import { Tag } from '../../../lib/tag/ids';
import { utf8 } from '../../../testing/build/bytes';
import { exifOf, noBlocks, xmpOf } from '../../../testing/build/labels';

const label = {
  Label: '1',
  ContentProducer: '000123',
  ProduceID: '42',
  ReservedCode1: '{"a":[1]}',
  ContentPropagator: '传播者',
  PropagateID: '43',
  ReservedCode2: '',
};
const json = JSON.stringify(label);
/** UTF-8 as a program reads it that takes each byte for a character. */
const mangled = String.fromCharCode(...utf8(json));
const comment = (text: string) => exifOf([['Exif', Tag.UserComment, text]]);
const inXmp = (text: string) => ({ ...noBlocks, xmp: xmpOf({ 'TC260:AIGC': text }) });

test.each([
  ['XMP', inXmp(json), 'XMP TC260:AIGC'],
  ['XMP, inside an object', inXmp(`{"AIGC":${json}}`), 'XMP TC260:AIGC'],
  ['a text chunk', { ...noBlocks, text: [{ keyword: 'AIGC', text: json, chunk: 'iTXt' }] }, 'text AIGC'],
  ['a chunk of UTF-8', { ...noBlocks, text: [{ keyword: 'AIGC', text: mangled, chunk: 'tEXt' }] }, 'text AIGC'],
  ['a text of a video', { ...noBlocks, text: [{ keyword: 'AIGC', text: json }] }, 'text AIGC'],
  ['UserComment', { ...noBlocks, exif: comment(`{"AIGC": ${json}}`) }, 'EXIF UserComment'],
])('in %s', (_name, blocks, where) => {
  expect(aigcOf(blocks)).toEqual({ label, where });
});

test('XMP comes first, and a label that cannot be read is passed over', () => {
  const text = [{ keyword: 'AIGC', text: '{"Label":"2"}' }];
  expect(aigcOf({ ...inXmp('{"Label":"1"}'), text })?.label).toEqual({ Label: '1' });
  expect(aigcOf({ ...inXmp('{"Label":'), text })?.label).toEqual({ Label: '2' });
});

test.each<[string, string, object]>([
  [
    'only the seven members, in the documented order',
    '{"ProduceID":"2","Other":"x","Label":"1"}',
    { Label: '1', ProduceID: '2' },
  ],
  [
    'numbers and objects as text',
    '{"Label":1,"ReservedCode1":{"a":[true]}}',
    { Label: '1', ReservedCode1: '{"a":[true]}' },
  ],
  ['no member for null', '{"Label":"3","ProduceID":null}', { Label: '3' }],
  ['blanks around it', ' {"Label":"1"}\n', { Label: '1' }],
  ['names of JavaScript', '{"__proto__":{"Label":"1"},"Label":"2","constructor":1}', { Label: '2' }],
])('%s', (_name, text, expected) => {
  const found = aigcOf(inXmp(text))?.label;
  expect(found).toEqual(expected);
  expect(JSON.stringify(found)).toBe(JSON.stringify(expected));
});

test.each([
  ['no block', noBlocks],
  ['an empty object', inXmp('{}')],
  ['only inherited members', inXmp('{"__proto__":{"Label":"1"}}')],
  ['no object', inXmp('"Label"')],
  ['null', inXmp('{"AIGC":null}')],
  ['no JSON', inXmp('Label=1')],
  ['a text that is too long', inXmp(JSON.stringify({ Label: '1', ReservedCode1: 'x'.repeat(20_000) }))],
  ['JSON that is nested too deep', inXmp(`{"Label":"1","ReservedCode1":${'['.repeat(7000)}${']'.repeat(7000)}}`)],
  ['another namespace', { ...noBlocks, xmp: xmpOf({ 'dc:AIGC': json }) }],
  ['another keyword', { ...noBlocks, text: [{ keyword: 'aigc', text: json }] }],
  ['a comment with other JSON', { ...noBlocks, exif: comment('{"Label":"beach"}') }],
  ['another tag', { ...noBlocks, exif: exifOf([['IFD0', Tag.Make, `{"AIGC":${json}}`]]) }],
  ['a comment of another IFD', { ...noBlocks, exif: exifOf([['GPS', Tag.UserComment, `{"AIGC":${json}}`]]) }],
])('none in %s', (_name, blocks) => {
  expect(aigcOf(blocks)).toBeNull();
});
