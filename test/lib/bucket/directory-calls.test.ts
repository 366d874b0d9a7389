// How many calls to the file system a read takes, and that a file which was read before is checked as strictly as a new one.
import { execFileSync } from 'node:child_process';
import { link, mkdir, mkdtemp, realpath, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { directoryBucket } from '../../../lib/bucket/directory';
import { knownFiles } from '../../../lib/bucket/known-files';
import { disk } from '../../../lib/io/disk';
import type { Bucket, Condition, FetchResult } from '../../../lib/types';
import { present, problemOf, refTo, soon } from './contract';

let outer: string;
let root: string;
let bucket: Bucket;
beforeEach(async () => {
  outer = await realpath(await mkdtemp(join(tmpdir(), 'bucket-exif-')));
  root = join(outer, 'root');
  await mkdir(join(root, 'sub'), { recursive: true });
  await writeFile(join(root, 'sub', 'a.jpg'), 'inside');
  bucket = directoryBucket(root);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await rm(outer, { recursive: true });
});

const key = 'sub/a.jpg';

function read(condition: Condition = null): Promise<FetchResult | null> {
  return bucket.fetch(refTo(key), { start: 0, end: 100 }, condition, soon());
}

/** The names of the calls that `work` makes, sorted. */
async function callsOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  const calls: string[] = [];
  for (const name of Object.keys(disk) as (keyof typeof disk)[]) {
    const call = disk[name] as (...given: unknown[]) => Promise<unknown>;
    jest.spyOn(disk, name).mockImplementation(((...given: unknown[]) => {
      calls.push(name);
      return call(...given);
    }) as never);
  }
  await work();
  jest.restoreAllMocks();
  return calls.sort();
}

async function etagNow(): Promise<string> {
  const { stat } = await present(read());
  return stat.etag ?? '';
}

const reading = ['close', 'fstat', 'lstat', 'open', 'read', 'readlink', 'realpath'];

test('the first read of a file looks for other spellings of its name; a later one does not', async () => {
  await read(); // finds the real path of the root
  await utimes(join(root, key), 1000, 1000);
  const first = await callsOf(read);
  expect(first).toEqual([...reading, 'lstat', 'lstat'].sort()); // SUB, A.JPG
  expect(await callsOf(read)).toEqual(reading);
});

test('a version that the caller has takes two calls, and is not opened', async () => {
  const ifNoneMatch = await etagNow();
  expect(await callsOf(async () => expect(await read({ ifNoneMatch })).toBeNull())).toEqual(['lstat', 'realpath']);
});

describe('of a file that was read before,', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['rewritten', () => writeFile(join(root, key), 'INSIDE')],
    ['touched', () => utimes(join(root, key), 1000, 1000)],
    [
      'replaced',
      async () => {
        await writeFile(join(root, 'new'), 'inside');
        await rename(join(root, 'new'), join(root, key));
      },
    ],
    [
      'in a folder that was replaced',
      async () => {
        await rename(join(root, 'sub'), join(root, 'old'));
        await mkdir(join(root, 'sub'));
        await writeFile(join(root, key), 'inside');
      },
    ],
    [
      'below a root that was replaced',
      async () => {
        await rename(root, `${root}-old`);
        await mkdir(join(root, 'sub'), { recursive: true });
        await writeFile(join(root, key), 'inside');
      },
    ],
  ])('the version that the caller has is old when it was %s', async (_, change) => {
    const ifNoneMatch = await etagNow();
    await new Promise((done) => setTimeout(done, 10)); // long enough for the clock of the file system to tick
    await change();
    expect((await present(read({ ifNoneMatch }))).stat.etag).not.toBe(ifNoneMatch);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['removed', () => rm(join(root, key))],
    [
      'replaced by a link to a copy outside',
      async () => {
        await rename(join(root, key), join(outer, 'moved'));
        await symlink(join(outer, 'moved'), join(root, key));
      },
    ],
    [
      'in a folder that now leads outside, to the same file',
      async () => {
        await mkdir(join(outer, 'other'));
        await link(join(root, key), join(outer, 'other', 'a.jpg'));
        await rename(join(root, 'sub'), join(root, 'old'));
        await symlink(join(outer, 'other'), join(root, 'sub'));
      },
    ],
    [
      'replaced by a FIFO',
      async () => {
        await rm(join(root, key));
        execFileSync('mkfifo', [join(root, key)]);
      },
    ],
    [
      'renamed to another spelling',
      async () => {
        await rename(join(root, key), join(root, 'sub', 'A.jpg'));
      },
    ],
  ])('there is no object when it was %s', async (_, change) => {
    const ifNoneMatch = await etagNow();
    await change();
    expect(await problemOf(present(read({ ifNoneMatch })))).toBe('NoSuchKey');
    expect(await problemOf(present(read()))).toBe('NoSuchKey');
  });

  test('the version is the same when its folder was moved and a link inside the root leads there', async () => {
    const ifNoneMatch = await etagNow();
    await rename(join(root, 'sub'), join(root, 'moved'));
    await symlink('moved', join(root, 'sub'));
    expect(await read({ ifNoneMatch })).toBeNull();
  });
});

test('a root that is a link is followed again for each read', async () => {
  await rename(root, join(outer, 'one'));
  await symlink('one', root);
  const ifNoneMatch = await etagNow();
  await mkdir(join(outer, 'two', 'sub'), { recursive: true });
  await writeFile(join(outer, 'two', key), 'another');
  await rm(root);
  await symlink('two', root);
  expect(new TextDecoder().decode((await present(read({ ifNoneMatch }))).bytes)).toBe('another');
});

test('the files that were used last are remembered', () => {
  const known = knownFiles(2);
  known.set('a', '1');
  known.set('b', '2');
  expect(known.get('a')).toBe('1');
  known.set('c', '3');
  expect(['a', 'b', 'c'].map((name) => known.get(name))).toEqual(['1', undefined, '3']);
});
