import { readJumbf, type Superbox } from '../../../lib/block/jumbf';
import { maxJumbfBoxes, maxJumbfDepth } from '../../../lib/block/limits';
import { box } from '../../../testing/build/bmff';
import { concat, latin1, noise, u32 } from '../../../testing/build/bytes';
import { cbor, cborBox, superbox } from '../../../testing/build/jumbf';

const read = (bytes: Uint8Array, size = bytes.length) => readJumbf(bytes, size);
const item = cbor('item');
const leaf = cborBox('cbor', 'leaf', 'item');
const found: Superbox = { type: 'cbor', label: 'leaf', cbor: item, children: [], complete: true };

/** The labels of a tree, children in brackets, `!` after boxes that are not complete. */
function tree(boxes: readonly Superbox[]): string {
  return boxes
    .map(({ label, children, complete }) => {
      return `${label}${children.length > 0 ? `(${tree(children)})` : ''}${complete ? '' : '!'}`;
    })
    .join(' ');
}

test('boxes, with type, label and the first CBOR', () => {
  const bytes = superbox('abcd', 'root', leaf, box('json', latin1('{}')), superbox('bidb', 'image'), leaf);
  expect(read(bytes)).toEqual({
    defect: null,
    boxes: [
      {
        type: 'abcd',
        label: 'root',
        cbor: null,
        complete: true,
        children: [found, { type: 'bidb', label: 'image', cbor: null, children: [], complete: true }, found],
      },
    ],
  });
});

test.each<[string, Uint8Array, string]>([
  ['no label', superbox('abcd', null, leaf), '(leaf)'],
  ['a label that is not ASCII', superbox('abcd', '标签', leaf), '标签(leaf)'],
  ['a label without an end', box('jumb', box('jumd', concat(noise(16), latin1('\x03name')))), 'name'],
  ['an empty description', box('jumb', box('jumd', noise(0))), ''],
  ['no description', box('jumb', leaf), '(leaf)'],
  ['two descriptions: the first counts', box('jumb', concat(leaf.subarray(8), leaf.subarray(8))), 'leaf'],
  ['a size of 8 bytes', box('jumb', leaf.subarray(8), { form: 'long' }), 'leaf'],
  ['a size of 0: up to the end', concat(leaf, box('jumb', leaf.subarray(8), { form: 'open' })), 'leaf leaf'],
  ['other boxes', concat(box('free', noise(5)), leaf, box('bidb', noise(90)), leaf), 'leaf leaf'],
  ['nothing', noise(0), ''],
])('%s', (_name, bytes, expected) => {
  const { boxes, defect } = read(bytes);
  expect(defect).toBeNull();
  expect(tree(boxes)).toBe(expected);
});

const n = leaf.length;
test.each<[string, Uint8Array, number, string]>([
  ['a box that is cut', leaf.subarray(0, -2), n, `only the first ${n - 2} bytes were read`],
  ['a cut between two boxes', leaf, 2 * n, `only the first ${n} bytes were read`],
  ['a cut in a header', concat(leaf, u32(0)), 2 * n, `only the first ${n + 4} bytes were read`],
  ['a size of 7', concat(leaf, u32(7), latin1('jumb')), n + 8, `no box at ${n}`],
  ['a size of 7, and more', concat(leaf, u32(7), latin1('jumb'), leaf), 3 * n, `no box at ${n}`],
])('%s: the boxes before it', (_name, bytes, size, defect) => {
  const result = read(bytes, size);
  expect({ tree: tree(result.boxes), defect: result.defect }).toEqual({ tree: 'leaf', defect });
});

test('a box after which others are missing is not complete', () => {
  const bytes = superbox('root', 'root', superbox('abcd', 'a', leaf, leaf), superbox('abcd', 'b', leaf, leaf));
  const cut = (length: number) => tree(read(bytes.subarray(0, length), bytes.length).boxes);
  expect(cut(bytes.length)).toBe('root(a(leaf leaf) b(leaf leaf))');
  expect(cut(bytes.length - 1)).toBe('root(a(leaf leaf) b(leaf leaf))');
  expect(cut(bytes.length - n)).toBe('root(a(leaf leaf) b(leaf)!)');
  expect(cut(bytes.length - 2 * n - 35)).toBe('root(a(leaf leaf))!');
});

describe('limits', () => {
  test('boxes', () => {
    const many = concat(...Array.from({ length: maxJumbfBoxes }, () => leaf));
    const { boxes, defect } = read(superbox('root', 'root', many));
    expect(defect).toBe(`there are more than ${maxJumbfBoxes} boxes`);
    expect(boxes[0]?.children.length).toBeLessThan(maxJumbfBoxes / 2);
    expect(boxes[0]?.complete).toBe(false);
  });

  test('depth', () => {
    let bytes = leaf;
    for (let i = 0; i < 100; i++) bytes = superbox('root', 'r', bytes);
    const { boxes, defect } = read(bytes);
    expect(defect).toBe(`boxes are nested deeper than ${maxJumbfDepth}`);
    expect(tree(boxes)).toBe(`${'r('.repeat(maxJumbfDepth - 1)}r${')'.repeat(maxJumbfDepth - 1)}`);
  });
});
