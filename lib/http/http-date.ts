// Dates of HTTP headers, in the three forms that a recipient must accept [RFC 9110 5.6.7].
//
//   Sun, 06 Nov 1994 08:49:37 GMT     IMF-fixdate, the only form that programs send today
//   Sunday, 06-Nov-94 08:49:37 GMT    RFC 850
//   Sun Nov  6 08:49:37 1994          asctime()

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const month = `(?<month>${months.join('|')})`;
const time = '(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)';
const day = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const longDay = '(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)';
const dateForms = [
  new RegExp(`^${day}, (?<day>\\d\\d) ${month} (?<year>\\d{4}) ${time} GMT$`),
  new RegExp(`^${longDay}, (?<day>\\d\\d)-${month}-(?<year>\\d\\d) ${time} GMT$`),
  new RegExp(`^${day} ${month} (?<day>[ \\d]\\d) ${time} (?<year>\\d{4})$`),
];

/**
 * The time of a header, in milliseconds since 1970; null for text that is not a valid date of HTTP. `now` decides the
 * century of a year with two digits: one that would be more than 50 years ahead is in the past.
 */
export function parseHttpDate(text: string, now: Date): number | null {
  const groups = dateForms.map((form) => form.exec(text.trim())?.groups).find((found) => found !== undefined);
  if (groups === undefined) return null;
  const number = (name: string): number => Number(groups[name]);
  const year = groups['year']?.length === 2 ? fullYear(number('year'), now) : number('year');
  const date = { month: months.indexOf(groups['month'] ?? ''), day: number('day') };
  // A leap second is written as 60.
  if (number('hour') > 23 || number('minute') > 59 || number('second') > 60) return null;
  const midnight = new Date(0);
  midnight.setUTCFullYear(year, date.month, date.day);
  if (midnight.getUTCMonth() !== date.month || midnight.getUTCDate() !== date.day) return null;
  return midnight.getTime() + ((number('hour') * 60 + number('minute')) * 60 + number('second')) * 1000;
}

function fullYear(lastTwo: number, now: Date): number {
  const thisYear = now.getUTCFullYear();
  const year = thisYear - (thisYear % 100) + lastTwo;
  return year > thisYear + 50 ? year - 100 : year;
}
