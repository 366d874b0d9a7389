import { readBackfillOptions } from '../../../bin/backfill/options';
import { usage } from '../../../bin/backfill/usage';

const env = { INIT_CWD: '/home/me' };
const batch = [
  '--bucket=s3://photos',
  '--function-arn=arn:aws:lambda:eu-west-1:123456789012:function:warm:live',
  '--role-arn=arn:aws:iam::123456789012:role/service/batch',
  '--account-id=123456789012',
  '--report=s3://reports/exif/',
];
/** `args` with another value of one option. */
const replaced = (args: readonly string[], option: string): readonly string[] =>
  args.map((arg) => (arg.split('=')[0] === option.split('=')[0] ? option : arg));

test('a folder relative to the current folder, with all defaults', () => {
  expect(readBackfillOptions(['--bucket', 'photos'], env, 'npm run backfill --')).toEqual({
    program: 'npm run backfill --',
    engine: 'local',
    place: { text: 'directory:/home/me/photos', location: { kind: 'directory', path: '/home/me/photos' } },
    prefix: '',
    include: null,
    all: false,
    dryRun: false,
    folder: '/home/me',
    failures: null,
    manifest: null,
    cache: null,
    sink: null,
    concurrency: 32,
    workers: 1,
    state: null,
    restart: false,
    count: true,
    isPrivate: false,
  });
});

test('every option of the local engine', () => {
  const args = [
    '--bucket=cos://photos-1250000000?region=ap-guangzhou',
    '--prefix=2026/',
    '--include=*.jpg, *.heic',
    '--manifest=list.csv.gz',
    '--failures=../failed.csv',
    '--cache=cache',
    '--sink=dynamodb:photos,sqs:x',
    '--concurrency=1000',
    '--workers=4',
    '--state=/tmp/state.json',
    '--restart',
    '--no-count',
    '--private',
    '--dry-run',
  ];
  expect(readBackfillOptions(args, env)).toMatchObject({
    engine: 'local',
    place: { location: { kind: 'cos', bucket: 'photos-1250000000' } },
    prefix: '2026/',
    include: ['*.jpg', '*.heic'],
    manifest: '/home/me/list.csv.gz',
    failures: '/home/failed.csv',
    cache: 'directory:/home/me/cache',
    sink: 'dynamodb:photos,sqs:x',
    concurrency: 1000,
    workers: 4,
    state: '/tmp/state.json',
    restart: true,
    count: false,
    isPrivate: true,
    dryRun: true,
  });
});

test.each([
  [['--bucket=s3://photos?endpoint=http://127.0.0.1:9000'], 'local'],
  [['--bucket=s3://photos', '--engine=local'], 'local'],
  [['--bucket=cos://photos-1250000000?region=ap-guangzhou'], 'local'],
  [['--bucket=/srv/photos'], 'local'],
  [batch, 's3-batch'],
])('%j is by default the engine %s', (args, engine) => {
  expect(readBackfillOptions(args, env)?.engine).toBe(engine);
});

test('the bucket of EXIF_BUCKET', () => {
  expect(readBackfillOptions([], { ...env, EXIF_BUCKET: '/srv/photos' })?.place.text).toBe('/srv/photos');
});

test('every option of s3-batch', () => {
  const args = [...batch, '--manifest=s3://lists/a/manifest.json', '--poll=0.5', '--endpoint=http://127.0.0.1:1'];
  expect(readBackfillOptions(args, env)).toMatchObject({
    engine: 's3-batch',
    accountId: '123456789012',
    job: {
      functionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:warm:live',
      roleArn: 'arn:aws:iam::123456789012:role/service/batch',
      report: { bucket: 'reports', key: 'exif' },
      manifest: { bucket: 'lists', key: 'a/manifest.json' },
      suffix: null,
    },
    pollMs: 500,
    endpoint: new URL('http://127.0.0.1:1'),
  });
  expect(readBackfillOptions([...batch, '--include=*.JPG'], env)).toMatchObject({ job: { suffix: '.JPG' } });
  expect(
    readBackfillOptions(['--bucket=s3://photos', '--account-id=123456789012', '--job-id=00e123a4-x'], env),
  ).toMatchObject({
    job: { id: '00e123a4-x' },
  });
});

test('help, in lines of at most 80 columns, shows the command that was typed', () => {
  expect(readBackfillOptions(['--help', '--all'], {})).toBeNull();
  const lines = usage('npm run backfill --').split('\n');
  expect(lines).toContain('Usage: npm run backfill -- --bucket LOCATION [options]');
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});

test.each([
  [[], '--bucket is missing'],
  [['--bucket='], '--bucket is empty'],
  [['--bucket=a', '--cache=redis://x'], '--cache cannot be used: cannot read the location of the cache'],
  [['--bucket=a', '--bucket', 'b'], '--bucket is given twice: give it once'],
  [['--bucket=a', '--restrat'], "Unknown option '--restrat'; did you mean --restart? See bucket-exif backfill --help"],
  [['--bucket=ftp://x'], '--bucket cannot be used: cannot read the location of a bucket'],
  [['--bucket=a', '--verbose'], '--verbose'],
  [['--bucket=a', 'stray'], 'stray'],
  [['--bucket=a', '--prefix='], '--prefix is empty'],
  [['--bucket=a', '--include=*.jpg', '--all'], 'cannot be combined'],
  [['--bucket=a', '--include=*.jpg,'], '--include must be patterns'],
  [['--bucket=a', '--concurrency=0'], '--concurrency must be'],
  [['--bucket=a', '--concurrency=1001'], '--concurrency must be'],
  [['--bucket=a', '--concurrency=x'], '--concurrency must be'],
  [['--bucket=a', '--workers=0'], '--workers must be a whole number from 1 to 64'],
  [['--bucket=a', '--workers=65'], '--workers must be'],
  [['--bucket=a', '--workers', '-1'], '--workers must be a whole number from 1 to 64'],
  [['--bucket=a', '--all', '-1'], "Unknown option '-1'"],
  [['--bucket=a', '--', '--workers', '-1'], "Unexpected argument '--workers'"],
  [['--bucket=a', '--engine=spark'], '--engine must be local or s3-batch'],
  [['--bucket=a', '--engine=s3-batch'], '--engine s3-batch needs a bucket such as s3://name'],
  [['--bucket=a', '--role-arn=x'], '--role-arn is an option of --engine s3-batch, but the engine is local'],
  [['--bucket=a', '--manifest=x.csv', '--failures=./x.csv'], '--failures would overwrite the file of --manifest'],
  [[...batch, '--cache=a'], '--cache is an option of --engine local'],
  [batch.slice(0, 1), '--account-id is missing: --engine s3-batch needs it (or use --engine local)'],
  [batch.slice(0, 4).concat('--report=reports'), '--report must be s3://bucket/path'],
  [batch.filter((arg) => !arg.startsWith('--report')), '--report is missing'],
  [batch.filter((arg) => !arg.startsWith('--role')), '--role-arn is missing'],
  [replaced(batch, '--function-arn=warm'), '--function-arn must be the ARN of a Lambda function'],
  [replaced(batch, '--role-arn=arn:aws:lambda:x'), '--role-arn must be the ARN of a role'],
  [replaced(batch, '--account-id=1'), '--account-id must be 12 digits'],
  [[...batch, '--include=*.jpg,*.png'], '--include must be one suffix'],
  [[...batch, '--include=a*.jpg'], '--include must be one suffix'],
  [[...batch, '--include=*.jp*'], '--include must be one suffix'],
  [[...batch, '--manifest=list.csv'], '--manifest must be s3://bucket/path'],
  [[...batch, '--manifest=s3://lists/x.txt'], '--manifest must be the manifest.json'],
  [[...batch, '--manifest=s3://lists/x.csv', '--prefix=a'], 'cannot be combined with --manifest'],
  [[...batch, '--poll=0'], '--poll must be a number of seconds'],
  [[...batch, '--endpoint=http://me:secret@host'], '--endpoint must be http://host'],
  [[...batch, '--job-id=00000', '--dry-run'], '--dry-run and --job-id cannot be combined'],
] as [string[], string][])('%j is refused', (args, message) => {
  expect(() => readBackfillOptions(args, env)).toThrow(
    expect.objectContaining({ code: 'ConfigInvalid', message: expect.stringContaining(message) }),
  );
});
