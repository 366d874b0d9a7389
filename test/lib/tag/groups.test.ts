import { type TagGroup, tagGroups } from '../../../lib/tag/groups';
import type { IfdPath, TagEntry } from '../../../lib/types';

function entry(ifd: IfdPath, tag: number): TagEntry {
  return { ifd, tag, type: 2, count: 0, offset: 0, value: new Uint8Array(0) };
}

const content: readonly TagGroup[] = ['gps', 'serial', 'owner', 'makernote', 'faces', 'prompt', 'xmp', 'iptc'];

const cases: readonly (readonly [name: string, ifd: IfdPath, tag: number, groups: readonly TagGroup[]])[] = [
  ['Make', 'IFD0', 0x010f, []],
  ['DateTimeOriginal', 'Exif', 0x9003, []],
  ['GPSLatitude', 'GPS', 0x0002, ['gps']],
  ['an unknown GPS tag', 'GPS', 0xfffe, content],
  ['an unknown tag', 'IFD0', 0xfffe, content],
  ['an unknown tag of a maker', 'Raw', 0x010f, content],
  ['the pointer to Exif', 'IFD0', 0x8769, []],
  ['SubIFDs', 'IFD0', 0x014a, []],
  ['ThumbnailData of GDI+', 'IFD0', 0x501b, [...content, 'thumbnail']],
  ['the pointer to GPS', 'IFD0', 0x8825, ['gps']],
  ['InteroperabilityIndex, whose number is that of GPSLatitudeRef', 'Interop', 0x0001, []],
  ['BodySerialNumber', 'Exif', 0xa431, ['serial']],
  ['LensSerialNumber', 'Exif', 0xa435, ['serial']],
  ['ImageUniqueID', 'Exif', 0xa420, ['serial']],
  ['CameraSerialNumber of DNG', 'IFD0', 0xc62f, ['serial']],
  ['Artist', 'IFD0', 0x013b, ['owner']],
  ['Copyright', 'IFD0', 0x8298, ['owner']],
  ['CameraOwnerName', 'Exif', 0xa430, ['owner']],
  ['XPAuthor', 'IFD0', 0x9c9d, ['owner']],
  ['Make of the thumbnail', 'IFD1', 0x010f, ['thumbnail']],
  ['Artist of the thumbnail', 'IFD1', 0x013b, ['owner', 'thumbnail']],
  ['MakerNote, which may repeat them', 'Exif', 0x927c, ['gps', 'serial', 'owner', 'makernote', 'faces']],
  ['DNGPrivateData, a maker note', 'IFD0', 0xc634, ['gps', 'serial', 'owner', 'makernote', 'faces']],
  ['XMP, which may repeat them', 'IFD0', 0x02bc, ['gps', 'serial', 'owner', 'faces', 'prompt', 'xmp']],
  ['IPTC, which may repeat them', 'IFD0', 0x83bb, ['gps', 'serial', 'owner', 'faces', 'prompt', 'iptc']],
  ['ImageResources, which may have both', 'IFD0', 0x8649, ['gps', 'serial', 'owner', 'faces', 'prompt', 'xmp', 'iptc']],
  ['XPKeywords, where programs write names', 'IFD0', 0x9c9e, ['faces']],
  ['UserComment, where programs write prompts', 'Exif', 0x9286, ['prompt']],
  ['ImageDescription', 'IFD0', 0x010e, ['prompt']],
];

test.each(cases)('%s', (_name, ifd, tag, groups) => {
  const names = Object.keys(tagGroups) as TagGroup[];
  expect(names.filter((name) => tagGroups[name](entry(ifd, tag))).toSorted()).toEqual(groups.toSorted());
});

test.each([
  ['prompt: {"1":{}}', 2, true],
  ['{"nodes":[]}', 2, true],
  ['{\0"\0', 1, true],
  ['{binary', 7, false],
  ['Example {1}', 2, false],
])('%j of type %i in a text tag is a prompt: %s', (text, type, isPrompt) => {
  const value = Uint8Array.from(text, (char) => char.charCodeAt(0));
  expect(tagGroups.prompt({ ...entry('IFD0', 0x010f), type, value })).toBe(isPrompt);
});
