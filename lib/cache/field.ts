// Checks the types of values that come from outside. The result is undefined (or false) for a value of another type.

/** Characters of a text such as a revision or a warning. Largest real: 200. */
const maxTextLength = 8192;
/** Characters of an ETag, which is sent to the store in a header. Largest real: 100. */
const maxTagLength = 4096;

/** Milliseconds before or after 1970 that a Date can represent. */
const maxTime = 8.64e15;

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text of bounded length. */
export function parseText(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= maxTextLength ? value : undefined;
}

/** An ETag or null. */
export function parseTag(value: unknown): string | null | undefined {
  return value === null || (typeof value === 'string' && value.length <= maxTagLength) ? value : undefined;
}

/** A whole number of 0 or more, in the range where numbers are exact. */
export function parseCount(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && typeof value === 'number' && value >= 0 ? value : undefined;
}

/** A number, 0 or more, or null. */
export function parseSize(value: unknown): number | null | undefined {
  if (value === null) return null;
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** Milliseconds since 1970, or null. */
export function parseDate(value: unknown): Date | null | undefined {
  if (value === null) return null;
  return typeof value === 'number' && Math.abs(value) <= maxTime ? new Date(value) : undefined;
}

/** An array of at most `most` elements that are all valid for `parse`. */
export function parseList<T>(
  value: unknown,
  most: number,
  parse: (element: unknown) => T | undefined,
): T[] | undefined {
  if (!Array.isArray(value) || value.length > most) return undefined;
  const list: T[] = [];
  for (const element of value) {
    const one = parse(element);
    if (one === undefined) return undefined;
    list.push(one);
  }
  return list;
}
