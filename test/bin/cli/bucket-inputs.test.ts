// Prefixes and patterns of s3://: which objects they name, and what the store is asked.
import type { Argument, Input } from '../../../bin/cli/argument';
import { readArguments } from '../../../bin/cli/inputs';
import { nothingSkipped, type SkipCounts } from '../../../bin/cli/skipped';
import { ProblemError } from '../../../lib';
import { type ListingOptions, type ListingS3, listingS3 } from '../../../testing/servers/listing-s3';
import { serverEnv } from '../../../testing/servers/signed-http';

const image = new Uint8Array(1);
let server: ListingS3;
afterEach(() => server.close());

async function serve(keys: readonly string[], more: Partial<ListingOptions> = {}): Promise<void> {
  const sizeOf = (key: string) => (key.endsWith('/') ? 0 : 1);
  server = await listingS3({ keys, bytesOf: () => image, sizeOf, ...more });
}

/** An argument for a key of the server. */
async function argument(key: string, all = false): Promise<Argument> {
  const name = `s3://photos${key}?endpoint=${server.endpoint}&region=eu-test-1`;
  const around = { env: serverEnv, stdin: () => process.stdin, all, stop: new AbortController().signal };
  const [one] = await readArguments([name], around);
  if (one === undefined) throw new Error('no argument');
  return one;
}

const shown = ({ name, source }: Input): string =>
  source instanceof ProblemError ? `${source.code}: ${source.message}` : name.replace('s3://photos/', '');

async function found(key: string, all = false): Promise<Readonly<{ names: string[]; skipped: SkipCounts }>> {
  const skipped = nothingSkipped();
  const names: string[] = [];
  for await (const input of (await argument(key, all)).inputs(skipped)) names.push(shown(input));
  return { names, skipped };
}

const lists = (): number => server.asked.filter(({ kind }) => kind === 'list').length;

const keys = [
  '2024/',
  '2024/a.jpg',
  '2024/b/c.HEIC',
  '2024/b/notes.txt',
  '2024/z',
  '2024x.jpg',
  '2025/a b+%20ü.jpg',
  'raw.cr3',
];

test.each([
  ['/2024/', false, ['2024/a.jpg', '2024/b/c.HEIC'], 2],
  ['/2024/', true, ['2024/a.jpg', '2024/b/c.HEIC', '2024/b/notes.txt', '2024/z'], 0],
  ['', false, ['2024/a.jpg', '2024/b/c.HEIC', '2024x.jpg', '2025/a b+%20ü.jpg', 'raw.cr3'], 2],
  ['/', false, ['2024/a.jpg', '2024/b/c.HEIC', '2024x.jpg', '2025/a b+%20ü.jpg', 'raw.cr3'], 2],
  ['/2024/*.jpg', false, ['2024/a.jpg'], 0],
  ['/2024*.jpg', false, ['2024x.jpg'], 0],
  ['/**/*.{jpg,HEIC}', false, ['2024/a.jpg', '2024/b/c.HEIC', '2024x.jpg', '2025/a b+%20ü.jpg'], 0],
  ['/2024/**', false, ['2024/a.jpg', '2024/b/c.HEIC'], 2],
  ['/2024/b/*.txt', false, [], 1],
] as [string, boolean, string[], number][])('s3://photos%s, all %j', async (key, all, names, skips) => {
  await serve(keys);
  const { names: actual, skipped } = await found(key, all);
  expect(actual).toEqual(names);
  expect([skipped.read, skipped.counts.name]).toEqual([names.length, skips]);
});

test.each([
  ['/2042/', ['NoSuchKey: Cannot find an object with this prefix']],
  ['/2024/*.png', ['NoSuchKey: Cannot find an object that matches the pattern']],
])('s3://photos%s finds nothing', async (key, problems) => {
  await serve(keys);
  expect((await found(key)).names).toEqual(problems);
});

test('an empty bucket is not a failure', async () => {
  await serve([]);
  expect((await found('/')).names).toEqual([]);
});

test('a prefix with only a marker of a folder is empty, and not missing', async () => {
  await serve(['empty/']);
  expect((await found('/empty/')).names).toEqual([]);
});

test('an object that has the pattern as its key wins', async () => {
  await serve(['a*.jpg', 'a*.jpg2', 'ab.jpg']);
  expect((await found('/a*.jpg')).names[0]).toContain('a*.jpg');
  expect(lists()).toBe(1);
});

test.each([
  [403, 'AccessDenied: Cannot list s3://photos: the store answered 403 Fault'],
  [404, 'NoSuchBucket: Cannot list s3://photos: the store answered 404 Fault'],
])('a listing that is refused with %i is one problem', async (status, problem) => {
  await serve(keys, { fault: () => status });
  expect((await found('/2024/')).names).toEqual([problem]);
});

test('a listing that fails later is a problem after the objects before it', async () => {
  await serve(keys, { pageKeys: 3, fault: (_asked, times) => (times === 2 ? 403 : 0) });
  expect((await found('')).names).toEqual(['2024/a.jpg', '2024/b/c.HEIC', expect.stringMatching(/^AccessDenied: /)]);
});

test('pages are requested only as they are needed', async () => {
  await serve(Array.from({ length: 3500 }, (_, at) => `${String(at).padStart(5, '0')}.jpg`));
  let count = 0;
  for await (const _ of (await argument('')).inputs(nothingSkipped())) {
    count++;
    expect(lists()).toBe(Math.ceil(count / 1000));
  }
  expect(count).toBe(3500);
});

test.each([
  ['/2024', /^did you mean s3:\/\/photos\/2024\/\?endpoint=\S+\?$/],
  ['/2024/a.jpg?regoin=x', /^did you mean the option "region"\?$/],
  ['/a.jpg', null],
] as [string, RegExp | null][])('advice if s3://photos%s does not exist', async (key, advice) => {
  await serve(keys);
  const [input] = (await argument(key)).inputs(nothingSkipped()) as Input[];
  if (advice === null) expect(input?.advice).toBeNull();
  else expect(input?.advice).toMatch(advice);
});
