import { dryRun, formatBytes } from '../../../bin/backfill/dry-run';
import { allKeys, keysLike } from '../../../bin/backfill/select';
import { inPages, type ListedObject } from '../../../bin/backfill/source';
import { hasImageSuffix } from '../../../bin/image-suffixes';
import {
  formatBar,
  formatDuration,
  formatLine,
  type ProgressState,
  showProgress,
} from '../../../bin/terminal/progress';
import { emptyTally } from '../../../bin/terminal/tally';
import { defaultLimits } from '../../../lib/limits';

const seen: ProgressState = {
  tally: {
    skipped: 5,
    done: 4400,
    upToDate: 0,
    unreadable: 100,
    failed: 12,
    codes: { OK: 4400, NotAnImage: 100, AccessDenied: 12 },
    containers: { png: 400, jpeg: 4000 },
    sent: 0,
    kinds: {},
  },
  total: 10_000,
};

describe('which keys are taken', () => {
  test.each([
    ['*.jpg', 'a/b.JPG', true],
    ['*.jpg', 'a.jpgx', false],
    ['2026/*', '2026/a/b', true],
    ['2026/*', '2026/a/', false],
    ['a?c', 'a📷c', true],
    ['a?c', 'ac', false],
    ['a.c', 'abc', false],
    ['(a|b)+[c]{1}^$\\', '(a|b)+[c]{1}^$\\', true],
    ['*', 'line\nbreak', true],
  ])('%j fits %j: %s', (pattern, key, taken) => {
    expect(keysLike([pattern])(key)).toBe(taken);
    expect(keysLike(['never', pattern])(key)).toBe(taken);
  });

  test('all keys, except the markers of folders', () => {
    expect(['a', 'a/', 'a/b.txt'].map(allKeys)).toEqual([true, false, true]);
  });
});

describe('how far it is', () => {
  test('as a line', () => {
    expect(formatLine(seen, 312.4)).toBe(
      '4,512 of 10,000 objects (45 %); 312/s, 18 s left; OK 4,400, NotAnImage 100, AccessDenied 12 | jpeg 4,000, png 400',
    );
    expect(formatLine({ tally: emptyTally, total: null }, 0)).toBe('0 objects; 0.0/s');
    expect(formatLine({ tally: emptyTally, total: 0 }, 0)).toBe('0 of 0 objects (100 %); 0.0/s');
  });

  test('as a bar that never wraps', () => {
    expect(formatBar(seen, 312, 200)).toEqual([
      '[#######---------] 4,512 of 10,000 objects (45 %); 312/s, 18 s left',
      'OK 4,400, NotAnImage 100, AccessDenied 12 | jpeg 4,000, png 400',
    ]);
    for (const line of formatBar(seen, 312, 40)) expect(line.length).toBeLessThan(40);
  });

  test('when more objects are done than were counted, 100 % are shown', () => {
    expect(formatBar({ ...seen, total: 4000 }, 1, 200)[0]).toBe(
      '[################] 4,512 of 4,000 objects (100 %); 1.0/s',
    );
  });

  test.each([
    [0.4, '0 s'],
    [59, '59 s'],
    [200, '3 min 20 s'],
    [14_700, '4 h 5 min'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  test('a line every ten seconds, with the recent rate', () => {
    jest.useFakeTimers();
    let count = 0;
    let text = '';
    const keep = (written: string): void => {
      text += written;
    };
    const screen = { isTerminal: false, columns: () => 80, write: keep };
    const progress = showProgress(screen, () => ({ tally: { ...emptyTally, done: count }, total: 1000 }), Date.now);
    count = 100;
    jest.advanceTimersByTime(10_000);
    expect(text).toBe('100 of 1,000 objects (10 %); 10/s, 1 min 30 s left\n');
    for (let i = 0; i < 10; i++) jest.advanceTimersByTime(10_000);
    expect(text).toMatch(/; 0\.0\/s\n$/);
    progress.stop();
    text = '';
    jest.advanceTimersByTime(60_000);
    expect(text).toBe('');
    jest.useRealTimers();
  });

  test('a bar is redrawn in place, and removed at the end', () => {
    jest.useFakeTimers();
    let text = '';
    const keep = (written: string): void => {
      text += written;
    };
    const screen = { isTerminal: true, columns: () => 80, write: keep };
    const progress = showProgress(screen, () => seen, Date.now);
    jest.advanceTimersByTime(500);
    expect(text.split('\r\x1b[1A\x1b[0J')).toHaveLength(2);
    progress.note('said');
    progress.stop();
    expect(text.endsWith('\r\x1b[1A\x1b[0Jsaid\n')).toBe(true);
    jest.useRealTimers();
  });
});

describe('a dry run', () => {
  async function* objects(list: readonly (readonly [string, number | null])[]): AsyncGenerator<ListedObject> {
    for (const [key, size] of list) yield { key, size, etag: null, cursor: key, problem: null };
  }

  test('counts by suffix, and says what it would cost', async () => {
    const list = [
      ...Array.from({ length: 1500 }, (_, i) => [`${i}.jpg`, 2_000_000] as const),
      ['a.txt', 10],
      ['b', 5],
    ] as const;
    expect(await dryRun({ pages: () => inPages(objects(list)) }, hasImageSuffix, true, defaultLimits)).toBe(
      [
        'suffix  objects  to read  stored',
        'jpg       1,500    1,500  3.0 GB',
        'txt           1        0    10 B',
        '(none)        1        0     5 B',
        '',
        'A backfill would read 1,500 of 1,502 objects. Requests:',
        '  2 to list them; twice as many to show the progress (not with --no-count)',
        '  1,500 or more to read: usually one for each object, of 64 KiB at most (98.3 MB), never more than 16',
        '  1,500 or more to put entries into the cache; for objects that it has already, as many to look them up instead',
        '',
      ].join('\n'),
    );
  });

  test('shows at most a hundred suffixes separately', async () => {
    const list = Array.from({ length: 1000 }, (_, i) => [`a.x${i}`, null] as const);
    const text = await dryRun({ pages: () => inPages(objects(list)) }, allKeys, false, {
      ...defaultLimits,
      firstRead: 8000,
      requests: 5,
    });
    expect(text.split('\n').filter((line) => line.startsWith('x'))).toHaveLength(100);
    expect(text).toContain('of 8 KiB at most (8.0 MB), never more than 5');
    expect(text).toMatch(/^\(others\) +900 +900 +\?$/m);
  });

  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 KB'],
    [5e15, '5.0 PB'],
    [5e18, '5000.0 PB'],
    [null, '?'],
  ])('%p bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});
