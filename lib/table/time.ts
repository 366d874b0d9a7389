// Times of the answers as numbers.

/** A time on the clock on the wall (`local`) and, when its offset is known, in UTC: milliseconds since 1970. */
export type ParsedTime = Readonly<{ local: number; instant: number | null }>;

const form = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,20}))?(Z|[+-]\d\d:\d\d)?$/;
const minute = 60_000;

/**
 * A time as `takenAt` has it, such as `2026-05-17T12:15:00.25+02:00`; more than three digits of a fraction are cut. Null for a
 * date or time that does not exist, and for every other value. With an offset that does not exist, only `instant` is null.
 */
export function parseTime(value: unknown): ParsedTime | null {
  const found = typeof value === 'string' && value.length <= 64 ? form.exec(value) : null;
  if (found === null) return null;
  const [, year, month, day, hours, minutes, seconds, fraction = '', offset] = found;
  const time = new Date(0);
  time.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  // A 30th of February would have become the 2nd of March.
  if (time.getUTCMonth() !== Number(month) - 1 || time.getUTCDate() !== Number(day)) return null;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return null;
  time.setUTCHours(Number(hours), Number(minutes), Number(seconds), Number(fraction.slice(0, 3).padEnd(3, '0')));
  const local = time.getTime();
  const shift = offset === undefined ? null : minutesOf(offset);
  return { local, instant: shift === null ? null : local - shift * minute };
}

/** The minutes of an offset such as `+05:30` or `Z`; null for one that does not exist. */
function minutesOf(offset: string): number | null {
  if (offset === 'Z') return 0;
  const [hours, minutes] = [Number(offset.slice(1, 3)), Number(offset.slice(4))];
  if (hours > 23 || minutes > 59) return null;
  return (hours * 60 + minutes) * (offset.startsWith('-') ? -1 : 1);
}
