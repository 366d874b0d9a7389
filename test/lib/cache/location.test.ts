import { parseLocation } from '../../../lib/bucket';
import { type CacheDeps, cacheObjects, openCache, parseCacheLocation } from '../../../lib/cache';
import { defaultLimits } from '../../../lib/limits';
import type { S3Location } from '../../../lib/s3/location';
import { problemOf, soon } from '../bucket/contract';
import { goneEntry, orderOf, refTo } from './entries';

const MiB = 1024 * 1024;
const s3 = { kind: 's3', bucket: 'cache', region: null, endpoint: null, pathStyle: false, signed: true, prefix: '' };
const cos = { kind: 'cos', bucket: 'cache-1250000000', region: 'ap-x', signed: true, prefix: '' };
const dynamo = { kind: 'dynamodb', table: 'exif', region: null, endpoint: null, days: null };
const annotation = { kind: 'annotation', name: 'bucket-exif', emulator: false, checked: [] };
const [token, token2] = ['0123456789abcdef', 'fedcba9876543210'];
const store = new URL('http://127.0.0.1:8086');

describe('the location of a cache', () => {
  test.each([
    ['none', { kind: 'none' }],
    ['memory:', { kind: 'memory', maxBytes: 32 * MiB }],
    ['memory:1', { kind: 'memory', maxBytes: MiB }],
    ['memory:4096', { kind: 'memory', maxBytes: 4096 * MiB }],
    ['./cache', { kind: 'directory', path: './cache' }],
    ['/srv/a b', { kind: 'directory', path: '/srv/a b' }],
    ['directory:C:\\cache', { kind: 'directory', path: 'C:\\cache' }],
    ['s3://cache', s3],
    ['s3://cache/', s3],
    ['s3://cache/exif/v1', { ...s3, prefix: 'exif/v1' }],
    ['s3://cache/exif/v1/?region=eu-west-1', { ...s3, prefix: 'exif/v1', region: 'eu-west-1' }],
    ['s3://cache/e?endpoint=http://127.0.0.1:8086', { ...s3, prefix: 'e', endpoint: store, pathStyle: true }],
    ['s3://cache?endpoint=http://127.0.0.1:8086/&style=virtual', { ...s3, endpoint: store }],
    ['cos://cache-1250000000/exif?region=ap-x', { ...cos, prefix: 'exif' }],
    ['cos://cache-1250000000?region=ap-x&credentials=none', { ...cos, signed: false }],
    ['dynamodb://exif', dynamo],
    ['dynamodb://exif?region=eu-west-1&days=30', { ...dynamo, region: 'eu-west-1', days: 30 }],
    ['dynamodb://exif?endpoint=http%3A%2F%2F127.0.0.1%3A8086', { ...dynamo, endpoint: store }],
    ['annotation:', annotation],
    ['annotation:exif_2.0-ä', { ...annotation, name: 'exif_2.0-ä' }],
    [`annotation:${'é'.repeat(256)}`, { ...annotation, name: 'é'.repeat(256) }],
    ['annotation:?emulator=1', { ...annotation, emulator: true }],
    [`annotation:?checked=${token}`, { ...annotation, checked: [token] }],
    [
      `annotation:e?checked=${token}+${token2}&emulator=1`,
      { ...annotation, name: 'e', checked: [token, token2], emulator: true },
    ],
  ])('%s', (text, location) => {
    expect(parseCacheLocation(text)).toEqual(location);
  });

  test.each([
    ['', /it must be none, memory:/],
    ['None', /it must be/],
    ['memory', /it must be/],
    ['redis://PASSWORD@host', /it must be/],
    ['constructor:', /it must be/],
    ['memory:0', /from 1 to 4096/],
    ['memory:4097', /from 1 to 4096/],
    ['memory:1.5', /from 1 to 4096/],
    ['memory:-1', /from 1 to 4096/],
    ['directory:', /needs a path/],
    ['s3://', /name of a bucket/],
    ['s3:///exif', /name of a bucket/],
    ['s3://cache//exif', /without empty parts/],
    ['s3://cache/exif//v1', /without empty parts/],
    ['s3://cache/../exif', /without empty parts/],
    ['s3://cache/exif/.', /without empty parts/],
    ['s3://cache/a b', /a prefix is/],
    ['s3://cache/a%2Fb', /a prefix is/],
    ['s3://cache/a#b', /a prefix is/],
    [`s3://cache/${'p'.repeat(201)}`, /a prefix is/],
    ['s3://cache/exif?endpoint=http://me:PASSWORD@store.example', /"endpoint" must be http/],
    ['s3://cache/exif?regoin=x', /unknown option; did you mean "region"/],
    ['cos://cache-1250000000/exif', /needs the option "region"/],
    ['dynamodb://', /name of a table/],
    ['dynamodb://a/b', /name of a table/],
    ['dynamodb://exif?days=0', /"days" must be a whole number from 1 to 3653/],
    ['dynamodb://exif?days=3654', /"days" must be/],
    ['dynamodb://exif?days=1e2', /"days" must be/],
    ['dynamodb://exif?ttl=1', /known options: region, endpoint, days/],
    ['dynamodb://exif?region=PASSWORD', /"region" may contain only/],
    ['annotation', /it must be/],
    ['annotation:?checked=PASSWORD', /"checked" must be the tokens that bucket-exif check annotations prints/],
    [`annotation:?checked=${'0123456789abcdef'}+`, /"checked" must be the tokens/],
    ['annotation:?checked=', /option "checked" has no value/],
    ['annotation:?emulator=2', /"emulator" must be 1/],
    ['annotation:?name=x', /known options: checked, emulator/],
  ])('not %s', (text, message) => {
    const parse = () => parseCacheLocation(text);
    expect(parse).toThrow(expect.objectContaining({ name: 'ProblemError', code: 'ConfigInvalid' }));
    expect(parse).toThrow(message);
    expect(parse).toThrow(/^Cannot read the location of the cache: /);
    expect(parse).not.toThrow(/PASSWORD/);
  });
});

test.each([
  'a b',
  'a/b',
  'aws-x',
  'AWSx',
  's3x',
  'S3',
  'a%20b',
  'a+b',
  '#',
  'PASSWORD@',
  '٣',
  'x'.repeat(513),
  'é'.repeat(257),
])('an annotation cannot have the name %s', (name) => {
  expect(() => parseCacheLocation(`annotation:${name}`)).toThrow(
    /: the name of an annotation must have 1 to 512 bytes of letters, digits, (?!.*PASSWORD)/,
  );
});

test('what a cache keeps in a bucket is named by bucket and prefix', () => {
  const objects = (text: string) => cacheObjects(parseCacheLocation(text));
  expect(objects('s3://cache/exif/v1')).toEqual({ bucket: 'cache', prefix: 'exif/v1/' });
  expect(objects('cos://cache-1250000000?region=ap-x')).toEqual({ bucket: 'cache-1250000000', prefix: '' });
  for (const text of ['none', 'memory:', './cache', 'dynamodb://exif', 'annotation:']) expect(objects(text)).toBeNull();
});

describe('opening a cache', () => {
  const keys = { AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 'B' };
  const deps: CacheDeps = { region: null, env: keys, limits: { ...defaultLimits, tryMs: 500 }, maxTries: 1 };
  const open = (text: string, change: Partial<CacheDeps> = {}) =>
    openCache(parseCacheLocation(text), { ...deps, ...change });
  const entry = goneEntry(refTo('a'), orderOf(null, 1));

  test('none holds nothing', async () => {
    expect(await open('none').put(entry, null, soon())).toBe('not-stored');
    expect(await open('none').get(entry.ref, soon())).toEqual({ entry: null, version: null });
  });

  test('memory holds what is put', async () => {
    const cache = open('memory:1');
    expect(await cache.put(entry, null, soon())).toBe('kept');
    expect(await cache.get(entry.ref, soon())).toMatchObject({ entry });
  });

  test.each([
    ['directory', './test/not-there'],
    ['s3', 's3://cache/e?endpoint=http://127.0.0.1:1'],
    ['s3', 's3://cache?endpoint=http://127.0.0.1:1&credentials=none'],
    ['s3', 'cos://cache-1250000000/exif?region=ap-x'],
    ['dynamodb', 'dynamodb://exif?endpoint=http://127.0.0.1:1'],
  ])('%s: %s', async (name, text) => {
    const cache = open(text, text.startsWith('cos') ? { env: {} } : {});
    expect(cache.name).toBe(name);
    if (name === 'directory') expect(await cache.get(entry.ref, soon())).toEqual({ entry: null, version: null });
    else expect(await problemOf(cache.get(entry.ref, soon()))).toBe('CacheFault');
  });

  test('annotations need the buckets of the images, and these a region', () => {
    expect(() => open('annotation:')).toThrow('Cannot open annotation: as a cache without the buckets of the images');
    const location = parseLocation('s3://photos') as S3Location;
    const images = { buckets: new Map([['s3://photos', location]]), show: () => '{}' };
    expect(() => open('annotation:', { images })).toThrow('Cannot open s3://photos: add ?region=.. or set AWS_REGION');
    expect(open('annotation:', { images, region: 'eu-west-1' }).name).toBe('annotation');
  });

  test('what is at AWS needs a region from somewhere', () => {
    expect(() => open('s3://cache/e')).toThrow('Cannot open s3://cache: add ?region=.. or set AWS_REGION');
    expect(() => open('dynamodb://exif')).toThrow('Cannot open dynamodb://exif: add ?region=.. or set AWS_REGION');
    for (const text of ['s3://cache/e', 'dynamodb://exif']) {
      expect(() => open(text, { region: 'eu-west-1' })).not.toThrow();
      expect(() => open(`${text}?region=eu-west-1`)).not.toThrow();
    }
  });
});
