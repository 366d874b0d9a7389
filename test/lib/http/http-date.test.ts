import { parseHttpDate } from '../../../lib/http/http-date';

const now = new Date(Date.UTC(2026, 5, 1));
const of = (text: string): string | null => {
  const time = parseHttpDate(text, now);
  return time === null ? null : new Date(time).toISOString();
};

test.each([
  ['Sun, 06 Nov 1994 08:49:37 GMT', '1994-11-06T08:49:37.000Z'],
  ['Sunday, 06-Nov-94 08:49:37 GMT', '1994-11-06T08:49:37.000Z'],
  ['Sun Nov  6 08:49:37 1994', '1994-11-06T08:49:37.000Z'],
  ['Wed Nov 16 08:49:37 1994', '1994-11-16T08:49:37.000Z'],
  ['  Sun, 06 Nov 1994 08:49:37 GMT\t', '1994-11-06T08:49:37.000Z'],
  ['Thu, 29 Feb 2024 23:59:59 GMT', '2024-02-29T23:59:59.000Z'],
  ['Sat, 31 Dec 2016 23:59:60 GMT', '2017-01-01T00:00:00.000Z'],
  ['Sat, 01 Jan 0050 00:00:00 GMT', '0050-01-01T00:00:00.000Z'],
  ['Fri, 31 Dec 9999 23:59:59 GMT', '9999-12-31T23:59:59.000Z'],
])('%s is %s', (text, expected) => {
  expect(of(text)).toBe(expected);
});

test.each([
  ['Sunday, 06-Nov-76 08:49:37 GMT', 2076], // 50 years ahead
  ['Sunday, 06-Nov-77 08:49:37 GMT', 1977], // 51 years ahead: in the past
  ['Sunday, 06-Nov-26 08:49:37 GMT', 2026],
  ['Sunday, 06-Nov-99 08:49:37 GMT', 1999],
])('the century of %s is that of %i', (text, year) => {
  expect(new Date(parseHttpDate(text, now) ?? Number.NaN).getUTCFullYear()).toBe(year);
});

test.each([
  '',
  '0',
  'yesterday',
  '1994-11-06T08:49:37Z',
  'Sun, 06 Nov 1994 08:49:37',
  'Sun, 06 Nov 1994 08:49:37 +0000',
  'Sun, 06 Nov 1994 08:49:37 UTC',
  'sun, 06 nov 1994 08:49:37 gmt',
  'Sun, 6 Nov 1994 08:49:37 GMT',
  'Sun, 06 Nov 94 08:49:37 GMT',
  'Sun, 31 Feb 1994 08:49:37 GMT',
  'Sun, 29 Feb 2023 08:49:37 GMT',
  'Sun, 00 Nov 1994 08:49:37 GMT',
  'Sun, 06 Nov 1994 24:00:00 GMT',
  'Sun, 06 Nov 1994 08:60:37 GMT',
  'Sun, 06 Nov 1994 08:49:61 GMT',
  'Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT',
  `Sun, 06 Nov 1994 08:49:37 GMT${' '.repeat(100)}x`,
])('%j is not a date', (text) => {
  expect(of(text)).toBeNull();
});
