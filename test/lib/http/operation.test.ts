import { type Operation, toOperation } from '../../../lib/http/operation';
import { ProblemError } from '../../../lib/problem';
import { defaultStyle, styles } from '../../../lib/style';
import { cos } from '../../../lib/style/cos';
import { splitQuery } from '../../../lib/trigger/query';
import type { Style } from '../../../lib/types';

const other: Style = { name: 'other', render: () => '{}' };

function ask(query: string, style: Style = defaultStyle, path = '/a'): Operation {
  return toOperation({ method: 'GET', path, pathDecoded: false, query: splitQuery(query), headers: {} }, style);
}

function problemOf(query: string, path?: string): ProblemError {
  try {
    ask(query, defaultStyle, path);
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

test.each([
  'exif',
  'exif=',
  'a=1&exif',
  'exif&q-sign-algorithm=sha1',
  '%65xif',
  'exif/style/cos',
  'exif%2Fstyle%2Fcos=',
  'x=%ff&exif',
  'exif&metadata',
  'exif&ci-process=ImageAIGCMetadata',
  'CI-Process=a&exif',
])('%s asks for the contract', (query) => {
  const { view } = ask(query);
  expect(view).toEqual({ kind: 'record', id: 'cos', weak: false, render: cos.render });
});

test('exif without a style is answered in the one that is set, a named one is not', () => {
  expect(ask('exif', other).view.id).toBe('other');
  expect(ask('exif/only/Make', other).view.id).toBe('other/only/Make');
  expect(ask('exif/style/cos', other).view.id).toBe('cos');
});

test.each([...styles.keys()])('exif/style/%s asks for that style', (name) => {
  expect(ask(`exif/style/${name}`)).toMatchObject({ name: `exif/style/${name}`, view: { id: name } });
});

test('styles can be named in any order with the tags, which are sorted and counted once', () => {
  const one = ask('exif/style/typed/only/Model,Make,Make').view;
  expect(one.id).toBe('typed/only/Make,Model');
  expect(ask('exif/only/Make,Model/style/typed').view.id).toBe(one.id);
  expect(ask('exif%2Fonly%2F0x9209%2CMake').view.id).toBe('cos/only/0x9209,Make');
});

test.each([
  ['exif/thumbnail', 'thumbnail', false],
  ['exif/thumbnail/orient', 'thumbnail', true],
  ['exif/preview', 'preview', false],
  ['exif/preview/orient', 'preview', true],
])('%s asks for the %s', (query, kind, upright) => {
  const id = query.slice('exif/'.length);
  expect(ask(query)).toMatchObject({ name: query, view: { kind, id, weak: upright, upright } });
});

test.each([
  ['imageInfo', 'imageInfo', 'imageInfo'],
  ['imageInfo=', 'imageInfo', 'imageInfo'],
  ['x-oss-process=image/info', 'x-oss-process', 'oss'],
  ['x-oss-process=image%2Finfo', 'x-oss-process', 'oss'],
  ['x-image-process=image/info', 'x-image-process', 'obs'],
])('%s is answered', (query, name, id) => {
  expect(ask(query)).toMatchObject({ name, view: { kind: 'record', id } });
});

test.each([
  ['ci-process=ImageAIGCMetadata', 'ci-process', 'ImageAIGCMetadata'],
  ['ci-process=Image%41IGCMetadata', 'ci-process', 'ImageAIGCMetadata'],
])('%s is answered from the metadata', (query, name, id) => {
  expect(ask(query)).toMatchObject({ name, view: { kind: 'metadata', id, type: 'application/json', weak: false } });
});

test('ci-process=videoinfo is answered from the metadata, in XML', () => {
  const view = { kind: 'metadata', id: 'videoinfo', type: 'application/xml', weak: false };
  expect(ask('ci-process=videoinfo')).toMatchObject({ name: 'ci-process', view });
});

test.each([
  ['/-/batch', /a batch is a POST to \/-\/batch .* where batches are turned on \(EXIF_BATCH\)/],
  ['/-/batches', /^$/],
])('%s without an operation gets the hint %s', (path, hint) => {
  expect(problemOf('', path).safeDetail ?? '').toMatch(hint);
});

test.each([
  ['', 'OperationMissing'],
  ['acl', 'OperationMissing'],
  ['EXIF', 'OperationUnknown'],
  ['exif=1', 'OperationUnknown'],
  ['exif=image/info', 'OperationUnknown'],
  ['imageInfo=image/info', 'OperationUnknown'],
  ['imageInfo/1', 'OperationUnknown'],
  ['exif&exif=', 'OperationRepeated'],
  ['exif&exif/style/cos', 'OperationRepeated'],
  ['exif&imageView2/1/w/400', 'OperationRepeated'],
  ['exif&imageInfo', 'OperationRepeated'],
  ['exif&x-oss-process=image/info', 'OperationRepeated'],
  ['exif&X-OSS-Process=image/info', 'OperationRepeated'],
  ['x-oss-process=image/resize,w_100', 'OperationUnknown'],
  ['x-oss-process', 'OperationUnknown'],
  ['X-Oss-Process=image/info', 'OperationUnknown'],
  ['imageAve', 'OperationUnknown'],
  ['ci-process', 'OperationUnknown'],
  ['ci-process=imageaigcmetadata', 'OperationUnknown'],
  ['CI-Process=ImageAIGCMetadata', 'OperationUnknown'],
  ['exif=ImageAIGCMetadata', 'OperationUnknown'],
  ['metadata&ci-process=ImageAIGCMetadata', 'OperationRepeated'],
  ['metadata&exif/style/none', 'OperationUnknown'],
  ['imageView2/1/w/400', 'OperationUnknown'],
  ['exif/', 'OperationUnknown'],
  ['exif/style', 'OperationUnknown'],
  ['exif/style/', 'OperationUnknown'],
  ['exif/style/none', 'OperationUnknown'],
  ['exif/style/cos/more', 'OperationUnknown'],
  ['exif/style/cos/style/cos', 'OperationUnknown'],
  ['exif/style/__proto__', 'OperationUnknown'],
  ['exif/style/imageInfo', 'OperationUnknown'],
  ['exif/only', 'OperationUnknown'],
  ['exif/only/', 'OperationUnknown'],
  ['exif/only/Make,', 'OperationUnknown'],
  ['exif/only/make', 'OperationUnknown'],
  ['exif/only/0x12345', 'OperationUnknown'],
  ['exif/thumbnail/upright', 'OperationUnknown'],
  ['exif/thumbnail/orient/90', 'OperationUnknown'],
  ['exif/thumbnail/only/Make', 'OperationUnknown'],
  ['exif/preview/upright', 'OperationUnknown'],
  ['exif&versionId=3', 'VersionUnsupported'],
  ['exif&VERSIONID=3', 'VersionUnsupported'],
  ['exif&IMAGEINFO', 'OperationRepeated'],
  ['exif&%zz', 'InvalidURI'],
  ['exif=%zz', 'InvalidURI'],
  [`exif&${'a&'.repeat(64)}`, 'QueryTooLong'],
  [`exif&a=${'a'.repeat(8192)}`, 'QueryTooLong'],
])('%.40s is refused as %s', (query, code) => {
  expect(problemOf(query).code).toBe(code);
});

test('the error for an unknown style lists the known ones; for an unknown tag it explains names', () => {
  expect(problemOf('exif/style/none').safeDetail).toContain('exif/style/typed');
  expect(problemOf('exif/only/make').safeDetail).toContain('exif/only/Make,Model');
});
