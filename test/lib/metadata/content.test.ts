// What `metadata/only` takes, and what the messages about wrong names say.
import { metadataContent } from '../../../lib/metadata/content';
import { meantName } from '../../../lib/metadata/meant-name';

test.each([
  ['flat', 'titel', /^Name 1 in metadata\/only is not the name of a block or of a member, did you mean title\?/],
  ['flat', 'title,qqqqqqqq', /^Name 2 .* a member\. Blocks: exif, makernote, .* others in docs\/metadata\.md\.$/],
  ['flat', 'title,', /^Name 2 in metadata\/only is not the name of a block or of a member\. /],
  ['flat', ',title', /^Name 1 /],
  ['flat', '', /^Name 1 /],
  ['flat', 'xmp,title', /names of blocks or names of members, not both/],
  [
    'typed',
    'xmp,title',
    /^Name 2 in metadata\/only is not the name of a block\. .* Only the style flat takes members\.$/,
  ],
])('%s with only %j is refused', (style, only, safeDetail) => {
  const expected = { code: 'OperationUnknown', safeDetail: expect.stringMatching(safeDetail) };
  expect(() => metadataContent(style, only)).toThrow(expect.objectContaining(expected));
});

test.each([
  ['titel', 'title'],
  ['XMP', 'xmp'],
  ['dc:title', 'title'],
  ['dc:subject', 'keywords'],
  ['xmp:Rating', 'rating'],
  ['ImageDescription', 'description'],
  ['BodySerialNumber', 'serialNumber'],
  ['LensSerialNumber', 'lensSerialNumber'],
  ['LensModel', 'lens'],
  ['Artist', 'creator'],
  ['mumbai', null],
  ['t'.repeat(9000), null],
])('%s means %s', (text, meant) => {
  const known = 'ai,xmp,title,keywords,rating,description,creator,lens,model,lensSerialNumber,serialNumber'.split(',');
  expect(meantName(text, known)).toBe(meant);
});
