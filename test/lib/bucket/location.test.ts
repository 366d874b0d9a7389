import { type BucketDeps, openBucket, parseLocation, sameVersion } from '../../../lib/bucket';
import { defaultLimits } from '../../../lib/limits';
import { problemOf, refTo, soon } from './contract';

const s3 = { kind: 's3', bucket: 'photos', region: null, endpoint: null, pathStyle: false, signed: true };
const store = new URL('http://127.0.0.1:8086');

describe('the location of a bucket', () => {
  test.each([
    ['.', { kind: 'directory', path: '.' }],
    ['./samples', { kind: 'directory', path: './samples' }],
    ['/srv/a b', { kind: 'directory', path: '/srv/a b' }],
    ['directory:samples', { kind: 'directory', path: 'samples' }],
    ['directory:../x?y', { kind: 'directory', path: '../x?y' }],
    ['directory:///srv', { kind: 'directory', path: '///srv' }],
    ['directory:C:\\photos', { kind: 'directory', path: 'C:\\photos' }],
    ['s3://photos', s3],
    ['s3://photos?region=eu-west-1', { ...s3, region: 'eu-west-1' }],
    ['s3://photos?style=path&credentials=none', { ...s3, pathStyle: true, signed: false }],
    ['s3://my.photos', { ...s3, bucket: 'my.photos' }],
    ['s3://photos?payer=requester', { ...s3, requesterPays: true }],
    ['s3://ap-x1y2-s3alias', { ...s3, bucket: 'ap-x1y2-s3alias' }],
    ['s3://ap-x1y2-s3alias?events=photos', { ...s3, bucket: 'ap-x1y2-s3alias', events: 'photos' }],
    ['s3://photos--x-s3-not', { ...s3, bucket: 'photos--x-s3-not' }],
    ['s3://mrap', { ...s3, bucket: 'mrap' }],
    [
      'cos://p-1250000000?region=ap-x&payer=requester',
      { kind: 'cos', bucket: 'p-1250000000', region: 'ap-x', signed: true, requesterPays: true },
    ],
    ['s3://photos?endpoint=http://127.0.0.1:8086', { ...s3, endpoint: store, pathStyle: true }],
    ['s3://photos?endpoint=http%3A%2F%2F127.0.0.1%3A8086/&style=virtual', { ...s3, endpoint: store }],
    ['s3://Old_Photos?style=path', { ...s3, bucket: 'Old_Photos', pathStyle: true }],
    [
      'cos://photos-1250000000?region=ap-guangzhou',
      { kind: 'cos', bucket: 'photos-1250000000', region: 'ap-guangzhou', signed: true },
    ],
    [
      'cos://p-1250000000?credentials=none&region=ap-x',
      { kind: 'cos', bucket: 'p-1250000000', region: 'ap-x', signed: false },
    ],
  ])('%s', (text, location) => {
    expect(parseLocation(text)).toEqual(location);
  });

  test.each([
    ['', /it must be .\/path, \/path, directory:path, s3:/],
    ['samples', /it must be/],
    ['C:\\photos', /it must be/],
    ['S3://photos', /it must be/],
    ['https://photos', /it must be/],
    ['s3:photos', /it must be/],
    ['constructor:x', /it must be/],
    ['directory:', /needs a path/],
    ['s3://', /name of a bucket, 2 characters or more, without a path/],
    ['s3://photos/2026', /name of a bucket, 2 characters or more, without a path/],
    ['s3://..', /name of a bucket/],
    ['s3://photos#x', /name of a bucket/],
    ['s3://Photos', /add style=path/],
    ['s3://photos?', /it has an unknown option; known options: region, endpoint, style, credentials, payer, events/],
    [
      's3://photos--use1-az4--x-s3',
      /directory buckets \(S3 Express One Zone\) are not supported.*general purpose bucket/,
    ],
    ['s3://photos--use1-az4--x-s3?endpoint=http://127.0.0.1:1', /directory buckets/],
    ['s3://ap--use1-az4--xa-s3', /directory buckets/],
    ['s3://photos?endpoint=https://s3express-use1-az4.us-east-1.amazonaws.com', /directory buckets/],
    ['s3://arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap', /multi-Region access points are not supported/],
    ['s3://mfzwi23gnjvgw.mrap', /multi-Region access points are not supported.*Name the bucket of one region/],
    ['s3://photos?endpoint=https://mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com', /multi-Region/],
    ['s3://arn:aws:s3:eu-west-1:123456789012:accesspoint/PASSWORD', /ARNs are not supported.*events=name/],
    ['s3://arn:aws:s3:::photos', /ARNs are not supported/],
    ['s3://ap-x1y2--op-s3', /Outposts are not supported/],
    ['s3://photos?payer=owner', /"payer" must be requester/],
    ['s3://photos?payer=requester&credentials=none', /payer=requester needs credentials/],
    ['s3://a-s3alias?events=b-s3alias', /"events" must be the name of the bucket of the access point/],
    ['s3://a-s3alias?events=PASSWORD/x', /"events" must be the name of the bucket of the access point/],
    ['cos://photos-1250000000?region=ap-x&payer=requester&credentials=none', /payer=requester needs credentials/],
    ['s3://photos?regoin=x', /it has an unknown option; did you mean "region"\?/],
    ['s3://photos?region=a&region=b', /option "region" is given twice/],
    ['s3://photos?region=', /"region" has no value/],
    ['s3://photos?region', /"region" has no value/],
    ['s3://photos?region=a.evil.example%2F', /"region" may contain only/],
    ['s3://photos?region=%E0%A4%A', /"region" has a % that starts no percent-encoding/],
    ['s3://photos?style=dns', /"style" must be path or virtual/],
    ['s3://photos?credentials=PASSWORD', /"credentials" must be none/],
    ['s3://photos?endpoint=store.example', /"endpoint" must be http/],
    ['s3://photos?endpoint=http:store.example', /"endpoint" must be http/],
    ['s3://photos?endpoint=ftp://store.example', /"endpoint" must be http/],
    ['s3://photos?endpoint=http://store.example/path', /"endpoint" must be http/],
    ['s3://photos?endpoint=http://me:PASSWORD@store.example', /"endpoint" must be http/],
    ['s3://photos?endpoint=http://store.example?x', /"endpoint" must be http/],
    ['cos://photos?region=ap-guangzhou', /name-appid/],
    ['cos://photos-1250000000', /needs the option "region"/],
    ['cos://photos-1250000000?endpoint=http://x', /known options: region, credentials, payer/],
  ])('not %s', (text, message) => {
    const parse = () => parseLocation(text);
    expect(parse).toThrow(expect.objectContaining({ name: 'ProblemError', code: 'ConfigInvalid' }));
    expect(parse).toThrow(message);
    expect(parse).not.toThrow(/PASSWORD/);
  });
});

describe('opening a bucket', () => {
  const deps: BucketDeps = { region: null, env: {}, limits: defaultLimits, maxTries: 1 };
  const read = (text: string, change: Partial<BucketDeps> = {}) =>
    openBucket(parseLocation(text), { ...deps, ...change }).fetch(refTo('nothing'), { start: 0, end: 1 }, null, soon());

  test('each kind opens', async () => {
    expect(await problemOf(read('./test'))).toBe('NoSuchKey');
    expect(await problemOf(read('./test/not-there'))).toBe('NoSuchBucket');
    expect(await problemOf(read('cos://photos-1250000000?region=ap-guangzhou'))).toBe('BucketMisconfigured');
    expect(await problemOf(read('s3://photos?endpoint=http://127.0.0.1:1&credentials=none'))).toBe('BucketFault');
  });

  test('an AWS bucket needs a region from somewhere', () => {
    const open = (text: string, region: string | null) => () => openBucket(parseLocation(text), { ...deps, region });
    expect(open('s3://photos', null)).toThrow('Cannot open s3://photos: add ?region=.. or set AWS_REGION');
    expect(open('s3://photos', 'eu-west-1')).not.toThrow();
    expect(open('s3://photos?region=eu-west-1', null)).not.toThrow();
  });
});

describe('one version', () => {
  const stat = { size: 10, etag: null, lastModified: new Date(0) };
  test('is recognised by tag, size and time', () => {
    expect(sameVersion(stat, { ...stat, lastModified: new Date(0) })).toBe(true);
    expect(sameVersion(stat, { ...stat, lastModified: null })).toBe(false);
    expect(sameVersion(stat, { ...stat, lastModified: new Date(1000) })).toBe(false);
    expect(sameVersion(stat, { ...stat, size: 11 })).toBe(false);
    expect(sameVersion(stat, { ...stat, etag: '"a"' })).toBe(false);
  });
});
