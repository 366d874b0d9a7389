import { remembering } from '../../../lib/bytes/remember';

/** A function that remembers, and the texts for which it did its work. */
function counted(texts: number, length: number) {
  const worked: string[] = [];
  const shout = (text: string): string => {
    worked.push(text);
    if (text === 'bad') throw new Error('bad');
    return text.toUpperCase();
  };
  return { worked, shout: remembering(shout, { texts, length }) };
}

test('the result of a text is made once', () => {
  const { worked, shout } = counted(2, 10);
  expect(['a', 'b', 'a', 'b', 'a'].map(shout)).toEqual(['A', 'B', 'A', 'B', 'A']);
  expect(worked).toEqual(['a', 'b']);
});

test('with too many texts all are forgotten, so their number is bounded', () => {
  const { worked, shout } = counted(2, 10);
  expect(['a', 'b', 'c', 'c', 'a'].map(shout)).toEqual(['A', 'B', 'C', 'C', 'A']);
  expect(worked).toEqual(['a', 'b', 'c', 'a']);
});

test('a long text is not remembered', () => {
  const { worked, shout } = counted(2, 2);
  expect(['abc', 'abc'].map(shout)).toEqual(['ABC', 'ABC']);
  expect(worked).toEqual(['abc', 'abc']);
});

test('an error is not remembered', () => {
  const { worked, shout } = counted(2, 10);
  for (const _ of [1, 2]) expect(() => shout('bad')).toThrow('bad');
  expect(worked).toEqual(['bad', 'bad']);
});
