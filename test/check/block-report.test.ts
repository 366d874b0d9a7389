// The tables about metadata blocks.
import { blockTable, costTable, differenceLines } from '../../check/corpus/blocks/block-report';
import type { BlockResult, FileBlocks } from '../../check/corpus/blocks/read-blocks';

const difference = { at: 'xmp:dc:title', kind: 'value', ours: 'a', truth: 'b', reason: null } as const;
const block = (
  name: string,
  agreeing: number,
  total: number,
  reasons: readonly (string | null)[] = [],
): BlockResult => ({
  name,
  agreeing,
  total,
  differences: reasons.map((reason) => ({ ...difference, reason })),
});
const file = (path: string, requests: number, blocks: readonly BlockResult[]): FileBlocks => ({
  path,
  format: 'jpeg',
  problem: null,
  blocks,
  cost: { requests, bytes: 1024 },
  oracle: 1,
});
const files = [
  file('a.jpg', 1, [block('XMP', 3, 4, ['damaged']), block('IPTC', 0, 0)]),
  file('b.jpg', 2, [block('XMP', 1, 2, [null])]),
];

test('a line has the files with values, the values that agree, and the differences', () => {
  expect(blockTable(files).split('\n')).toEqual([
    expect.stringMatching(/^block +files +values +% +known +open$/),
    expect.stringMatching(/^XMP +2 +4\/6 +66\.67 +1 +1$/),
    expect.stringMatching(/^IPTC +0 +0\/0 +- +0 +0$/),
  ]);
});

test('the GETs are compared with those of an oracle', () => {
  expect(costTable(files).split('\n').at(-1)).toMatch(/^all +2 +1\.50 +1\.500 +1\.0$/);
});

test('a difference is a line with its file and its reason', () => {
  expect(differenceLines(files, () => true)).toEqual([
    'XMP: a.jpg xmp:dc:title: ours a, truth b (damaged)',
    'XMP: b.jpg xmp:dc:title: ours a, truth b',
  ]);
});
