// The host names that the clouds' own SDKs sign: each leads to its bucket, and to no other.
import { GetObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import COS from 'cos-nodejs-sdk-v5';
import { type JobDeps, runJob } from '../../lib/job';
import { splitQuery } from '../../lib/trigger/query';
import type { Bucket } from '../../lib/types';
import { readConfig } from '../../service/config/config';
import { jobDeps } from '../../service/job-runner';
import { buildJpeg, frameHeader } from '../../testing/build/jpeg';
import { addParameters } from './sdk-signers';

const key = { id: 'AKIDEXAMPLE0000000000', secret: 'a-secret-of-this-test' };
const image = buildJpeg([frameHeader(16, 16)]);
const locations = {
  photos: 's3://photos?region=us-east-1',
  other: 's3://other?region=us-east-1',
  china: 's3://china?region=cn-north-1',
  gov: 's3://photos-gov?region=us-gov-west-1',
  cos: 'cos://photos-1250000000?region=ap-guangzhou',
  cos2: 'cos://other-1250000000?region=ap-guangzhou',
};

/** The buckets, all of which hold one image; `read` has those that were read. */
function site(): Readonly<{ deps: JobDeps; read: string[] }> {
  const hosts = Object.entries(locations).map(([name, location]) => `${name}.example=${location}`);
  const env = { EXIF_HOSTS: hosts.join(','), EXIF_KEYS: 'env:KEYS', KEYS: JSON.stringify({ [key.id]: key.secret }) };
  const read: string[] = [];
  const deps = jobDeps(readConfig(env));
  const bucketOf = (id: string): Bucket => ({
    async fetch(_ref, { start, end }) {
      read.push(id);
      return { bytes: image.slice(start, end), stat: { size: image.length, etag: '"1"', lastModified: null } };
    },
  });
  const buckets = new Map(Object.values(locations).map((text) => [text, bucketOf(text)]));
  return { deps: { ...deps, buckets, log: () => {} }, read };
}

type SignedRequest = Readonly<{ host: string; path: string; query: string; authorization?: string }>;

async function send({
  host,
  path,
  query,
  authorization,
}: SignedRequest): Promise<Readonly<{ code: string; read: string[] }>> {
  const { deps, read } = site();
  const headers = { host, ...(authorization === undefined ? {} : { authorization }) };
  const request = { method: 'GET', path, pathDecoded: false, query: splitQuery(query), headers };
  const { error } = await runJob({ id: '1', trigger: 'test', act: 'answer', request }, deps, null);
  return { code: error === null ? 'OK' : String((error as { code?: unknown }).code), read };
}

function fromUrl(url: string): SignedRequest {
  const [, host = '', path = '', query = ''] = /^https?:\/\/([^/]+)([^?]*)\?(.*)$/s.exec(url) ?? [];
  return { host, path, query };
}

async function presigned(Bucket: string, options: S3ClientConfig): Promise<SignedRequest> {
  const credentials = { accessKeyId: key.id, secretAccessKey: key.secret };
  const command = new GetObjectCommand({ Bucket, Key: 'a b.jpg' });
  addParameters(command, { exif: '' });
  return fromUrl(await getSignedUrl(new S3Client({ credentials, ...options }), command));
}

beforeAll(() => {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'; // Node 20 is what we support
});

const dualstack = { useDualstackEndpoint: true } as const;
const fips = { useFipsEndpoint: true } as const;
const accelerate = { useAccelerateEndpoint: true } as const;

describe.each<[string, string, S3ClientConfig]>([
  ['photos', 'photos', { region: 'us-east-1' }],
  ['photos', 'photos', { region: 'us-east-1', ...dualstack }],
  ['photos', 'photos', { region: 'us-east-1', ...fips }],
  ['photos', 'photos', { region: 'us-east-1', ...fips, ...dualstack }],
  ['photos', 'photos', { region: 'us-east-1', ...accelerate }],
  ['photos', 'photos', { region: 'us-east-1', ...accelerate, ...dualstack }],
  ['photos', 'photos', { region: 'us-east-1', useGlobalEndpoint: true }],
  ['china', 'china', { region: 'cn-north-1' }],
  ['china', 'china', { region: 'cn-north-1', ...dualstack }],
  ['gov', 'photos-gov', { region: 'us-gov-west-1' }],
  ['gov', 'photos-gov', { region: 'us-gov-west-1', ...fips }],
  ['gov', 'photos-gov', { region: 'us-gov-west-1', ...fips, ...dualstack }],
])('the AWS SDK for %s (%s, %j)', (name, bucket, options) => {
  test('is accepted, for its bucket', async () => {
    const location = locations[name as keyof typeof locations];
    expect(await send(await presigned(bucket, options))).toEqual({ code: 'OK', read: [location] });
  });

  test('is refused under the name of another bucket', async () => {
    const signed = await presigned(bucket, options);
    for (const host of [signed.host.replace(bucket, 'other'), signed.host.replace(bucket, 'unknown'), 'cos.example']) {
      const { code, read } = await send({ ...signed, host });
      expect(['SignatureDoesNotMatch', 'HostUnknown', 'NoSuchBucket', 'AuthorizationMalformed']).toContain(code);
      expect(read).toEqual([]);
    }
  });
});

test('the same name in another partition is another bucket', async () => {
  const gov = await presigned('photos-gov', { region: 'us-gov-west-1' });
  const { code } = await send({ ...gov, host: 'photos-gov.s3.amazonaws.com' });
  expect(code).toBe('NoSuchBucket');
});

describe.each([
  ['its own name', undefined],
  ['tencentcos.cn', '{Bucket}.cos.{Region}.tencentcos.cn'],
  ['the internal name', '{Bucket}.cos-internal.{Region}.tencentcos.cn'],
  ['the older internal name', '{Bucket}.cos-internal.{Region}.myqcloud.com'],
  ['the accelerated name', '{Bucket}.cos.accelerate.myqcloud.com'],
  ['the accelerated name of tencentcos.cn', '{Bucket}.cos.accelerate.tencentcos.cn'],
  ['the accelerated internal name', '{Bucket}.cos-internal.accelerate.tencentcos.cn'],
  ['CI', '{Bucket}.ci.{Region}.myqcloud.com'],
  ['pic', '{Bucket}.pic.{Region}.myqcloud.com'],
  ['the older pic', '{Bucket}.picgz.myqcloud.com'],
])('the COS SDK under %s', (_name, domain) => {
  const url = (Bucket: string): string => {
    const options = { SecretId: key.id, SecretKey: key.secret, ...(domain === undefined ? {} : { Domain: domain }) };
    const params = { Bucket, Region: 'ap-guangzhou', Key: 'a b.jpg', Sign: true, Query: { exif: '' } };
    return new COS(options).getObjectUrl(params, () => {});
  };

  test('is accepted, for its bucket', async () => {
    expect(await send(fromUrl(url('photos-1250000000')))).toEqual({ code: 'OK', read: [locations.cos] });
    expect(await send(fromUrl(url('other-1250000000')))).toEqual({ code: 'OK', read: [locations.cos2] });
  });

  test('is refused under the name of another bucket', async () => {
    const signed = fromUrl(url('photos-1250000000'));
    const { code, read } = await send({ ...signed, host: signed.host.replace('photos', 'other') });
    expect({ code, read }).toEqual({ code: 'SignatureDoesNotMatch', read: [] });
    expect((await send(fromUrl(url('photos-1250000001')))).code).toBe('NoSuchBucket');
  });
});

test('the older pic name of another region leads nowhere', async () => {
  const options = { SecretId: key.id, SecretKey: key.secret, Domain: '{Bucket}.picbj.myqcloud.com' };
  const params = { Bucket: 'photos-1250000000', Region: 'ap-guangzhou', Key: 'a.jpg', Sign: true, Query: { exif: '' } };
  expect((await send(fromUrl(new COS(options).getObjectUrl(params, () => {})))).code).toBe('NoSuchBucket');
});

test('a name that two buckets would have leads to neither, unless it is configured', () => {
  const hosts = (more: string) =>
    jobDeps(
      readConfig({
        EXIF_HOSTS: `${more}x.example=s3://aaa.bbb?endpoint=http://store.example&style=virtual,y.example=s3://aaa?endpoint=http://bbb.store.example&style=virtual`,
        EXIF_PUBLIC: '*',
      }),
    ).routes.hosts;
  expect([...hosts('').keys()]).toEqual(['x.example', 'y.example']);
  const configured = 'aaa.bbb.store.example=s3://aaa.bbb?endpoint=http://store.example&style=virtual,';
  expect(hosts(configured).get('aaa.bbb.store.example')?.bucket).toBe('aaa.bbb');
});
