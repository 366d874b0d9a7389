import { execFileSync } from 'node:child_process';
import { link, mkdir, mkdtemp, open, rename, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { directoryBucket } from '../../../lib/bucket/directory';
import { type OpenFile, readPinned } from '../../../lib/bucket/open-file';
import { disk } from '../../../lib/io/disk';
import type { FetchResult } from '../../../lib/types';
import { pinnedTo, present, problemOf, refTo, soon } from './contract';

describe('a directory as a bucket', () => {
  let outer: string;
  let root: string;
  beforeEach(async () => {
    outer = await mkdtemp(join(tmpdir(), 'bucket-exif-'));
    root = join(outer, 'root');
    await mkdir(join(root, 'sub'), { recursive: true });
    await writeFile(join(root, 'a.jpg'), 'inside');
    await writeFile(join(root, 'sub', 'b.jpg'), 'below');
    await writeFile(join(outer, 'secret'), 'outside');
  });
  afterEach(() => rm(outer, { recursive: true }));

  function read(key: string, ifMatch: string | null = null, from = root): Promise<FetchResult> {
    return present(directoryBucket(from).fetch(refTo(key), { start: 0, end: 100 }, pinnedTo(ifMatch), soon(2000)));
  }

  async function text(key: string, from = root): Promise<string> {
    return new TextDecoder().decode((await read(key, null, from)).bytes);
  }

  test.each([
    '../secret',
    'sub/../../secret',
    '/a.jpg',
    './a.jpg',
    'sub/./b.jpg',
    'sub//b.jpg',
    'sub/../a.jpg',
    'a.jpg/',
    'a.jpg\0',
    'a.jpg\0.png',
    '\ud800',
    '.',
    '..',
    '/',
    '',
  ])('%j names no file', async (key) => {
    await writeFile(join(root, '\ufffd'), 'another');
    expect(await problemOf(read(key))).toBe('NoSuchKey');
  });

  test('links may stay inside, not lead out', async () => {
    await symlink('sub/b.jpg', join(root, 'in'));
    await symlink('sub', join(root, 'folder'));
    await symlink(join(outer, 'secret'), join(root, 'out'));
    await symlink('..', join(root, 'up'));
    await symlink('loop', join(root, 'loop'));
    await symlink('nowhere', join(root, 'dangling'));
    expect(await text('in')).toBe('below');
    expect(await text('folder/b.jpg')).toBe('below');
    for (const key of ['out', 'up/secret', 'up/root/../secret', 'loop', 'dangling', 'loop/x']) {
      expect(await problemOf(read(key))).toBe('NoSuchKey');
    }
    // Through a link and back in is inside again.
    expect(await text('up/root/a.jpg')).toBe('inside');
  });

  test('a sibling whose name starts like the root is outside', async () => {
    await mkdir(`${root}-more`);
    await writeFile(`${root}-more/x`, 'outside');
    await symlink(`${root}-more/x`, join(root, 'x'));
    expect(await problemOf(read('x'))).toBe('NoSuchKey');
  });

  test('the root may be a link, and may be the top', async () => {
    await symlink('root', join(outer, 'linked'));
    expect(await text('a.jpg', join(outer, 'linked'))).toBe('inside');
    expect(await text(join(root, 'a.jpg').slice(1), '/')).toBe('inside');
  });

  test('a root that is missing or not a directory is NoSuchBucket', async () => {
    expect(await problemOf(read('a.jpg', null, join(outer, 'missing')))).toBe('NoSuchBucket');
    expect(await problemOf(read('a.jpg', null, join(outer, 'secret')))).toBe('NoSuchBucket');
  });

  test('only regular files are objects, and none waits', async () => {
    execFileSync('mkfifo', [join(root, 'fifo')]);
    await symlink('/dev/zero', join(root, 'zero'));
    const socket = createServer().listen(join(root, 'socket'));
    for (const key of ['fifo', 'zero', 'socket', 'sub']) expect(await problemOf(read(key))).toBe('NoSuchKey');
    expect(await problemOf(read('dev/zero', null, '/'))).toBe('NoSuchKey');
    socket.close();
  });

  test('names too long are NoSuchKey', async () => {
    expect(await problemOf(read('k'.repeat(256)))).toBe('NoSuchKey');
    expect(await problemOf(read('k/'.repeat(3000).concat('k')))).toBe('NoSuchKey');
  });

  test('another spelling is another key; two hard links are two keys', async () => {
    await link(join(root, 'a.jpg'), join(root, 'A.JPG'));
    expect(await text('a.jpg')).toBe('inside');
    expect(await text('A.JPG')).toBe('inside');
    expect(await problemOf(read('A.jpg'))).toBe('NoSuchKey');
  });

  test('a file we may not read is AccessDenied', async () => {
    await writeFile(join(root, 'closed'), 'x', { mode: 0 });
    const asRoot = process.getuid?.() === 0;
    for (const folder of asRoot ? [outer] : []) execFileSync('chmod', ['755', folder]);
    if (asRoot) process.seteuid?.(65534);
    const code = await problemOf(read('closed')).finally(() => asRoot && process.seteuid?.(0));
    expect(code).toBe('AccessDenied');
  });

  test('the tag changes with the file: rewritten, replaced, touched, cut', async () => {
    const path = join(root, 'a.jpg');
    const changes = [
      () => writeFile(path, 'longer than before'),
      async () => {
        await writeFile(join(root, 'new'), 'longer than before');
        await utimes(join(root, 'new'), 1000, 1000);
        await utimes(path, 1000, 1000);
        const { stat } = await read('a.jpg');
        await rename(join(root, 'new'), path);
        expect(await problemOf(read('a.jpg', stat.etag))).toBe('ObjectChanged');
      },
      () => utimes(path, 2000, 2000),
      async () => {
        await writeFile(path, 'LONGER than before'); // as long as before, and its date put back
        await utimes(path, 2000, 2000);
      },
      () => truncate(path, 3),
      () => truncate(path, 0),
    ];
    for (const change of changes) {
      const { stat } = await read('a.jpg');
      expect((await read('a.jpg', stat.etag)).stat).toEqual(stat);
      await change();
      expect(await problemOf(read('a.jpg', stat.etag))).toBe('ObjectChanged');
    }
    expect(await problemOf(read('a.jpg'))).toBe('EmptyObject');
  });

  test('pinned reads under a stream of renames are of one version or ObjectChanged', async () => {
    let over = false;
    const put = async (index: number): Promise<void> => {
      await writeFile(join(root, 'new'), Buffer.alloc(100_000, 'xyz'[index % 3]));
      await rename(join(root, 'new'), join(root, 'hot'));
    };
    await put(0);
    const writer = (async () => {
      for (let index = 1; !over; index++) await put(index);
    })();
    const bucket = directoryBucket(root);
    const outcomes = new Set<string>();
    for (let round = 0; round < 60; round++) {
      const first = await present(bucket.fetch(refTo('hot'), { start: 0, end: 10 }, null, soon()));
      const pin = pinnedTo(first.stat.etag);
      const second = present(bucket.fetch(refTo('hot'), { start: 10, end: 100_000 }, pin, soon()));
      const same = ({ bytes }: FetchResult): boolean => bytes.every((byte) => byte === first.bytes[0]);
      outcomes.add(
        await second.then(
          (fetched) => (same(fetched) ? 'one version' : 'mixed'),
          () => problemOf(second),
        ),
      );
    }
    over = true;
    await writer;
    outcomes.delete('one version');
    expect([...outcomes]).toEqual(['ObjectChanged']);
  });

  describe('a file that changes while it is read', () => {
    /** Reads two bytes at a time; `change` comes after the first two. */
    async function readSlowly(change: () => Promise<void>): Promise<FetchResult> {
      const file = await open(join(root, 'a.jpg'));
      let reads = 0;
      const slow: OpenFile = {
        stat: () => file.stat({ bigint: true }),
        async read(into, offset, length, position) {
          if (reads++ === 1) await change();
          return file.read(into, offset, Math.min(length, 2), position);
        },
      };
      return present(readPinned(slow, 'a.jpg', { start: 1, end: 100 }, null)).finally(() => file.close());
    }

    test('is read whole where it does not', async () => {
      expect(new TextDecoder().decode((await readSlowly(async () => {})).bytes)).toBe('nside');
    });

    test.each<[string, (path: string) => Promise<void>]>([
      ['written into', (path) => writeFile(path, 'INSIDE', { flag: 'r+' })],
      ['cut', (path) => truncate(path, 4)],
      ['grown', (path) => writeFile(path, '!', { flag: 'a' })],
    ])('is ObjectChanged: %s', async (_, change) => {
      // Long enough for the file system's clock to tick.
      await new Promise((done) => setTimeout(done, 10));
      expect(await problemOf(readSlowly(() => change(join(root, 'a.jpg'))))).toBe('ObjectChanged');
    });
  });

  test('files outside are not even opened', async () => {
    await symlink('..', join(root, 'up'));
    await symlink(join(outer, 'secret'), join(root, 'out'));
    const open = jest.spyOn(disk, 'open');
    for (const key of ['up/secret', 'out', 'up/root/a.jpg']) await read(key).catch(() => null);
    const opened = open.mock.calls.map(([path]) => path);
    open.mockRestore();
    expect(opened).toEqual([join(root, 'a.jpg')]);
  });

  test('for a huge sparse file, only the requested bytes are read', async () => {
    await truncate(join(root, 'a.jpg'), 2 ** 40);
    const bucket = directoryBucket(root);
    const { bytes, stat } = await present(
      bucket.fetch(refTo('a.jpg'), { start: 2 ** 40 - 2, end: 2 ** 50 }, null, soon()),
    );
    expect(bytes).toStrictEqual(new Uint8Array(2));
    expect(stat.size).toBe(2 ** 40);
  });

  test('no file stays open', async () => {
    const count = () =>
      execFileSync('sh', ['-c', `ls -l /proc/${process.pid}/fd | grep -c ${outer} || true`])
        .toString()
        .trim();
    const { stat } = await read('a.jpg');
    await problemOf(read('a.jpg', `${stat.etag}x`));
    await truncate(join(root, 'a.jpg'), 0);
    await problemOf(read('a.jpg'));
    expect(count()).toBe('0');
  });
});
