// The reader of blocks, which decides what of the pages is run.
import { blocksOf, contains, isAsShown, stepsOf } from './blocks';

const page = (...lines: readonly string[]) => ({ path: 'a.md', text: lines.join('\n') });

test.each([
  ['', null],
  ['<!-- not run: needs AWS -->', { kind: 'not run', text: 'needs AWS' }],
  ['<!-- answer: a.jpg?exif -->', { kind: 'answer', text: 'a.jpg?exif' }],
  ['<!-- another comment -->', null],
])('the comment %j before a block', (comment, mark) => {
  expect(blocksOf(page('# A', comment, '```sh', 'npm start', '```'))).toEqual([
    { path: 'a.md', line: 4, language: 'sh', text: 'npm start\n', mark },
  ]);
});

test('blocks in a list lose its indent', () => {
  const text = ['1. a', '   <!-- not run: x -->', '   ```js', '   f(', '     1);', '   ```', '```', 'b', '```'];
  expect(blocksOf(page(...text)).map(({ language, text: body }) => [language, body])).toEqual([
    ['js', 'f(\n  1);\n'],
    ['', 'b\n'],
  ]);
});

test('a block of the language console has commands and their output', () => {
  expect(stepsOf('$ a \\\n  b\n$ c\n1\n2\n')).toEqual([
    { command: 'a \\\n  b', shown: '' },
    { command: 'c', shown: '1\n2\n' },
  ]);
});

test.each([
  ['ab\n', 'ab', true],
  ['a  \nb', 'a\nb\n', true],
  ['a\nb\nc', 'a...c', true],
  ['a.c', 'abc', false],
  ['abc', 'a.c', false],
  ['abc', '...b', false],
  ['abc', 'b...', false],
])('the output %j is as shown in %j: %s', (output, shown, expected) => {
  expect(isAsShown(output, shown)).toBe(expected);
});

test.each([
  [{ a: 1, b: [1, { c: 'xyz' }] }, { b: [{ c: 'x...' }] }, true],
  [{ a: 1 }, { a: 1, b: 2 }, false],
  [{ a: 1 }, { a: '1' }, false],
  [[1], [2], false],
  [{ a: null }, { a: null }, true],
  [{ 0: 1 }, [1], false],
])('%j contains %j: %s', (value, part, expected) => {
  expect(contains(value, part)).toBe(expected);
});
