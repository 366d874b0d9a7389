// Values from outside as the types they must be; undefined (and false) for what is something else.

/** Characters of a text such as a revision or a warning; real ones are below 200. */
const maxText = 8192;
/** Characters of an ETag, which is sent to the store in a header; real ones are below 100. */
const maxTag = 4096;

/** Milliseconds on either side of 1970 that a Date can hold. */
const maxTime = 8.64e15;

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text of bounded length. */
export function readText(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= maxText ? value : undefined;
}

/** An ETag or null. */
export function readTag(value: unknown): string | null | undefined {
  return value === null || (typeof value === 'string' && value.length <= maxTag) ? value : undefined;
}

/** A whole number, 0 or more, that is exact. */
export function readCount(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && typeof value === 'number' && value >= 0 ? value : undefined;
}

/** A number, 0 or more, or null. */
export function readSize(value: unknown): number | null | undefined {
  if (value === null) return null;
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** Milliseconds since 1970, or null. */
export function readDate(value: unknown): Date | null | undefined {
  if (value === null) return null;
  return typeof value === 'number' && Math.abs(value) <= maxTime ? new Date(value) : undefined;
}

/** An array of at most `most` of what `read` reads; one bad element spoils it. */
export function readList<T>(value: unknown, most: number, read: (element: unknown) => T | undefined): T[] | undefined {
  if (!Array.isArray(value) || value.length > most) return undefined;
  const list: T[] = [];
  for (const element of value) {
    const one = read(element);
    if (one === undefined) return undefined;
    list.push(one);
  }
  return list;
}
