import { exifTags } from '../../../lib/tag/exif';
import { gpsTags } from '../../../lib/tag/gps';
import { imageTags } from '../../../lib/tag/image';
import { interopTags } from '../../../lib/tag/interop';
import { makerNote, pointerTags } from '../../../lib/tag/pointer';

const tables = { imageTags, exifTags, gpsTags, interopTags };

describe.each(Object.entries(tables))('%s', (_name, table) => {
  test('every name is one word and stands for one tag', () => {
    const names = [...table.values()];
    expect(names.filter((name) => !/^[A-Za-z][A-Za-z0-9]*$/.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  test('every tag has 16 bits and is listed in ascending order', () => {
    const tags = [...table.keys()];
    expect(tags.every((tag) => Number.isInteger(tag) && tag >= 0 && tag <= 0xffff)).toBe(true);
    expect(tags).toEqual(tags.toSorted((a, b) => a - b));
  });

  test('what is never shown has no name', () => {
    expect([...pointerTags, makerNote].filter((tag) => table.has(tag))).toEqual([]);
  });
});
