// The command line of `bucket-exif forget`, checked before anything is looked up.
import { openPlaces } from '../../../bin/forget/open';
import { readForgetOptions } from '../../../bin/forget/options';
import { usage } from '../../../bin/forget/usage';

const env = { INIT_CWD: '/home/me', AWS_REGION: 'eu-west-1' };
const read = (...args: readonly string[]) => readForgetOptions(args, env);
const targetsOf = (...args: readonly string[]) => read(...args)?.targets;

test.each([
  [['s3://photos/a.jpg'], 's3://photos', { kind: 'key', text: 'a.jpg' }],
  [['s3://photos/2024/?region=eu-west-1'], 's3://photos?region=eu-west-1', { kind: 'prefix', text: '2024/' }],
  [['s3://photos/what?.jpg'], 's3://photos', { kind: 'key', text: 'what?.jpg' }],
  [['s3://photos'], 's3://photos', { kind: 'prefix', text: '' }],
  [
    ['cos://photos-1250000000/a/?region=ap-guangzhou'],
    'cos://photos-1250000000?region=ap-guangzhou',
    { kind: 'prefix', text: 'a/' },
  ],
  [['photos/2024/a.jpg', '--bucket', 'photos'], 'directory:/home/me/photos', { kind: 'key', text: '2024/a.jpg' }],
  [['photos/2024/', '--bucket', './photos'], 'directory:/home/me/photos', { kind: 'prefix', text: '2024/' }],
  [['photos', '--bucket', '/home/me/photos'], 'directory:/home/me/photos', { kind: 'prefix', text: '' }],
] as const)('%j', (args, bucket, target) => {
  expect(read(...args)).toMatchObject({ place: { text: bucket }, targets: [target] });
});

test('a folder that is there is a prefix without a slash too', () => {
  const at = { INIT_CWD: __dirname };
  expect(readForgetOptions(['../forget', '--bucket', '..'], at)?.targets).toEqual([
    { kind: 'prefix', text: 'forget/' },
  ]);
});

test('several objects of a bucket, and all options', () => {
  expect(targetsOf('s3://photos/a', 's3://photos/b/')).toHaveLength(2);
  expect(read('s3://photos/a', '--cache', 'x', '--sink', 'sns:y', '--notify', '--dry-run', '-y')).toMatchObject({
    cache: 'directory:/home/me/x',
    sink: 'sns:y',
    notify: true,
    dryRun: true,
    yes: true,
  });
  expect(read('--help')).toBeNull();
});

test.each([
  [[], /^Nothing to forget is named/],
  [['', '--bucket', '.'], /^An object is empty/],
  [['s3://'], /^s3:\/\/ and cos:\/\/ need a bucket/],
  [['s3://photos/a', 's3://other/a'], /^All objects must be in the same bucket/],
  [['s3://photos/*.jpg'], /has a \*: name an object, or a prefix/],
  [['s3://photos/a', '--bucket', 'photos'], /^--bucket is for files of a folder/],
  [['a.jpg'], /^"a.jpg" is a file: name the folder that is the bucket with --bucket/],
  [['a.jpg', '--bucket', 's3://photos'], /must begin with the bucket, such as s3:\/\/photos\//],
  [['../a.jpg', '--bucket', 'photos'], /is not in the folder photos of --bucket/],
  [['s3://photos/a', '--cache', ''], /^--cache is empty/],
  [['s3://photos/a', '--cache', 's4://x'], /^--cache cannot be used/],
  [['s3://photos/a', '--caches', 'x'], /did you mean --cache\?/],
  [['s3://PHOTOS/a'], /^The bucket cannot be used/],
] as const)('%j is refused', (args, message) => {
  expect(() => read(...args)).toThrow(message);
});

const places = (args: readonly string[], more: Readonly<Record<string, string>> = {}) => {
  const options = readForgetOptions(args, env);
  return options === null
    ? []
    : openPlaces(options, { ...env, ...more }, new AbortController().signal).places.map(({ kind, name }) => [
        kind,
        name,
      ]);
};

test('places come from the settings and the options, without their options, which may have secrets', () => {
  const sinks = 'eventbridge:photos,https://hooks.example/secret?token=x,sns:arn:aws:sns:eu-west-1:123456789012:exif';
  const settings = { EXIF_CACHE: 's3://exif/v1?region=eu-west-1', EXIF_SINK: sinks };
  const closed = [
    ['closed', 'eventbridge:photos'],
    ['closed', 'https://hooks.example'],
    ['closed', 'arn:aws:sns:eu-west-1:123456789012:exif'],
  ];
  expect(places(['s3://photos/a'], settings)).toEqual([['open', 'cache s3://exif/v1'], ...closed]);
  expect(places(['s3://photos/a', '--cache', 'none'], settings)).toEqual(closed);
  expect(places(['s3://photos/a', '--cache', 'memory:'], {})).toEqual([['closed', 'cache memory:']]);
  expect(places(['s3://photos/a'], { EXIF_CACHE: 'annotation:' })).toEqual([['open', 'annotation bucket-exif']]);
});

test('settings that this command does not need do not stop it; a secret is needed to notify', () => {
  const settings = {
    ...{ EXIF_CACHE: 'dynamodb://exif', EXIF_FRESHNESS: 'trust', EXIF_KEYS: 'env:KEYS', EXIF_PUBLIC: 'x/*' },
    ...{ EXIF_SINK: 'https://hooks.example/a', EXIF_SINK_STYLE: 'flat', EXIF_HOSTS: 'a.example=s3://more' },
  };
  expect(places(['s3://photos/a'], settings)).toHaveLength(2);
  expect(() => places(['s3://photos/a', '--notify'], settings)).toThrow(/EXIF_SINK_SECRET/);
  expect(places(['s3://photos/a', '--notify'], { ...settings, EXIF_SINK_SECRET: 'ssm:/hook' })).toEqual([
    ['open', 'cache dynamodb://exif'],
    ['notified', 'https://hooks.example'],
  ]);
});

test('no place, and wrong ones, are refused by the name of the option', () => {
  expect(() => places(['s3://photos/a'])).toThrow(/^No place is named/);
  expect(() => places(['s3://photos/a', '--sink', 'snss:x'])).toThrow(/^--sink cannot be used/);
  expect(() => places(['s3://photos/a'], { EXIF_SINK: 'snss:x' })).toThrow(/^EXIF_SINK cannot be used/);
  const queue = 'sqs:arn:aws:sqs:eu-west-1:123456789012:q';
  expect(() => places(['s3://photos/a/', '--sink', queue, '--notify'])).toThrow(
    /^No place can be searched for the keys/,
  );
  expect(places(['s3://photos/a', '--sink', queue, '--notify'])).toHaveLength(1);
});

test('the help fits a terminal', () => {
  expect(usage.split('\n').filter((line) => line.length > 80)).toEqual([]);
});
