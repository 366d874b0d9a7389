// `bucket-exif check annotations` over a fake of S3 that follows the documents, and over fakes that break one rule each.
import { type CheckOptions, readCheckOptions } from '../../bin/check-annotations/options';
import { type CheckResult, checkAnnotations } from '../../bin/check-annotations/run-check';
import { usage } from '../../bin/check-annotations/usage';
import { checkedToken } from '../../lib/s3/annotation';
import { readConfig } from '../../service/config/config';
import { refuse, type Wrongs } from '../../testing/servers/annotation-model';
import { type AnnotationS3, annotationS3 } from '../../testing/servers/annotation-s3';
import { serverEnv } from '../../testing/servers/signed-http';
import { run, start as startProgram } from './cli/program';

jest.setTimeout(60_000); // a busy machine

const program = 'bucket-exif check';
const read = (...args: readonly string[]) => readCheckOptions(args, { AWS_REGION: 'eu-west-1' }, program);

type Run = Readonly<{ result: CheckResult; out: string; note: string; rows: readonly string[] }>;

let s3: AnnotationS3;
afterEach(() => s3?.close());

const place = () => `s3://photos?endpoint=${s3.endpoint}`;
async function check(...args: readonly string[]): Promise<Run> {
  return checkWith(new AbortController(), ...args);
}

async function checkWith(stop: AbortController, ...args: readonly string[]): Promise<Run> {
  const texts = { out: '', note: '' };
  const options = read('annotations', place(), ...args) as CheckOptions;
  const result = await checkAnnotations(options, serverEnv, {
    out: (text) => {
      texts.out += text;
    },
    note: (text) => {
      texts.note += text;
    },
    stop: stop.signal,
  });
  const rows = texts.out.split('\n').filter((line) => /(ok|FAILS|differs|note)$/.test(line));
  return { result, ...texts, rows };
}

/** Nothing of the check is left. */
const expectClean = () => expect([[...s3.objects.keys()], s3.uploads.size]).toEqual([['photo.jpg'], 0]);
const start = async (wrongs: Wrongs = {}, versioned = false): Promise<void> => {
  s3 = await annotationS3('photos', wrongs);
  s3.versioned = versioned;
  s3.putObject('photo.jpg', Buffer.from('of the user')).annotations.set('own', {
    bytes: Buffer.from('own'),
    etag: '"x"',
    before: null,
  });
};

test.each([false, true])(
  'a store that follows the documents passes, and its setting is accepted (versioned: %p)',
  async (versioned) => {
    await start({}, versioned);
    const { result, out, note, rows } = await check();
    expect(rows).toHaveLength(24);
    expect(rows.filter((row) => !/(ok|note)$/.test(row))).toEqual([]);
    expect([result, note]).toEqual([
      'holds',
      expect.stringMatching(/^Checking s3:\/\/photos with objects bucket-exif-check\/[0-9a-f]{16}\*\n$/),
    ]);
    const [, cache = ''] = /\nEXIF_CACHE=(\S+)\n$/.exec(out) ?? [];
    expect(cache).toBe(
      `annotation:?checked=${checkedToken({ bucket: 'photos', endpoint: new URL(s3.endpoint) })}&emulator=1`,
    );
    const env = { EXIF_BUCKET: place(), EXIF_CALLERS: 'platform', EXIF_FRESHNESS: 'trust' };
    expect(() => readConfig({ ...env, EXIF_CACHE: cache })).not.toThrow();
    expect(s3.objects.get('photo.jpg')).toHaveLength(1);
    expect(s3.objects.get('photo.jpg')?.[0]?.annotations.size).toBe(1);
    expectClean();
  },
);

test('ETags that are no hash of the content pass, too', async () => {
  await start({ randomTags: true });
  expect((await check('--name', 'other')).out).toMatch(
    /\nEXIF_CACHE=annotation:other\?checked=[0-9a-f]{16}&emulator=1\n$/,
  );
});

test.each<[keyof Wrongs, RegExp]>([
  ['ignoresParameter', /^PUT of an annotation leaves .* 200, another object +FAILS$/],
  ['changesObject', /^PUT of an annotation leaves .* 200, another object +FAILS$/],
  ['damagesText', /^GET returns it .* 200, text +FAILS$/],
  ['hidesMissing', /^GET of one that does not exist .* 403 AccessDenied +FAILS$/],
  ['ignoresCondition', /^PUT with the ETag of another version .* 200, still text 2 +FAILS$/],
  ['staleReads', /^PUT with the object's ETag replaces it .* 200, text 1 +FAILS$/],
  ['keepsOnOverwrite', /^Overwrite: the new version has none .* 200, text \d +FAILS$/],
  ['keepsOnMultipart', /^Overwrite by a multipart upload: none .* 200, text 6 +FAILS$/],
  ['keepsOnRecreate', /^After DELETE and PUT of the object: none .* 200, text 7 +FAILS$/],
  ['copyKeepsTarget', /^CopyObject with EXCLUDE: the target has none .* 200, of the target +FAILS$/],
])('a store that breaks a needed rule fails: %s', async (wrong, message) => {
  await start({ [wrong]: true });
  const { result, out, note, rows } = await check();
  expect(result).toBe('fails');
  expect(rows).toContainEqual(expect.stringMatching(message));
  expect(out).not.toContain('EXIF_CACHE=');
  expect(out).toContain('Do not set EXIF_FRESHNESS=trust');
  expect(note.includes('allow s3:ListBucket')).toBe(wrong === 'hidesMissing');
  expectClean();
});

test.each<[keyof Wrongs, RegExp]>([
  ['copyDropsAll', /^CopyObject copies it .* 404 NoSuchAnnotation +differs$/],
  ['copyIgnoresExclude', /^CopyObject with EXCLUDE.* 200, of the source +differs$/],
  ['takesAnyText', /^A text that is not UTF-8 .* 200 +differs$/],
  ['takesAnyName', /^The name S3check .* 200 +differs$/],
  ['takesAnyLength', /^A text of 1 MiB and one byte .* taken, 200 +differs$/],
  ['deletesNothing', /^DELETE of the annotation .* 204, 200, 1048576 bytes +differs$/],
  ['needsChecksum', /^PUT without a checksum +400 InvalidRequest +note$/],
  ['honoursRange', /^GET with Range +206, 2 bytes +note$/],
])('another answer that does no harm passes: %s', async (wrong, message) => {
  await start({ [wrong]: true });
  const { result, rows } = await check();
  expect(result).toBe('holds');
  expect(rows).toContainEqual(expect.stringMatching(message));
  expectClean();
});

test.each([
  ['s3:PutObject', false],
  ['s3:GetObject', false],
  ['s3:PutObjectAnnotation', false],
  ['s3:GetObjectAnnotation', false],
])('without %s it says which permission is missing', async (action) => {
  await start();
  s3.denied.add(action);
  const { result, note } = await check();
  expect(result).toBe('impossible');
  expect(note).toContain(`Cannot check: ${action} is not allowed. Allow it on bucket-exif-check/*`);
  expectClean();
});

test.each([
  [
    's3:ListObjectAnnotations',
    /^GET without a name lists .* not tried: s3:ListObjectAnnotations is not allowed +note$/,
  ],
  ['s3:GetObjectVersionAnnotation', /^Overwrite: the version before .* not tried: s3:GetObjectVersionAnnotation/],
  ['s3:DeleteObjectAnnotation', /^DELETE of the annotation .* not tried: s3:DeleteObjectAnnotation/],
  ['s3:ListBucketVersions', /^GET returns it .*ok$/],
])('without %s it passes, because trust does not need it', async (action, message) => {
  await start({}, true);
  s3.denied.add(action);
  const { result, rows } = await check();
  expect(result).toBe('holds');
  expect(rows).toContainEqual(expect.stringMatching(message));
  expectClean();
});

test('what cannot be removed is named, and the setting is not printed', async () => {
  await start({}, true);
  s3.denied.add('s3:DeleteObjectVersion');
  const { result, note, out } = await check();
  expect(result).toBe('impossible');
  expect(note).toMatch(
    /Could not remove everything\. Please remove these from s3:\/\/photos:\n {2}version [0-9a-f]+ of bucket-exif-check\/[0-9a-f]+: 403 AccessDenied, s3:DeleteObjectVersion is not allowed\n/,
  );
  expect(out).not.toContain('EXIF_CACHE=');
});

test.each([false, true])('stopped at any request, it removes everything (versioned: %p)', async (versioned) => {
  for (let at = 1; at <= 49; at += 3) {
    await start({}, versioned);
    const stop = new AbortController();
    let requests = 0;
    s3.before.answer = () => {
      if (++requests === at) stop.abort();
      return null;
    };
    const { result, out } = await checkWith(stop);
    expect([at, requests >= 47 || result === 'stopped']).toEqual([at, true]);
    if (result === 'stopped') expect(out).not.toContain('EXIF_CACHE=');
    expectClean();
    await s3.close();
  }
  await start();
});

test('a fault that passes is tried again; a store without annotations is not', async () => {
  await start();
  let faults = 2;
  s3.before.answer = ({ method }) => (method === 'GET' && faults-- > 0 ? refuse(503, 'SlowDown') : null);
  expect((await check()).result).toBe('holds');
  s3.before.answer = ({ query }) => (query.has('annotation') ? refuse(501, 'NotImplemented') : null);
  expect(await check()).toMatchObject({ result: 'fails', rows: [expect.stringMatching(/501 NotImplemented.*FAILS$/)] });
  s3.before.answer = ({ query }) => (query.has('annotation') ? refuse(500, 'InternalError') : null);
  expect(await check()).toMatchObject({ result: 'impossible', note: expect.stringContaining('500 InternalError') });
  s3.before.answer = () => refuse(403, 'SignatureDoesNotMatch');
  expect(await check()).toMatchObject({ result: 'impossible', note: expect.stringContaining('SignatureDoesNotMatch') });
  s3.before.answer = () => null;
  expectClean();
});

test('several buckets have one setting', async () => {
  await start();
  const all = read('annotations', 's3://photos', 's3://others', 's3://photos', '--name', 'x');
  expect(all).toMatchObject({
    buckets: [{ location: { bucket: 'photos' }, region: 'eu-west-1' }, { location: { bucket: 'others' } }],
    name: 'x',
  });
});

describe('the program', () => {
  test('has exit codes, and says what it does', async () => {
    await start({ keepsOnOverwrite: true });
    const failed = await run(['check', 'annotations', place()], { env: serverEnv });
    expect(failed).toMatchObject({ code: 1, out: expect.stringContaining('Do not set EXIF_FRESHNESS=trust') });
    await s3.close();
    await start();
    const passed = await run(['check', 'annotations', place()], { env: serverEnv });
    expect(passed).toMatchObject({ code: 0, out: expect.stringMatching(/\nEXIF_CACHE=annotation:\?checked=/) });
    expect(await run(['check', 'annotations', place()])).toMatchObject({
      code: 2,
      err: expect.stringContaining('Cannot find credentials'),
    });
    expect(await run(['help', 'check'])).toEqual({ code: 0, out: usage(program), err: '' });
    expect(await run(['check', 'annotation', place()])).toMatchObject({ code: 2, out: '' });
    expectClean();
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('removes everything after %s', async (signal) => {
    await start({}, true);
    let requests = 0;
    let child: ReturnType<typeof startProgram>['child'] | null = null;
    s3.before.answer = () => {
      // The second signal must not stop the removal.
      if (++requests === 20 || requests === 25) child?.kill(signal);
      return null;
    };
    const started = startProgram(['check', 'annotations', place()], { env: serverEnv });
    child = started.child;
    const { code, out, err } = await started.ended;
    expect([code, out.includes('EXIF_CACHE=')]).toEqual([130, false]);
    expect(err).toContain('Stopping; removing the scratch objects\n');
    expectClean();
  });
});

test('the command line', () => {
  expect(read('--help')).toBeNull();
  expect(
    usage(program)
      .split('\n')
      .every((line) => line.length <= 80),
  ).toBe(true);
});

test.each<[readonly string[], RegExp]>([
  [[], /^Name what to check: bucket-exif check annotations s3:\/\/bucket; see bucket-exif check --help$/],
  [['tags'], /^"tags" cannot be checked: only annotations can/],
  [['annotations'], /^Name a bucket/],
  [['annotations', 's3://photos', '--name', 's3-x'], /^--name must have 1 to 512 bytes/],
  [['annotations', 's3://photos', '--nam', 'x'], /did you mean --name/],
  [['annotations', './photos'], /is a folder, and only objects on AWS S3 have annotations$/],
  [['annotations', 'cos://p-1250000000?region=ap-guangzhou'], /is on Tencent COS/],
  [['annotations', 's3://photos--euw1-az1--x-s3'], /^BUCKET cannot be used: .*directory buckets/],
  [['annotations', 's3://photos?region=me-central-1'], /is in the region me-central-1/],
  [['annotations', 's3://photos-x-s3alias'], /alias of an access point/],
  [
    ['annotations', 's3://photos', 's3://photos?endpoint=http://127.0.0.1:1'],
    /^Check buckets of AWS and of an emulator separately/,
  ],
])('%j is refused', (args, message) => {
  expect(() => read(...args)).toThrow(
    expect.objectContaining({ code: 'ConfigInvalid', message: expect.stringMatching(message) }),
  );
});
