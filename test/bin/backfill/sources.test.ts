import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { encodeManifestKey } from '../../../bin/backfill/failures';
import type { ObjectSource, Page } from '../../../bin/backfill/source';
import { directorySource } from '../../../bin/backfill/source-directory';
import { manifestSource } from '../../../bin/backfill/source-manifest';
import { s3Source } from '../../../bin/backfill/source-s3';
import { parseLocation } from '../../../lib/bucket';
import { compareUtf8 } from '../../../lib/bytes/utf8';
import { listedBucket } from '../../../lib/s3/list';
import type { S3Location } from '../../../lib/s3/location';
import { type ListingOptions, type ListingS3, listingS3 } from '../../../testing/servers/listing-s3';
import { serverEnv } from '../../../testing/servers/signed-http';

/** Keys that a listing may spoil: encodings, orders that differ between UTF-8 and UTF-16, what XML cannot hold. */
const hardKeys = [
  ' lead.jpg',
  '100%.jpg',
  '100%25.jpg',
  'a b.jpg',
  'a+b.jpg',
  'a%2Bb.jpg',
  'a//b.jpg',
  'a&b<c>.jpg',
  'a.jpg',
  'a/b.jpg',
  'a-b.jpg',
  'line\nbreak.jpg',
  'control\u0001.jpg',
  'quote".jpg',
  'ü/Zürich 1+1.jpg',
  '\uff5e.jpg',
  '📷.jpg',
];

let folder = '';
let server: ListingS3 | null = null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backfill-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
  await server?.close();
  server = null;
});

const itOnLinux = process.platform === 'linux' ? test : test.skip;

itOnLinux('images and folders whose name is not UTF-8 have a problem; other files are left out', async () => {
  const named = (name: string): Buffer => Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name, 'latin1')]);
  for (const name of ['\u00e4.jpg', '\u00f6.jpg', '\u00e4.txt']) await writeFile(named(name), '');
  await mkdir(named('\u00fc'));
  await writeFile(join(folder, '\ufffd real.jpg'), '');
  const [page] = await pagesOf(directorySource(folder, '', false));
  expect(page?.objects.map(({ key, problem }) => [key, problem?.code])).toEqual([
    ['\ufffd real.jpg', undefined],
    ['\ufffd.jpg', 'InvalidURI'],
    ['\ufffd.jpg', 'InvalidURI'],
    ['\ufffd/', 'InvalidURI'],
  ]);
});

async function pagesOf(source: ObjectSource, after: string | null = null): Promise<Page[]> {
  const pages: Page[] = [];
  for await (const page of source.pages(after)) pages.push(page);
  return pages;
}

async function keysOf(source: ObjectSource, after: string | null = null): Promise<string[]> {
  return (await pagesOf(source, after)).flatMap(({ objects }) => objects.map(({ key }) => key));
}

/** From the cursor of every object, exactly those behind it are found. */
async function expectResumable(source: ObjectSource): Promise<void> {
  const all = (await pagesOf(source)).flatMap(({ objects }) => objects);
  for (const [at, { cursor }] of all.entries()) {
    expect(await keysOf(source, cursor)).toEqual(all.slice(at + 1).map(({ key }) => key));
  }
}

describe('a bucket', () => {
  async function open(options: Partial<ListingOptions>, prefix = '', kind: 's3' | 'cos' = 's3'): Promise<ObjectSource> {
    server = await listingS3({ keys: hardKeys, bytesOf: () => null, ...options });
    const location = parseLocation(server.location) as S3Location;
    return s3Source({ ...listedBucket(location, null, serverEnv), kind }, prefix);
  }

  test('lists hard keys in the order of their bytes, with their sizes, and goes on from each', async () => {
    const source = await open({});
    const [page] = await pagesOf(source);
    expect(page?.objects.map(({ key }) => key)).toEqual(
      [...hardKeys].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other))),
    );
    for (const { key, size, cursor, problem } of page?.objects ?? []) {
      expect({ size, cursor, problem }).toEqual({ size: key.length, cursor: key, problem: null });
    }
    await expectResumable(source);
  });

  test('lists 2,500 keys in pages of 1,000', async () => {
    const keys = Array.from({ length: 2500 }, (_, i) => `photo ${String(i).padStart(5, '0')}.jpg`);
    const pages = await pagesOf(await open({ keys }));
    expect(pages.map(({ objects }) => objects.length)).toEqual([1000, 1000, 500]);
    expect(pages.map(({ cursor }) => cursor)).toEqual([keys[999], keys[1999], keys[2499]]);
    expect(pages.flatMap(({ objects }) => objects.map(({ key }) => key))).toEqual(keys);
  });

  test('lists short pages to their end', async () => {
    const source = await open({ pageKeys: 4 });
    expect(new Set(await keysOf(source))).toEqual(new Set(hardKeys));
    await expectResumable(source);
  });

  test('lists only what has the prefix', async () => {
    expect(await keysOf(await open({}, 'a/'))).toEqual(['a//b.jpg', 'a/b.jpg']);
    await server?.close();
    expect(await keysOf(await open({}, 'none'))).toEqual([]);
  });

  test('COS is asked by the first version of the request, whose mark is a key', async () => {
    const keys = ['a b.jpg', 'b.jpg', 'c.jpg'].map((key) => key.replaceAll(' ', '_'));
    const source = await open({ keys, pageKeys: 2 }, '', 'cos');
    expect(await keysOf(source)).toEqual(keys);
    expect(server?.asked).toEqual([
      { kind: 'list', after: '', version: 1 },
      { kind: 'list', after: keys[1], version: 1 },
    ]);
    await expectResumable(source);
  });

  test('a store that always lists its first page is detected', async () => {
    const source = await open({ pageKeys: 2, naive: true });
    await expect(keysOf(source)).rejects.toThrow('the store returned the same page twice');
  });

  test.each([
    [403, 'AccessDenied'],
    [404, 'NoSuchBucket'],
    [400, 'BucketMisconfigured'],
  ])('a refusal with %i is %s', async (status, code) => {
    await expect(keysOf(await open({ fault: () => status }))).rejects.toMatchObject({ code });
  });

  test('a fault that passes does not change the answer', async () => {
    const source = await open({ pageKeys: 5, fault: (_asked, times) => (times % 2 === 1 ? 503 : 0) });
    expect(await keysOf(source)).toHaveLength(hardKeys.length);
  });
});

describe('a folder', () => {
  async function fill(keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      await mkdir(dirname(join(folder, key)), { recursive: true });
      await writeFile(join(folder, key), key);
    }
  }

  const fileKeys = hardKeys.filter((key) => !key.includes('//'));

  test('lists keys in one order, with sizes when wanted, and goes on from each', async () => {
    await fill(fileKeys);
    const source = directorySource(folder, '', true);
    const [page] = await pagesOf(source);
    expect(page?.objects.map(({ key }) => key)).toEqual([...fileKeys].sort(compareUtf8));
    for (const { key, size } of page?.objects ?? []) expect(size).toBe(Buffer.byteLength(key));
    await expectResumable(source);
    const [unsized] = await pagesOf(directorySource(folder, '', false));
    expect(unsized?.objects[0]?.size).toBeNull();
  });

  test('goes into no folder that the prefix or the cursor leaves out', async () => {
    await fill(['a/1.jpg', 'a/b/2.jpg', 'ab/3.jpg', 'b/4.jpg']);
    expect(await keysOf(directorySource(folder, 'a', false))).toEqual(['a/1.jpg', 'a/b/2.jpg', 'ab/3.jpg']);
    expect(await keysOf(directorySource(folder, 'a/b', false))).toEqual(['a/b/2.jpg']);
    expect(await keysOf(directorySource(folder, 'a/b/2', false))).toEqual(['a/b/2.jpg']);
    expect(await keysOf(directorySource(folder, '', false), 'a/b/2.jpg')).toEqual(['ab/3.jpg', 'b/4.jpg']);
  });

  test('a link to a file is one, a link to a folder is not followed, a broken one is left out', async () => {
    await fill(['a.jpg', 'folder/b.jpg']);
    await symlink('a.jpg', join(folder, 'link.jpg'));
    await symlink('.', join(folder, 'circle'));
    await symlink('gone', join(folder, 'broken.jpg'));
    expect(await keysOf(directorySource(folder, '', false))).toEqual(['a.jpg', 'folder/b.jpg', 'link.jpg']);
  });

  test('a link that leads out of the folder is left out, as the bucket has no such object', async () => {
    await fill(['inside/a.jpg', 'inside/b/c.jpg', 'outside.jpg', 'inside-too.jpg']);
    await symlink('../outside.jpg', join(folder, 'inside', 'out.jpg'));
    await symlink('../inside-too.jpg', join(folder, 'inside', 'too.jpg'));
    await symlink('b/c.jpg', join(folder, 'inside', 'in.jpg'));
    const keys = await keysOf(directorySource(join(folder, 'inside'), '', false));
    expect(keys).toEqual(['a.jpg', 'b/c.jpg', 'in.jpg']);
  });

  test('a missing folder cannot be listed', async () => {
    await expect(keysOf(directorySource(join(folder, 'none'), '', false))).rejects.toMatchObject({
      code: 'NoSuchBucket',
    });
  });
});

describe('a manifest', () => {
  const lines = (keys: readonly string[]) => keys.map((key) => `"photos","${encodeManifestKey(key)}","7"\n`).join('');

  async function open(text: string | Uint8Array, prefix = ''): Promise<ObjectSource> {
    const path = join(folder, 'manifest.csv');
    await writeFile(path, text);
    return manifestSource({ path, buckets: ['photos', 'photos-s3alias'], prefix });
  }

  test.each([
    ['plain', (text: string) => text],
    ['gzipped', (text: string) => gzipSync(text)],
    ['with CRLF', (text: string) => text.replaceAll('\n', '\r\n')],
    ['with a byte order mark', (text: string) => `\ufeff${text}`],
  ])('%s: gives hard keys in its order, and goes on from each', async (_name, make) => {
    const source = await open(make(lines(hardKeys)));
    expect(await keysOf(source)).toEqual(hardKeys);
    await expectResumable(source);
  });

  test('a space is + as S3 writes it, or %20', async () => {
    const source = await open('photos,a+b%2B.jpg\nphotos,a%20c.jpg,version\n');
    expect(await keysOf(source)).toEqual(['a b+.jpg', 'a c.jpg']);
  });

  test('versions of one key are one object; other keys in between are kept', async () => {
    expect(await keysOf(await open('photos,a,1\nphotos,a,2\nphotos,b,1\nphotos,a,3\n'))).toEqual(['a', 'b', 'a']);
  });

  test('a key that cannot be decoded is returned with its problem', async () => {
    const [page] = await pagesOf(await open('photos,%zz\nphotos,a\n', 'a'));
    expect(page?.objects).toMatchObject([
      { key: '%zz', problem: { code: 'InvalidURI' } },
      { key: 'a', problem: null },
    ]);
  });

  test.each([
    ['another bucket', 'photos,a\nvideos,b\n', /row 2 names bucket "videos", not "photos"/],
    ['a header', 'Bucket,Key\nphotos,a\n', /row 1 names bucket "Bucket".*without a header/],
    ['one column', 'a.jpg\n', /row 1 has no bucket and key/],
    ['an open quote', 'photos,"a\nphotos,b\n', /it must be CSV, gzipped or not \(CSV_QUOTE_NOT_CLOSED\)/],
    ['broken gzip', gzipSync(lines(hardKeys)).subarray(0, 60), /unexpected end|Z_BUF_ERROR/],
  ])('%s is refused', async (_name, text, message) => {
    const error: unknown = await keysOf(await open(text)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'ConfigInvalid', message: expect.stringMatching(message) });
  });

  test('a missing file is refused', async () => {
    const source = manifestSource({ path: join(folder, 'none.csv'), buckets: ['photos'], prefix: '' });
    await expect(keysOf(source)).rejects.toMatchObject({
      code: 'ConfigInvalid',
      message: expect.stringMatching(/: no such file or folder \(ENOENT\)$/),
    });
  });
});
