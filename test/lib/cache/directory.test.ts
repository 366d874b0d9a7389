import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { directoryCache } from '../../../lib/cache/directory';
import { encodeEntry, maxEntryBytes } from '../../../lib/cache/envelope';
import { disk } from '../../../lib/io/disk';
import { ordered } from '../../../testing/fakes/ordered-cache';
import { problemOf, soon } from '../bucket/contract';
import { goneEntry, orderOf, recordEntry, refTo } from './entries';
import { fileOf } from './files';

const ref = refTo('a.jpg');
const entry = recordEntry(ref, orderOf('0a', 1));

describe('a cache in a folder', () => {
  let folder: string;
  let root: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bucket-exif-'));
    root = join(folder, 'cache');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const cacheIn = () => ordered(directoryCache(root));
  const put = (one = entry) => cacheIn().put(one, soon());
  const get = (one = ref) => cacheIn().get(one, soon());
  const files = async () =>
    (await readdir(root, { recursive: true, withFileTypes: true })).filter((file) => file.isFile());

  test('has one file for each object, readable only by its owner, and nothing else', async () => {
    await Promise.all([put(), put(recordEntry(refTo('../../b'), orderOf('0a', 1)))]);
    await put(goneEntry(ref, orderOf('0b', 2)));
    expect((await files()).length).toBe(2);
    const path = fileOf(root, ref, 1);
    expect(await readFile(path, 'utf8')).toBe(encodeEntry(goneEntry(ref, orderOf('0b', 2))));
    const modes = await Promise.all([path, dirname(path), root].map(async (one) => (await stat(one)).mode & 0o777));
    expect(modes).toEqual([0o600, 0o700, 0o700]);
  });

  test('a look-up before the first put finds nothing, and makes nothing', async () => {
    expect(await get()).toBeNull();
    expect(await readdir(folder)).toEqual([]);
  });

  test('a look-up asks the file system seven times', async () => {
    await put();
    const cache = cacheIn();
    const calls = (Object.keys(disk) as (keyof typeof disk)[]).map((name) => jest.spyOn(disk, name));
    expect(await cache.get(ref, soon())).toEqual(entry);
    const counts = calls.map(({ mock }) => mock.calls.length);
    jest.restoreAllMocks();
    // Two paths without links, the list of the folder, and the file with its state.
    expect(counts.reduce((sum, count) => sum + count)).toBe(7);
  });

  test('is found under a link that leads to it', async () => {
    await mkdir(join(folder, 'real'));
    await symlink(join(folder, 'real'), root);
    expect(await put()).toBe(true);
    expect(await get()).toEqual(entry);
  });

  test('does not follow a link in place of an entry, and replaces it', async () => {
    await put();
    const path = fileOf(root, ref);
    const outside = join(folder, 'outside');
    await rename(path, outside);
    await symlink(outside, path);
    expect(await get()).toBeNull();
    expect(await put(goneEntry(ref, orderOf('01', 1)))).toBe(true);
    expect(await readFile(outside, 'utf8')).toBe(encodeEntry(entry));
    expect(await get()).toMatchObject({ content: { kind: 'gone' } });
  });

  test.each([1, 2])(
    'does not follow a link in place of a folder (level %p), and writes nothing there',
    async (level) => {
      await put();
      const path = fileOf(root, ref);
      const step = level === 1 ? dirname(dirname(path)) : dirname(path);
      const outside = join(folder, 'outside');
      await rename(step, outside);
      await symlink(outside, step);
      const before = await readdir(outside, { recursive: true });
      expect(await problemOf(get())).toBe('CacheFault');
      expect(await problemOf(put())).toBe('CacheFault');
      expect(await readdir(outside, { recursive: true })).toEqual(before);
    },
  );

  test.each([
    ['a folder', (path: string) => mkdir(path)],
    ['a pipe that nobody writes to', async (path: string) => execFileSync('mkfifo', [path])],
    ['a file of more than any entry', (path: string) => writeFile(path, new Uint8Array(maxEntryBytes + 1))],
  ])('takes %s in place of an entry for none', async (_, make) => {
    await put();
    const path = fileOf(root, ref);
    await rm(path);
    await make(path);
    expect(await get()).toBeNull();
  });

  test('a full folder in place of an entry is left alone, and the entry is put after it', async () => {
    await put();
    const path = fileOf(root, ref);
    await rm(path);
    await mkdir(join(path, 'in the way'), { recursive: true });
    expect(await put()).toBe(true);
    expect(await get()).toEqual(entry);
    expect((await readdir(dirname(path))).sort()).toEqual(
      [fileOf('', ref, 1), fileOf('', ref)].map((one) => basename(one)).sort(),
    );
  });

  test('leaves no temporary file when another writer was faster', async () => {
    const cache = directoryCache(root);
    await put();
    const { version } = await cache.get(ref, soon());
    const results = await Promise.all(
      [1, 2, 3, 4].map((n) => cache.put(goneEntry(ref, orderOf('0b', n)), version, soon())),
    );
    expect(results.filter((result) => result === 'kept')).toHaveLength(1);
    expect(await readdir(dirname(fileOf(root, ref)))).toEqual([basename(fileOf(root, ref, 1))]);
  });

  test('of several files of an object the one with the highest number counts, and the next put removes the others', async () => {
    await put();
    const text = (number: number) => encodeEntry(goneEntry(ref, orderOf(null, null), `put ${number}`)) ?? '';
    for (const number of [7, 10, 9]) await writeFile(fileOf(root, ref, number), text(number));
    for (const name of ['.011.json', '.1e9.json', '.12.json.tmp', `.${'9'.repeat(16)}.json`, '.-3.json'])
      await writeFile(fileOf(root, ref).replace('.json', name), text(99));
    expect(await get()).toMatchObject({ revision: 'put 10' });
    expect(await put(goneEntry(ref, orderOf('0c', 3), 'after'))).toBe(true);
    expect(await get()).toMatchObject({ revision: 'after' });
    const names = await readdir(dirname(fileOf(root, ref)));
    expect(names).toContain(basename(fileOf(root, ref, 11)));
    for (const number of [0, 7, 9, 10]) expect(names).not.toContain(basename(fileOf(root, ref, number)));
  });

  test('a version from before the folder was emptied differs from the one made afterwards', async () => {
    const cache = directoryCache(root);
    await put();
    const { version } = await cache.get(ref, soon());
    await rm(root, { recursive: true });
    await new Promise((done) => setTimeout(done, 20));
    await put(goneEntry(ref, orderOf('0b', 1)));
    expect(await cache.put(entry, version, soon())).toBe('conflict');
  });

  test('a folder that may not be written to is CacheFault', async () => {
    if (process.getuid?.() === 0) return; // root may do anything
    await mkdir(root);
    await chmod(root, 0o500);
    expect(await problemOf(put())).toBe('CacheFault');
    await chmod(root, 0o700);
  });

  test('readers beside writers see whole entries', async () => {
    const [cache, other] = [cacheIn(), cacheIn()];
    await cache.put(entry, soon());
    let over = false;
    const reading = (async () => {
      let reads = 0;
      for (; !over; reads++) expect(await other.get(ref, soon())).not.toBeNull();
      return reads;
    })();
    for (let round = 0; round < 100; round++)
      await cache.put(goneEntry(ref, orderOf('0b', 2), 'm'.repeat(round * 80)), soon());
    over = true;
    expect(await reading).toBeGreaterThan(10);
  });

  test('a message names the object and no path', async () => {
    await writeFile(root, '');
    await expect(directoryCache(root).put(entry, null, soon())).rejects.toThrow(
      /^Cannot cache "photos\/a.jpg": (EEXIST|ENOTDIR)$/,
    );
    await expect(get()).rejects.toThrow(/^Cannot look up "photos\/a.jpg" in the cache: ENOTDIR$/);
  });
});
