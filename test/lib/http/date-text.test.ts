import { dateText } from '../../../lib/http/date-text';

/** A time whose text is made where a test counts it. */
function countedDate(ms: number, made: number[]): Date {
  const date = new Date(ms);
  return Object.assign(date, {
    toUTCString() {
      made.push(ms);
      return Date.prototype.toUTCString.call(date);
    },
  });
}

test('answers of one second share the text of their date', () => {
  const made: number[] = [];
  const texts = [1_000_000_000_000, 1_000_000_000_999, 1_000_000_001_000, 999_999_999_999].map((ms) =>
    dateText(countedDate(ms, made)),
  );
  expect(texts).toEqual([
    'Sun, 09 Sep 2001 01:46:40 GMT',
    'Sun, 09 Sep 2001 01:46:40 GMT',
    'Sun, 09 Sep 2001 01:46:41 GMT',
    'Sun, 09 Sep 2001 01:46:39 GMT',
  ]);
  expect(made).toEqual([1_000_000_000_000, 1_000_000_001_000, 999_999_999_999]);
});
