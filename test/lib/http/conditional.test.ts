import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  answerETag,
  judgeConditions,
  matchesETag,
  matchingETag,
  type Representation,
  toKnown,
} from '../../../lib/http/conditional';
import type { HttpRequest, ObjectStat } from '../../../lib/types';

const stat: ObjectStat = { size: 9, etag: '"abc"', lastModified: new Date(Date.UTC(2020, 1, 2)) };
const cos = { id: 'cos', weak: false };

describe('answerETag', () => {
  test('changes with the object, the style and the settings, and only then', () => {
    const tags = [
      answerETag(stat, cos, ''),
      answerETag({ ...stat, etag: '"abd"' }, cos, ''),
      answerETag(stat, { ...cos, id: 'other' }, ''),
      answerETag(stat, cos, 'gps'),
    ];
    expect(new Set(tags).size).toBe(4);
    expect(answerETag({ ...stat }, cos, '')).toBe(tags[0]);
    expect(tags[0]).toMatch(/^"[0-9a-f]{32}"$/);
  });

  test('keeps no long id in memory: callers choose the names of tags in it', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const versions = Array.from({ length: 1_000 }, (): ObjectStat => ({ ...stat }));
    collect();
    const before = process.memoryUsage().heapUsed;
    versions.forEach((version, i) => void answerETag(version, { ...cos, id: `${i}`.padEnd(50_000, 'x') }, ''));
    collect();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(10_000_000);
    expect(versions).toHaveLength(1_000); // they are still in use
  });

  test('is weak where the object has a weak one, null where it has none', () => {
    expect(answerETag({ ...stat, etag: 'W/"abc"' }, cos, '')).toMatch(/^W\/"/);
    expect(answerETag(stat, { ...cos, weak: true }, '')).toBe(`W/${answerETag(stat, cos, '')}`);
    expect(answerETag({ ...stat, etag: null }, cos, '')).toBeNull();
  });
});

describe('matchesETag', () => {
  test.each([
    ['"a"', '"a"', true],
    ['W/"a"', '"a"', true],
    ['"a"', 'W/"a"', true],
    ['"b", "a"', '"a"', true],
    ['*', '"a"', false],
    ['"b"', '"a"', false],
    ['a', '"a"', false],
    ['', '"a"', false],
    [undefined, '"a"', false],
    ['*', null, false],
  ])('%s against %s: %s', (header, etag, expected) => {
    expect(matchesETag(header, etag)).toBe(expected);
  });
});

describe('a compressed answer', () => {
  const of = (encoding: Representation['encoding']) => answerETag(stat, { ...cos, ...(encoding && { encoding }) }, '');
  const plain = of(undefined) ?? '';
  const bare = plain.slice(1, -1);

  test('has its own tag', () => {
    expect(of({ coding: null, smallToo: false })).toBe(plain);
    expect(of({ coding: 'gzip', smallToo: false })).toBe(`"${bare}-gzip"`);
    expect(of({ coding: 'br', smallToo: false })).toBe(`"${bare}-br"`);
    expect(of({ coding: 'br', smallToo: true })).toBe(`"${bare}-br-only"`);
  });

  test.each([
    [`"${bare}"`, `"${bare}"`],
    [`"${bare}-br"`, `"${bare}-br"`],
    [`W/"${bare}-gzip"`, `"${bare}-gzip"`],
    [`"${bare}", "${bare}-gzip"`, `"${bare}-gzip"`],
    ['"other", "other-gzip"', null],
    [`"${bare}-deflate"`, null],
    [`"${bare}`, null],
    [`${bare}"`, null],
    [`"${bare}-gzip`, null],
    [`"${bare}-gzip-br"`, null],
    ['*', null],
    [undefined, null],
  ])('If-None-Match %s is answered with the tag %s', (header, expected) => {
    expect(matchingETag(header, `"${bare}-gzip"`)).toBe(expected);
  });
});

describe('judge', () => {
  const now = new Date(Date.UTC(2026, 0, 2));
  const written = new Date(Date.UTC(2020, 1, 2, 3, 4, 5, 678));
  const at = 'Sun, 02 Feb 2020 03:04:05 GMT';
  const before = 'Sun, 02 Feb 2020 03:04:04 GMT';
  const after = 'Sun, 02 Feb 2020 03:04:06 GMT';
  const verdict = (headers: HttpRequest['headers'], etag: string | null = '"a"', lastModified: Date | null = written) =>
    judgeConditions({ method: 'GET', path: '/', pathDecoded: false, query: [], headers }, { etag, lastModified }, now);
  const kinds: Readonly<Record<string, object>> = {
    200: { kind: 'proceed' },
    304: { kind: 'unchanged' },
    412: { kind: 'failed' },
  };

  // Each row: If-Match, If-Unmodified-Since, If-None-Match, If-Modified-Since, and the status.
  test.each<[string | null, string | null, string | null, string | null, number]>([
    [null, null, null, null, 200],
    ['"a"', null, null, null, 200],
    ['"b", "a"', null, null, null, 200],
    ['*', null, null, null, 200],
    ['"b"', null, null, null, 412],
    ['W/"a"', null, null, null, 412],
    ['', null, null, null, 412],
    ['"a-gzip"', null, null, null, 200],
    [null, at, null, null, 200],
    [null, after, null, null, 200],
    [null, before, null, null, 412],
    [null, 'yesterday', null, null, 200],
    [null, null, '"a"', null, 304],
    [null, null, 'W/"a"', null, 304],
    [null, null, '"a-br"', null, 304],
    [null, null, '"b"', null, 200],
    [null, null, '*', null, 304],
    [null, null, null, at, 304],
    [null, null, null, after, 304],
    [null, null, null, before, 200],
    [null, null, null, 'Sunday, 02-Feb-20 03:04:05 GMT', 304],
    [null, null, null, 'Sun Feb  2 03:04:05 2020', 304],
    [null, null, null, 'Sunday, 02-Feb-20 03:04:04 GMT', 200],
    [null, null, null, '0', 200],
    // If-Match hides If-Unmodified-Since
    ['"a"', before, null, null, 200],
    ['"b"', after, null, null, 412],
    // If-None-Match hides If-Modified-Since
    [null, null, '"b"', after, 200],
    [null, null, '"a"', before, 304],
    // a condition that failed comes before one that says unchanged
    ['"b"', null, '"a"', null, 412],
    ['"b"', null, null, after, 412],
    [null, before, '"a"', null, 412],
    ['"a"', null, '"a"', null, 304],
    ['"a"', null, '"b"', null, 200],
    ['"a"', null, null, at, 304],
    [null, at, null, at, 304],
  ])(
    'If-Match %s, If-Unmodified-Since %s, If-None-Match %s, If-Modified-Since %s: %i',
    (match, unmod, none, mod, is) => {
      const given = [
        ['if-match', match],
        ['if-unmodified-since', unmod],
        ['if-none-match', none],
        ['if-modified-since', mod],
      ].filter(([, value]) => value !== null);
      expect(verdict(Object.fromEntries(given))).toMatchObject(kinds[is] ?? {});
    },
  );

  test('an object without a tag or a date has nothing that such a condition could hold for', () => {
    expect(verdict({ 'if-match': '"a"' }, null)).toEqual({ kind: 'failed' });
    expect(verdict({ 'if-match': '*' }, null)).toEqual({ kind: 'proceed' });
    expect(verdict({ 'if-none-match': '"a"' }, null)).toEqual({ kind: 'proceed' });
    expect(verdict({ 'if-unmodified-since': before }, '"a"', null)).toEqual({ kind: 'proceed' });
    expect(verdict({ 'if-modified-since': after }, '"a"', null)).toEqual({ kind: 'proceed' });
  });

  test('a weak tag of the object matches If-None-Match only', () => {
    expect(verdict({ 'if-match': 'W/"a"' }, 'W/"a"')).toEqual({ kind: 'failed' });
    expect(verdict({ 'if-match': '"a"' }, 'W/"a"')).toEqual({ kind: 'failed' });
    expect(verdict({ 'if-none-match': '"a"' }, 'W/"a"')).toMatchObject({ kind: 'unchanged' });
  });

  test('only a tag proves that there is an answer', () => {
    expect(toKnown(verdict({ 'if-none-match': '"a"' }))).toBe(true);
    expect(toKnown(verdict({ 'if-none-match': '*' }))).toBe(false);
    expect(toKnown(verdict({ 'if-modified-since': at }))).toBe('presumed');
    expect(toKnown(verdict({ 'if-match': '"b"' }))).toBe('presumed');
    expect(toKnown(verdict({}))).toBe(false);
  });
});
