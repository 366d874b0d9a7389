// Faces on an upright picture, and the words about them and about AI.
import { aiText } from '../../page/ai-label';
import { facesOf, namesText, sameShape, turned } from '../../page/faces';

/** A small rectangle at the upper left corner of the stored image, 0.2 wide and 0.1 high. */
const corner = { x: 0, y: 0, width: 0.2, height: 0.1 };

test.each([
  [1, { x: 0, y: 0, width: 0.2, height: 0.1 }],
  [2, { x: 0.8, y: 0, width: 0.2, height: 0.1 }],
  [3, { x: 0.8, y: 0.9, width: 0.2, height: 0.1 }],
  [4, { x: 0, y: 0.9, width: 0.2, height: 0.1 }],
  [5, { x: 0, y: 0, width: 0.1, height: 0.2 }],
  [6, { x: 0.9, y: 0, width: 0.1, height: 0.2 }],
  [7, { x: 0.9, y: 0.8, width: 0.1, height: 0.2 }],
  [8, { x: 0, y: 0.8, width: 0.1, height: 0.2 }],
  [0, corner],
  [9, corner],
])('orientation %i turns a rectangle as it turns the picture', (orientation, area) => {
  expect(turned(corner, orientation)).toEqual(area);
});

test('only persons with an area are faces, and what is out of the picture is cut', () => {
  const persons = [
    { name: 'Ann\u202e', area: { x: 0.5, y: 0.5, width: 0.25, height: 0.25 } },
    { area: { x: -0.5, y: 0.75, width: 1, height: 1 } },
    { name: 'Bo' },
    { name: 'Cy', area: { x: 'a' } },
    null,
  ];
  expect(facesOf({ persons }, 1)).toEqual([
    { name: 'Ann ', area: { x: 0.5, y: 0.5, width: 0.25, height: 0.25 } },
    { name: '', area: { x: 0, y: 0.75, width: 0.5, height: 0.25 } },
  ]);
  const many = Array.from({ length: 500 }, () => persons[0]);
  expect(facesOf({ persons: many }, 1)).toHaveLength(50);
  expect([facesOf(null, 1), facesOf({ persons: 5 }, 1)]).toEqual([[], []]);
});

test.each([
  [{ width: 160, height: 120 }, true],
  [{ width: 160, height: 122 }, true],
  [{ width: 160, height: 107 }, false],
  [{ width: 120, height: 160 }, false],
  [{ width: 0, height: 0 }, false],
])('a thumbnail of %j shows what an image of 4000 x 3000 shows: %s', (size, isSame) => {
  expect(sameShape(size, { width: 4000, height: 3000 })).toBe(isSame);
});

test('the names of faces in words', () => {
  const { area } = { area: corner };
  const face = (name: string) => ({ name, area });
  expect(namesText([face('')])).toBe('1 face');
  expect(namesText([face('Ann'), face(''), face('Bo')])).toBe('3 faces: Ann, Bo');
});

test.each([
  [{ generated: true, source: 'C2PA', generator: 'Adobe Firefly' }, 'Says that it was generated: C2PA, Adobe Firefly'],
  [{ generated: true, source: 'IPTC', digitalSourceType: 'a' }, 'Says that it was generated: IPTC, a'],
  [{ generated: false, source: 'C2PA', digitalSourceType: 'a' }, 'Says that it was not generated: C2PA, a'],
  [{ generated: null, source: 'GB 45438' }, 'Leaves open whether it was generated: GB 45438'],
  [{ generated: true, source: 'C2PA', generator: '\u202e<b>' }, 'Says that it was generated: C2PA,  <b>'],
  [undefined, null],
  ['x', null],
])('the label %j in words', (ai, text) => {
  expect(aiText({ ai })).toBe(text);
});
