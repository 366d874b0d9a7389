// Patterns of paths and keys.
import { compileGlob, isGlob, splitGlob } from '../../../bin/cli/glob';

test.each([
  ['*.jpg', ['a.jpg', '.jpg', 'a b+(1).jpg'], ['a.JPG', 'x/a.jpg', 'a.jpgx']],
  ['a/*/c.jpg', ['a/b/c.jpg', 'a//c.jpg'], ['a/c.jpg', 'a/b/b/c.jpg']],
  ['a/**/c.jpg', ['a/c.jpg', 'a/b/c.jpg', 'a/b/b/c.jpg'], ['a/bc.jpg', 'ac.jpg', 'b/a/c.jpg']],
  ['**/*.jpg', ['a.jpg', 'x/y/a.jpg', '/a.jpg'], ['a.png']],
  ['a/**', ['a/b', 'a/b/c', 'a/'], ['a', 'ab']],
  ['a**.jpg', ['a.jpg', 'ab.jpg'], ['a/b.jpg']],
  ['IMG_????.jpg', ['IMG_0001.jpg', 'IMG_📷📷📷📷.jpg'], ['IMG_001.jpg', 'IMG_00/1.jpg']],
  ['[ab]?.jpg', ['a1.jpg', 'b2.jpg'], ['c1.jpg', '[ab]1.jpg']],
  ['[!a-c]*', ['d', '-'], ['a', 'b1', '/']],
  ['[]a-]x', [']x', 'ax', '-x'], ['bx']],
  ['[z-a]*', [], ['z', 'a', '-']],
  ['*.{jpg,JPG,tif*}', ['a.jpg', 'a.JPG', 'a.tiff'], ['a.png', 'a.{jpg,JPG}']],
  ['{a,b/*}.jpg', ['a.jpg', 'b/c.jpg'], ['b.jpg']],
  ['photo (1)*.jpg', ['photo (1).jpg', 'photo (1)b.jpg'], ['photo 1.jpg']],
  ['a[*', ['a[b'], ['ab']],
  ['{x}*', ['{x}y'], ['xy']],
  ['\\[a\\]*\\*', ['[a]b*'], ['ab*', '[a]b']],
  ['a.b^$|+*', ['a.b^$|+c'], ['aXb^$|+c']],
] as [string, string[], string[]][])('%s', (pattern, matching, others) => {
  const { matches } = compileGlob(pattern);
  expect(matching.filter((path) => !matches(path))).toEqual([]);
  expect(others.filter((path) => matches(path))).toEqual([]);
});

test.each([
  ['2024/IMG_*.jpg', '2024/IMG_', 2],
  ['a/**/b/*.jpg', 'a/', Number.POSITIVE_INFINITY],
  ['**', '', Number.POSITIVE_INFINITY],
  ['a\\*b/{c,d}', 'a*b/', 2],
] as [string, string, number][])('%s begins with %j and has at most %d segments', (pattern, literal, mostSegments) => {
  expect(compileGlob(pattern)).toMatchObject({ literal, mostSegments });
});

test.each([
  ['a/b*/c', 'a/', 'b*/c'],
  ['*.jpg', '', '*.jpg'],
  ['/x/**', '/x/', '**'],
  ['\\[x/y*', '[x/', 'y*'],
])('%s is a pattern in the folder %j', (pattern, folder, rest) => {
  expect(splitGlob(pattern)).toEqual({ folder, rest });
});

// A regular expression of these patterns takes minutes to years.
test.each([
  ['**/*a*a*/**/*a*b', 'a/'.repeat(200)],
  ['*a*a*a*a*a*b', 'a'.repeat(1024)],
  ['*-*-*-*.jpg', '-'.repeat(1024)],
  ['{*,*}{*a,*}{*,*b}{*,*}x', 'a'.repeat(1024)],
])('%s refuses a long text that almost matches without trying all ways', (pattern, text) => {
  expect(compileGlob(pattern).matches(text)).toBe(false);
});

test.each([
  ['photos/a.jpg', false],
  ['photo (1)!.jpg', false],
  ['a*', true],
  ['a?', true],
  ['[1].jpg', true],
  ['{a,b}', true],
  ['a[31m', false],
  ['{a}', false],
])('%s is a pattern: %j', (text, expected) => {
  expect(isGlob(text)).toBe(expected);
});
