import {
  ifMatchEtag,
  ifNoneMatchTag,
  isEtag,
  isExcluded,
  listedTags,
  opaqueEtag,
  sameVersion,
  strongTag,
  versionTag,
} from '../../../lib/bytes/etag';

test.each([
  ['"abc"', true, '"abc"', '"abc"', '"abc"'],
  ['W/"abc"', true, '"abc"', null, null],
  ['""', true, '""', '""', null],
  ['"', false, '"', null, null],
  ['', false, '', null, null],
  ['abc', false, 'abc', null, 'abc'],
  ['"a"b', false, '"a"b', null, '"a"b'],
  ['a"b"', false, 'a"b"', null, 'a"b"'],
  ['"a b"', false, '"a b"', null, '"a b"'],
  ['"abcW/', false, '"abcW/', null, '"abcW/'],
])('%s: in the form of a tag %s, opaque %s, strong %s, of one version %s', (tag, form, opaque, strong, version) => {
  expect(isEtag(tag)).toBe(form);
  expect(opaqueEtag(tag)).toBe(opaque);
  expect(strongTag(tag)).toBe(strong);
  expect(versionTag(tag)).toBe(version);
});

test('no tag is neither strong nor of one version', () => {
  expect(strongTag(null)).toBeNull();
  expect(versionTag(null)).toBeNull();
});

test('a header lists tags, of which the first 8192 characters count', () => {
  expect(listedTags('"a", W/"b" ,"c"')).toEqual(['"a"', 'W/"b"', '"c"']);
  expect(listedTags('*')).toEqual(['*']);
  expect(listedTags('a'.repeat(9000))).toEqual(['a'.repeat(8192)]);
});

describe('a later reply is about the same version', () => {
  const first = { etag: null, size: 10, lastModified: new Date(1000) };
  test.each([
    [{}, true],
    [{ lastModified: new Date(1000) }, true],
    [{ etag: '"a"' }, false],
    [{ size: 11 }, false],
    [{ lastModified: new Date(2000) }, false],
    [{ lastModified: null }, false],
  ])('with %o: %s', (change, same) => {
    expect(sameVersion(first, { ...first, ...change })).toBe(same);
    expect(sameVersion({ ...first, ...change }, first)).toBe(same);
  });
});

test('a condition has the one tag that is asked for, or the one that is known', () => {
  expect([null, { ifMatch: '"a"' }, { ifNoneMatch: '"b"' }].map(ifMatchEtag)).toEqual([null, '"a"', null]);
  expect([null, { ifMatch: '"a"' }, { ifNoneMatch: '"b"' }].map(ifNoneMatchTag)).toEqual([null, null, '"b"']);
});

test.each([
  [{ ifNoneMatch: '"a"' }, '"a"', true],
  [{ ifNoneMatch: 'W/"a"' }, '"a"', true],
  [{ ifNoneMatch: '"a"' }, 'W/"a"', true],
  [{ ifNoneMatch: '"a"' }, '"b"', false],
  [{ ifNoneMatch: '"a"' }, null, false],
  [{ ifMatch: '"a"' }, '"a"', false],
  [null, '"a"', false],
])('under %o, the version %s is excluded: %s', (condition, etag, excluded) => {
  expect(isExcluded(condition, etag)).toBe(excluded);
});
