import { exifTags, GpsTag, InteropTag, imageTags, pointers, Tag } from '../../../lib/tag/ids';
import { anyTagName, tagName, tagNames } from '../../../lib/tag/lookup';

const tables = { imageTags, exifTags, GpsTag, InteropTag };

describe.each(Object.entries<Readonly<Record<string, number>>>(tables))('%s', (_name, table) => {
  test('every name is one word, and no two tags have the same', () => {
    expect(Object.keys(table).filter((name) => !/^[A-Za-z][A-Za-z0-9]*$/.test(name))).toEqual([]);
    expect(new Set(Object.values(table)).size).toBe(Object.keys(table).length);
  });

  test('every tag has 16 bits and is listed in ascending order', () => {
    const tags = Object.values(table);
    expect(tags.every((tag) => Number.isInteger(tag) && tag >= 0 && tag <= 0xffff)).toBe(true);
    expect(tags).toEqual(tags.toSorted((a, b) => a - b));
  });

  test('what the default style never shows is not in it', () => {
    expect(Object.values(pointers).filter((tag) => Object.values(table).includes(tag))).toEqual([]);
  });
});

test('code and names agree on every number', () => {
  for (const [name, tag] of Object.entries(Tag)) {
    expect([anyTagName('IFD0', tag), anyTagName('Exif', tag)]).toContain(name);
  }
});

test('a name depends on the IFD', () => {
  expect(tagName('GPS', 1)).toBe('GPSLatitudeRef');
  expect(tagName('Interop', 1)).toBe('InteroperabilityIndex');
  expect(tagName('SubIFD3', 0x0100)).toBe('ImageWidth');
  expect(tagName('Raw', 0x0100)).toBeNull();
  expect(tagName('Exif', 0x927c)).toBeNull();
  expect(anyTagName('Exif', 0x927c)).toBe('MakerNote');
  expect(anyTagName('GPS', 0x927c)).toBeNull();
});

test('every name that a tag has can be asked for', () => {
  expect([...tagNames()]).toEqual(
    expect.arrayContaining(['Make', 'FNumber', 'GPSDOP', 'RelatedImageWidth', 'SubIFDs']),
  );
});
