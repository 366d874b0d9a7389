import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BackfillEnd, backfillLocally, type LocalBackfill } from '../../../bin/backfill/local-engine';
import { inPages, type ListedObject, type ObjectSource } from '../../../bin/backfill/source';
import { loadState } from '../../../bin/backfill/state';
import { type Attempt, patiently, type Warm } from '../../../bin/backfill/warm-object';
import { hasImageSuffix } from '../../../bin/image-suffixes';
import { type ProblemCode, ProblemError } from '../../../lib/problem';

const purpose = { bucket: 's3://photos', prefix: '', keys: 'images', manifest: null, cache: 'memory', revision: 'm1' };
const ok: Attempt = { code: 'OK', container: 'jpeg', error: null, isUpToDate: false, isSent: false };
const failed = (code: ProblemCode, message = 'no'): Attempt => ({
  code,
  container: null,
  error: new ProblemError(code, message),
  isUpToDate: false,
  isSent: false,
});
const unreadable = (code: ProblemCode, isUpToDate = false): Attempt => ({
  code,
  container: null,
  error: null,
  isUpToDate,
  isSent: false,
});

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backfill-'));
});
afterEach(() => rm(folder, { recursive: true }));

const name = (i: number): string => `${String(i).padStart(5, '0')}.jpg`;

/** `count` keys in their order, each its own cursor. */
function sourceOf(count: number, change: (object: ListedObject) => ListedObject = (object) => object): ObjectSource {
  async function* objects(after: string | null): AsyncGenerator<ListedObject> {
    for (let i = 0; i < count; i++) {
      const key = name(i);
      if (after === null || key > after) yield change({ key, size: null, etag: null, cursor: key, problem: null });
    }
  }
  return { pages: (after) => inPages(objects(after)) };
}

type BackfillResult = BackfillEnd & Readonly<{ text: string; shown: string }>;

/** Runs a backfill with all that is not given made up. */
async function run(parts: Partial<LocalBackfill>): Promise<BackfillResult> {
  let text = '';
  let shown = '';
  const ended = await backfillLocally({
    source: sourceOf(0),
    chosen: hasImageSuffix,
    warm: async () => ok,
    purpose,
    bucket: 'photos',
    concurrency: 8,
    count: false,
    statePath: join(folder, 'state.json'),
    failuresPath: join(folder, 'failures.csv'),
    restart: false,
    sinks: 0,
    isPrivate: false,
    screen: {
      isTerminal: false,
      columns: () => 80,
      write: (written) => {
        shown += written;
      },
    },
    out: (written) => {
      text += written;
    },
    stop: new AbortController().signal,
    ...parts,
  });
  return { ...ended, text, shown };
}

const heldState = () => loadState(join(folder, 'state.json'), purpose);

test('warms every key once, at most so many at once, and leaves no state', async () => {
  const seen: string[] = [];
  let now = 0;
  let most = 0;
  const { failed, stopped, text } = await run({
    source: sourceOf(2500),
    concurrency: 32,
    async warm(key) {
      seen.push(key);
      most = Math.max(most, ++now);
      await new Promise(setImmediate);
      now--;
      return ok;
    },
  });
  expect({ failed, stopped, most }).toEqual({ failed: 0, stopped: false, most: 32 });
  expect(seen.sort()).toEqual(Array.from({ length: 2500 }, (_, i) => name(i)));
  expect(text).toBe(
    'Done: 2,500 objects cached, 0 failed, 0 unreadable, 0 already up to date, 0 not selected by name (OK 2,500 | jpeg 2,500)\n',
  );
  expect(await heldState()).toBeNull();
});

test('an empty bucket is done', async () => {
  expect(await run({})).toMatchObject({ failed: 0, stopped: false });
});

test('leaves out files without the suffix of an image, and counts the others by outcome and container', async () => {
  const source = sourceOf(100, (object) => ({ ...object, key: object.key.replace(/[1-9]\.jpg$/, '$&.txt') }));
  const { text } = await run({
    source,
    warm: async (key) => (key === '00050.jpg' ? unreadable('NotAnImage') : ok),
  });
  expect(text).toMatch(
    /^Done: 9 objects cached, 0 failed, 1 unreadable, 0 already up to date, 90 not selected by name \(OK 9, NotAnImage 1 \| jpeg 9\)/,
  );
});

describe('objects that are not readable images', () => {
  const list = () => readFile(join(folder, 'failures.csv'), 'utf8');
  const row = (i: number): string => `"photos","${name(i)}","DamagedImage","The image is damaged before its EXIF."\n`;

  test.each([false, true])(
    'are listed but do not count as failures, also when the cache already has the result: %s',
    async (isUpToDate) => {
      const warm: Warm = async (key) =>
        key === name(3) ? unreadable('DamagedImage', isUpToDate) : { ...ok, isUpToDate };
      const { failed: count, text } = await run({ source: sourceOf(10), warm });
      expect(count).toBe(0);
      expect(text).toContain(isUpToDate ? 'Done: 0 objects cached' : 'Done: 9 objects cached');
      expect(text).toContain(`0 failed, 1 unreadable, ${isUpToDate ? 9 : 0} already up to date`);
      expect(await list()).toBe(row(3));
      expect(text).toContain(`  ${row(3)}The unreadable keys are in ${join(folder, 'failures.csv')}: `);
    },
  );

  test('are listed by a run that goes on after a stop', async () => {
    const stop = new AbortController();
    const warm: Warm = async (key) => {
      if (key === name(1500)) stop.abort();
      return key.endsWith('7.jpg') ? unreadable('DamagedImage', key > name(1500)) : ok;
    };
    await run({ source: sourceOf(2500), warm, stop: stop.signal });
    expect((await list()).split('\n').length).toBeLessThan(200);
    const { text } = await run({ source: sourceOf(2500), warm });
    expect(text).toContain('Done: 2,250 objects cached, 0 failed, 250 unreadable, 0 already up to date');
    const rows = Array.from({ length: 250 }, (_, i) => row(i * 10 + 7));
    expect((await list()).split(/(?<=\n)/).sort()).toEqual(rows);
  });

  test('that the store refuses one by one do not stop the backfill', async () => {
    const { text } = await run({ source: sourceOf(500), warm: async () => unreadable('NotAnImage') });
    expect(text).toContain('0 failed, 500 unreadable');
    expect(text).toContain('  and 480 more\n');
  });
});

test('it counts the objects that give away something, by kind', async () => {
  const warm: Warm = async (key) => ({ ...ok, kinds: key === name(3) ? ['position', 'face'] : ['face'] });
  expect((await run({ source: sourceOf(5), warm, isPrivate: true })).text).toContain(
    'Objects that give away: face 5, position 1\n',
  );
  expect((await run({ source: sourceOf(5), isPrivate: true })).text).toContain('Objects that give away: nothing\n');
  expect((await run({ source: sourceOf(5), warm })).text).not.toContain('give away');
});

test('the state of an earlier version, which counted fewer outcomes, is gone on from', async () => {
  const stop = new AbortController();
  const warm: Warm = async () => {
    stop.abort();
    return ok;
  };
  await run({ source: sourceOf(5), warm, stop: stop.signal, concurrency: 1 });
  const path = join(folder, 'state.json');
  const held = JSON.parse(await readFile(path, 'utf8'));
  const { upToDate, unreadable: none, ...tally } = held.state.tally;
  expect([upToDate, none]).toEqual([0, 0]);
  await writeFile(path, JSON.stringify({ ...held, state: { ...held.state, tally } }));
  expect((await run({ source: sourceOf(5), warm: async () => ({ ...ok, isUpToDate: true }) })).text).toContain(
    'Done: 1 object cached, 0 failed, 0 unreadable, 4 already up to date',
  );
});

test('failed keys are printed, and the file with them can be used as a manifest', async () => {
  const change = (object: ListedObject): ListedObject => ({ ...object, key: `ü ${object.key}` });
  const problem = new ProblemError('InvalidURI', 'Cannot decode');
  const { failed: count, text } = await run({
    source: sourceOf(50, (object) => (object.key === name(7) ? { ...object, key: '%zz', problem } : change(object))),
    warm: async (key) => (/[05]\.jpg$/.test(key) ? failed('AccessDenied', 'said "no"\nand\u202e more') : ok),
  });
  expect(count).toBe(11);
  expect(text).toContain('39 objects cached, 11 failed');
  expect(text).toContain('(OK 39, AccessDenied 10, InvalidURI 1 | jpeg 39)');
  const lines = (await readFile(join(folder, 'failures.csv'), 'utf8')).split('\n');
  expect(lines).toHaveLength(12);
  expect(lines).toContain('"photos","%C3%BC%2000005.jpg","AccessDenied","said ""no"" and  more"');
  expect(lines).toContain('"photos","%zz","InvalidURI","Cannot decode"');
  for (const line of lines) expect(text).toContain(line);
});

test('of many failures the first are shown', async () => {
  const { text } = await run({ source: sourceOf(60), warm: async () => failed('AccessDenied') });
  expect(text.match(/^ {2}"photos"/gm)).toHaveLength(20);
  expect(text).toContain('  and 40 more\n');
});

describe('stopped by the user', () => {
  /** Stops the first run when the n-th object has begun; gives what both runs did. */
  async function stopAt(
    count: number,
    parts: Partial<LocalBackfill> = {},
  ): Promise<{ seen: string[]; first: BackfillResult; second: BackfillResult }> {
    const stop = new AbortController();
    const seen: string[] = [];
    const warm: Warm = async (key) => {
      if (seen.push(key) === count) stop.abort();
      await new Promise(setImmediate);
      return key.endsWith('7.jpg') ? failed('AccessDenied') : ok;
    };
    const first = await run({ source: sourceOf(2500), warm, stop: stop.signal, ...parts });
    const second = await run({ source: sourceOf(2500), warm, ...parts });
    return { seen, first, second };
  }

  test.each([1, 500, 1000, 1001, 2499])(
    'at object %i: what is under way ends, and nothing is done twice',
    async (count) => {
      const { seen, first, second } = await stopAt(count);
      expect(first.stopped).toBe(true);
      expect(first.text).toMatch(/^Stopped: .*To continue, run the same command again/s);
      expect(second).toMatchObject({ stopped: false, failed: 250 });
      expect(second.shown).toContain('Continuing after');
      expect(second.text).toContain('Done: 2,250 objects cached, 250 failed');
      expect(seen.sort()).toEqual(Array.from({ length: 2500 }, (_, i) => name(i)));
      expect((await readFile(join(folder, 'failures.csv'), 'utf8')).trim().split('\n')).toHaveLength(250);
    },
  );

  test('before it began', async () => {
    const stop = new AbortController();
    stop.abort();
    expect(await run({ source: sourceOf(5), stop: stop.signal })).toMatchObject({ stopped: true, failed: 0 });
  });
});

test('after a crash within a page, that page is done again, and its failures are listed once', async () => {
  let calls = 0;
  const warm: Warm = async (key) => {
    if (++calls === 1500) throw new Error('crash');
    return key.endsWith('7.jpg') ? failed('AccessDenied') : ok;
  };
  await expect(run({ source: sourceOf(2500), warm, concurrency: 1 })).rejects.toThrow('crash');
  expect(await heldState()).toMatchObject({ after: name(999), tally: { done: 900, failed: 100 } });
  // As if the crash had come behind the file of failures and before the state.
  await writeFile(join(folder, 'failures.csv'), '"photos","01007.jpg","AccessDenied","no"\n', { flag: 'a' });
  const { failed: count } = await run({ source: sourceOf(2500), warm });
  expect(count).toBe(250);
  expect(calls).toBe(1500 + 1500);
  const lines = (await readFile(join(folder, 'failures.csv'), 'utf8')).trim().split('\n');
  expect(new Set(lines).size).toBe(250);
  expect(lines).toHaveLength(250);
});

test('a source that fails ends it; the next run continues from the last page', async () => {
  const good = sourceOf(2500);
  const source: ObjectSource = {
    async *pages(after) {
      for await (const page of good.pages(after)) {
        if (after === null && page.cursor > name(1500)) throw new ProblemError('BucketFault', 'gone');
        yield page;
      }
    },
  };
  const seen: string[] = [];
  const warm: Warm = async (key) => {
    seen.push(key);
    return ok;
  };
  await expect(run({ source, warm })).rejects.toMatchObject({ code: 'BucketFault' });
  expect(seen).toHaveLength(1000);
  await run({ source, warm });
  expect(seen).toHaveLength(2500);
});

test.each(['CacheFault', 'SinkFault'] as const)('%s of every object stops it, and no key is lost', async (code) => {
  let down = true;
  const seen = new Map<string, number>();
  const warm: Warm = async (key) => {
    seen.set(key, (seen.get(key) ?? 0) + 1);
    return down && key > name(1200) ? failed(code, 'refused') : ok;
  };
  await expect(run({ source: sourceOf(2500), warm })).rejects.toMatchObject({
    message:
      'Stopped after 100 failures in a row. The last one: refused. To continue with these objects, run the same command again',
  });
  down = false;
  expect(await run({ source: sourceOf(2500), warm })).toMatchObject({ failed: 0, stopped: false });
  expect(seen.size).toBe(2500);
});

describe('the state file', () => {
  const begun = async () => {
    const stop = new AbortController();
    const warm: Warm = async () => {
      stop.abort();
      return ok;
    };
    await run({ source: sourceOf(2500), stop: stop.signal, warm });
  };

  test('of another backfill is refused', async () => {
    await begun();
    const other = { ...purpose, prefix: 'a/' };
    await expect(run({ purpose: other })).rejects.toMatchObject({
      code: 'ConfigInvalid',
      message: expect.stringContaining('belongs to another backfill: name another with --state'),
    });
    expect(await run({ purpose: other, restart: true })).toMatchObject({ stopped: false });
  });

  test.each(['', '{', 'null', '[]', '{"format":"other"}'])('holding %j is refused', async (text) => {
    await writeFile(join(folder, 'state.json'), text);
    await expect(run({})).rejects.toMatchObject({
      message: expect.stringContaining('is not a state file of a backfill'),
    });
  });

  test('that cannot be written is refused before anything is read', async () => {
    const warm = jest.fn();
    await expect(run({ source: sourceOf(5), warm, statePath: join(folder, 'none', 'x.json') })).rejects.toMatchObject({
      message: expect.stringContaining('x.json: no such file or folder (ENOENT); name another with --state'),
    });
    await mkdir(join(folder, 'dir'));
    await expect(run({ source: sourceOf(5), warm, failuresPath: join(folder, 'dir') })).rejects.toMatchObject({
      message: expect.stringContaining('dir: it is a folder (EISDIR); name another with --failures'),
    });
    expect(warm).not.toHaveBeenCalled();
  });
});

test('counts all objects in advance to show the total, and stores the total', async () => {
  const stop = new AbortController();
  const warm: Warm = async (key) => {
    if (key === name(1500)) stop.abort();
    await new Promise((resolve) => setTimeout(resolve, 2));
    return ok;
  };
  await run({ source: sourceOf(2500), warm, count: true, stop: stop.signal });
  expect(await heldState()).toMatchObject({ total: 2500 });
});

describe('patience', () => {
  const pauses: number[] = [];
  const sleep = async (ms: number): Promise<void> => {
    pauses.push(ms);
  };
  const patient = (attempts: readonly Attempt[]): { warm: Warm; calls: () => number } => {
    let calls = 0;
    pauses.length = 0;
    return {
      warm: patiently(async () => attempts[Math.min(calls++, attempts.length - 1)] ?? ok, sleep),
      calls: () => calls,
    };
  };

  test('three more tries with growing pauses for what may pass', async () => {
    const { warm, calls } = patient([failed('SlowDown')]);
    expect(await warm('a', null)).toMatchObject({ code: 'SlowDown' });
    expect(calls()).toBe(4);
    expect(pauses).toHaveLength(3);
    expect(pauses[0]).toBeLessThan(pauses[1] ?? 0);
    expect(pauses[1]).toBeLessThan(pauses[2] ?? 0);
  });

  test('until it passes', async () => {
    const { warm, calls } = patient([failed('CacheFault'), failed('Timeout'), ok]);
    expect(await warm('a', null)).toBe(ok);
    expect(calls()).toBe(3);
  });

  test.each([
    failed('AccessDenied'),
    { code: 'InternalError', container: null, error: new TypeError('bug'), isUpToDate: false, isSent: false },
    ok,
  ])('none for %j', async (attempt) => {
    const { warm, calls } = patient([attempt]);
    expect(await warm('a', null)).toBe(attempt);
    expect(calls()).toBe(1);
  });
});
