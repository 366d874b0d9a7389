// Where EXIF_CACHE=annotation: is accepted, and where it is refused at the start.
import { checkedToken } from '../../../lib/s3/annotation';
import type { Env } from '../../../lib/types';
import { readConfig } from '../../../service/config/config';
import { jobDeps } from '../../../service/job-runner';

const endpoint = new URL('http://127.0.0.1:8086');
const base = { EXIF_BUCKET: 's3://photos?region=eu-west-1', EXIF_CALLERS: 'platform', EXIF_CACHE: 'annotation:' };
const token = checkedToken({ bucket: 'photos', endpoint: null });
const trust = { ...base, EXIF_FRESHNESS: 'trust' };

test.each<Env>([
  base,
  { ...base, EXIF_CACHE: 'annotation:other-name', EXIF_FRESHNESS: '60' },
  { ...base, EXIF_BUCKET: 's3://photos?region=eu-west-1&payer=requester' },
  { ...base, EXIF_BUCKET: 's3://photos?region=cn-north-1' },
  { ...base, EXIF_BUCKET: `s3://photos?endpoint=${endpoint.origin}`, EXIF_CACHE: 'annotation:?emulator=1' },
  { ...base, EXIF_HOSTS: 'a.example=s3://others?region=eu-west-1' },
  { ...trust, EXIF_CACHE: `annotation:?checked=${token}` },
])('%j is accepted', (env) => {
  expect(jobDeps(readConfig(env)).cache).toMatchObject({ store: { name: 'annotation' } });
});

test.each<[Env, RegExp]>([
  [{ EXIF_BUCKET: './samples' }, /the bucket samples is a folder, and only objects on AWS S3 have annotations$/],
  [
    { EXIF_BUCKET: 'cos://p-1250000000?region=ap-guangzhou' },
    /p-1250000000 is on Tencent COS, which has no annotations$/,
  ],
  [
    { EXIF_BUCKET: `s3://photos?endpoint=${endpoint.origin}` },
    /the bucket photos has an endpoint, .*add \?emulator=1 to the cache$/,
  ],
  [{ EXIF_CACHE: 'annotation:?emulator=1' }, /the bucket photos is on AWS: remove emulator=1/],
  [
    { EXIF_BUCKET: 's3://photos-ap-x-s3alias?region=eu-west-1' },
    /is the alias of an access point, .*name the bucket itself$/,
  ],
  [{ EXIF_BUCKET: 's3://photos?region=me-central-1' }, /is in the region me-central-1, which has no annotations$/],
  [{ EXIF_BUCKET: 's3://photos', AWS_REGION: 'me-south-1' }, /is in the region me-south-1, which has no annotations$/],
  [
    { EXIF_BUCKET: 's3://photos?region=eu-west-1&credentials=none' },
    /is read without credentials .*annotations need them$/,
  ],
  [{ EXIF_HOSTS: 'a.example=./samples' }, /the bucket samples is a folder/],
])('%j is refused', (env, message) => {
  expect(() => readConfig({ ...base, ...env })).toThrow(
    expect.objectContaining({
      code: 'ConfigInvalid',
      message: expect.stringMatching(/^EXIF_CACHE is annotation:, but the bucket /),
    }),
  );
  expect(() => readConfig({ ...base, ...env })).toThrow(message);
});

test('directory buckets are refused as buckets', () => {
  const env = { ...base, EXIF_BUCKET: 's3://photos--euw1-az1--x-s3?region=eu-west-1' };
  expect(() => readConfig(env)).toThrow(/^EXIF_BUCKET cannot be used: .*directory buckets \(S3 Express One Zone\)/);
});

test('sinks are refused: annotations do not number the states of an object', () => {
  expect(() => readConfig({ ...base, EXIF_SINK: 'eventbridge:bus' })).toThrow(
    /^EXIF_SINK needs a cache in S3, COS, DynamoDB or a folder/,
  );
});

describe('trust', () => {
  const emulated = { ...trust, EXIF_BUCKET: `s3://photos?endpoint=${endpoint.origin}` };
  const two = { ...trust, EXIF_HOSTS: 'a.example=s3://others?region=eu-west-1' };
  const others = checkedToken({ bucket: 'others', endpoint: null });

  test.each<[Env, string, string]>([
    [trust, '', 's3://photos?region=eu-west-1'],
    [trust, `checked=${others}`, 's3://photos?region=eu-west-1'],
    // A check of an emulator says nothing about AWS, nor the reverse.
    [trust, `checked=${checkedToken({ bucket: 'photos', endpoint })}`, 's3://photos?region=eu-west-1'],
    [emulated, `emulator=1&checked=${token}`, 's3://photos?endpoint=http://127.0.0.1:8086'],
    [two, `checked=${token}`, 's3://others?region=eu-west-1'],
    [two, 'checked=0000000000000000', 's3://others?region=eu-west-1 s3://photos?region=eu-west-1'],
  ])('%j with %s is refused until the bucket was checked', (env, options, buckets) => {
    const cache = options === '' ? 'annotation:' : `annotation:?${options}`;
    const message = expect.stringContaining(`Run bucket-exif check annotations ${buckets}, and set EXIF_CACHE`);
    expect(() => readConfig({ ...env, EXIF_CACHE: cache })).toThrow(
      expect.objectContaining({ code: 'ConfigInvalid', message }),
    );
  });

  test('is accepted with the token of each bucket', () => {
    expect(() => readConfig({ ...two, EXIF_CACHE: `annotation:?checked=${others}+${token}` })).not.toThrow();
    const own = checkedToken({ bucket: 'photos', endpoint });
    expect(() => readConfig({ ...emulated, EXIF_CACHE: `annotation:?checked=${own}&emulator=1` })).not.toThrow();
  });
});
