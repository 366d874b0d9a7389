import { maxAnswerBytes, maxValueText } from '../../../lib/limits';
import { styles } from '../../../lib/style';
import { obs } from '../../../lib/style/obs';
import { imageTags } from '../../../lib/tag/ids';
import type { ExifRecord, ImageShape } from '../../../lib/types';
import { latin1, utf8 } from '../../../testing/build/bytes';
import {
  ascii,
  buildTiff,
  bytesField,
  type Field,
  type Ifd,
  pointer,
  short,
  undefinedField,
} from '../../../testing/build/tiff';
import { readTiff } from '../../../testing/compare/document';
import { recordOf } from '../../../testing/fakes/record';

async function record(ifd0: Ifd | null, more: Partial<ImageShape> = {}): Promise<ExifRecord> {
  const document = ifd0 === null ? null : await readTiff(buildTiff(ifd0));
  const stat = { size: 1_046_583, etag: null, lastModified: null };
  return { ...recordOf(document), stat, shape: { width: 2668, height: 2000, frames: 1, animated: false, ...more } };
}

const render = async (...args: Parameters<typeof record>) => obs.render(await record(...args));
const inExif = (...fields: Field[]): Field => pointer(0x8769, [{ fields }]);
const basic = '"format":"JPEG","height":2000,"size":1046583,"width":2668}';

test('it is a style', async () => {
  expect(await styles.get('obs')?.render(recordOf(null))).toBe(obs.render(recordOf(null)));
});

test('an image without EXIF: four members, sorted', async () => {
  expect(await render(null)).toBe(`{${basic}`);
  expect(await render({ fields: [] })).toBe(`{${basic}`);
});

test('EXIF is in a separate member, sorted, with the plain texts of exiv2', async () => {
  const fields = [ascii(0x0110, 'One'), ascii(0x010f, 'Example'), inExif(short(0xa001, 1), short(0x8827, 1, 2))];
  expect(await render({ fields })).toBe(
    `{"exif":{"ColorSpace":"1","ISOSpeedRatings":"1 2","Make":"Example","Model":"One"},${basic}`,
  );
});

test('pointers, the maker note, the thumbnail and nameless tags are left out', async () => {
  const next = { fields: [short(0x0103, 6)] };
  const fields = [short(0xfffe, 1), inExif(undefinedField(0x927c, [1, 2, 3]))];
  expect(await render({ fields, next })).toBe(`{${basic}`);
});

test('without a size', async () => {
  expect(await render(null, { width: null, height: null })).toBe('{"format":"JPEG","size":1046583}');
});

test('the format and the size are those that a decoder of HEIF gives', async () => {
  const shown = { ...(await record(null, { format: 'heic', orientation: 6 })), container: 'heif' };
  expect(JSON.parse(obs.render(shown))).toEqual({ format: 'HEIC', height: 2668, size: 1_046_583, width: 2000 });
});

test('what cannot be seen is escaped', async () => {
  const body = await render({ fields: [bytesField(0x010f, 2, utf8('A\u007f\u202eB\u061c'))] });
  expect(body).toContain('"A\\u007f\\u202eB\\u061c"');
});

test('hostile text stays inside its string', async () => {
  const text = '"},"x":{"val":"\\\b\u0001\u2028</script>';
  const { exif } = JSON.parse(await render({ fields: [bytesField(0x010f, 2, utf8(text))] }));
  expect(exif).toEqual({ Make: text });
});

test('an answer keeps to its limit, and the members of the image are in it', async () => {
  const tags = Object.values(imageTags).filter((tag) => tag < 0x8000);
  const control = latin1('\x01'.repeat(maxValueText)); // six bytes each in JSON
  const text = await render({
    fields: [...tags.map((tag) => bytesField(tag, 2, control)), ascii(0x8298, 'x'.repeat(maxValueText + 1))],
  });
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxAnswerBytes);
  expect(Buffer.byteLength(text)).toBeGreaterThan(maxAnswerBytes - 7 * maxValueText);
  expect(JSON.parse(text)).toMatchObject({ size: 1_046_583, width: 2668 });
  expect(JSON.parse(text).exif).not.toHaveProperty('Copyright');
});
