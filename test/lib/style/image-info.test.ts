import { styles } from '../../../lib/style';
import { imageInfo } from '../../../lib/style/image-info';
import type { ExifRecord, ImageShape } from '../../../lib/types';
import { buildTiff, type Field, rational, short } from '../../../testing/build/tiff';
import { readTiff } from '../../../testing/compare/document';
import { recordOf } from '../../../testing/fakes/record';

const shape = { width: 960, height: 540, frames: 1, animated: false, bitDepth: 8, dpi: [118, 118] } as const;
const etag = '"77a16fa70e2eba652fb42e8a639c52f2"';
const record: ExifRecord = { ...recordOf(null), stat: { size: 158_421, etag, lastModified: null }, shape };

const render = (more: Partial<ExifRecord>) => JSON.parse(imageInfo.render({ ...record, ...more }));
const shaped = (more: Partial<ImageShape>) => render({ shape: { ...shape, ...more } });

/** The answer about an image whose IFD0 has these tags, and whose container states no density. */
async function tagged(...fields: Field[]) {
  const { dpi: _, ...plain } = shape;
  return render({ shape: plain, document: await readTiff(buildTiff({ fields })) });
}

test('it cannot be used as a style of exif', () => {
  expect(styles.has('imageInfo')).toBe(false);
});

test('the body of the service, in its order and with its blanks', () => {
  expect(imageInfo.render(record)).toBe(
    '{"format": "jpeg", "width": "960", "height": "540", "size": "158421", "md5": "77a16fa70e2eba652fb42e8a639c52f2", "frame_count": "1", "bit_depth": "8", "vertical_dpi": "118", "horizontal_dpi": "118"}',
  );
});

test('what is not known is left out', () => {
  const text = imageInfo.render({
    ...record,
    container: 'svg',
    stat: { size: 7, etag: null, lastModified: null },
    shape: { width: null, height: null, frames: 1, animated: false },
  });
  expect(text).toBe('{"format": "svg", "size": "7", "frame_count": "1"}');
});

describe('md5 is an ETag that is one', () => {
  test.each([
    ['of a part upload', '"77a16fa70e2eba652fb42e8a639c52f2-3"', undefined],
    ['weak', `W/${etag}`, undefined],
    ['of another length', '"77a16fa70e2eba652fb42e8a639c52"', undefined],
    ['of other letters', '"77a16fa70e2eba652fb42e8a639c52fg"', undefined],
    ['without quotes', etag.slice(1, -1), undefined],
    ['in capitals', etag.toUpperCase(), '77a16fa70e2eba652fb42e8a639c52f2'],
  ])('%s', (_name, tag, md5) => {
    expect(render({ stat: { ...record.stat, etag: tag } }).md5).toBe(md5);
  });
});

describe('format', () => {
  test.each([
    ['heif', {}, 'heif'],
    ['heif', { format: 'heic' }, 'heif'],
    ['heif', { format: 'avif' }, 'avif'],
    ['tiff', {}, 'tiff'],
  ] as const)('%s %p is %s', (container, more, format) => {
    expect(render({ container, shape: { ...shape, ...more } }).format).toBe(format);
  });
});

describe('frame_count', () => {
  test.each([
    ['an animation', { frames: 12, animated: true }, '12'],
    ['pages', { frames: 3 }, '1'],
    ['a picture with a thumbnail and a mask beside it', { frames: 3, format: 'avif' }, '1'],
  ] as const)('of %s', (_name, more, count) => {
    expect(shaped(more).frame_count).toBe(count);
  });
});

describe('width and height', () => {
  test.each([1, 2, 3, 4])('as coded where the container turns nothing around (%i)', (orientation) => {
    expect(shaped({ orientation })).toMatchObject({ width: '960', height: '540' });
  });
  test.each([5, 6, 7, 8])('as a decoder gives them where the container turns the image (%i)', (orientation) => {
    expect(shaped({ orientation })).toMatchObject({ width: '540', height: '960' });
  });
  test('EXIF turns nothing', async () => {
    expect(await tagged(short(0x0112, 6))).toMatchObject({ width: '960', height: '540' });
  });
});

describe('density', () => {
  const both = [rational(0x011a, [300, 1]), rational(0x011b, [720, 10])];
  const at = (horizontal: string, vertical: string) => ({ horizontal_dpi: horizontal, vertical_dpi: vertical });

  test('across is horizontal, down is vertical, both rounded', () => {
    expect(shaped({ dpi: [299.72, 71.98] })).toMatchObject(at('300', '72'));
  });
  test('of IFD0 where the container states none, in inches', async () => {
    expect(await tagged(...both, short(0x0128, 2))).toMatchObject(at('300', '72'));
    expect(await tagged(...both)).toMatchObject(at('300', '72'));
  });
  test('of IFD0 in centimetres', async () => {
    expect(await tagged(...both, short(0x0128, 3))).toMatchObject(at('762', '183'));
  });
  test('the container before IFD0', async () => {
    const document = await readTiff(buildTiff({ fields: both }));
    expect(render({ document })).toMatchObject(at('118', '118'));
  });
  const none: readonly (readonly [name: string, fields: Field[]])[] = [
    ['no unit', [...both, short(0x0128, 1)]],
    ['an unknown unit', [...both, short(0x0128, 9)]],
    ['one of two', both.slice(0, 1)],
    ['a quotient by zero', [rational(0x011a, [1, 0]), rational(0x011b, [1, 1])]],
    ['zero', [rational(0x011a, [0, 1]), rational(0x011b, [1, 1])]],
    ['numbers that are no rationals', [short(0x011a, 72), short(0x011b, 72)]],
    ['values of none', [rational(0x011a), rational(0x011b)]],
  ];
  test.each(none)('none of %s', async (_name, fields) => {
    expect(await tagged(...fields)).not.toHaveProperty('horizontal_dpi');
  });
  test('none below a half', () => {
    expect(shaped({ dpi: [0.4, 0.4] })).not.toHaveProperty('vertical_dpi');
  });

  test('none where one side rounds away', () => {
    expect(shaped({ dpi: [0.28, 72] })).not.toHaveProperty('vertical_dpi');
    expect(shaped({ dpi: [72, 0.28] })).not.toHaveProperty('vertical_dpi');
  });
});
