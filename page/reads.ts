// Reads the header `x-exif-reads`: which parts of an object were read for one answer.

/** First and last byte, both included, as HTTP counts. */
export type Span = readonly [first: number, last: number];

/** `size` null = not known, `cache` null = there is no cache. */
export type Reads = Readonly<{
  requests: number;
  bytes: number;
  size: number | null;
  ms: number;
  cache: string | null;
  spans: readonly Span[];
}>;

/** The most ranges that are read from a header; a request reads at most 16. */
const maxSpans = 1000;

/** The parsed header; null when it is missing or malformed. */
export function parseReads(header: string | null): Reads | null {
  if (header === null) return null;
  const members = new Map(
    header.split(',').map((part) => {
      const at = part.indexOf('=');
      return [part.slice(0, Math.max(at, 0)).trim(), part.slice(at + 1).trim()] as const;
    }),
  );
  const number = (name: string): number => Number(members.get(name) || Number.NaN);
  const [requests, bytes, ms, size] = [number('requests'), number('bytes'), number('ms'), number('size')];
  if (![requests, bytes, ms].every((value) => Number.isFinite(value) && value >= 0)) return null;
  return {
    requests,
    bytes,
    ms,
    size: Number.isFinite(size) && size >= 0 ? size : null,
    cache: members.get('cache') ?? null,
    spans: parseSpans(members.get('ranges') ?? ''),
  };
}

function parseSpans(text: string): readonly Span[] {
  return [...text.matchAll(/(\d{1,15})-(\d{1,15})/g)]
    .slice(0, maxSpans)
    .map(([, first, last]) => [Number(first), Number(last)] as const)
    .filter(([first, last]) => first <= last);
}

/** Spans in the order of the file. Spans that touch or overlap are merged. */
export function mergeSpans(spans: readonly Span[]): readonly Span[] {
  const merged: Span[] = [];
  for (const [first, last] of [...spans].sort(([a], [b]) => a - b)) {
    const before = merged.at(-1);
    if (before !== undefined && first <= before[1] + 1)
      merged[merged.length - 1] = [before[0], Math.max(before[1], last)];
    else merged.push([first, last]);
  }
  return merged;
}
