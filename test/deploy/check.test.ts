// The settings of a deployment, checked by the compiled service/config/config before anything is sent.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

type Checked = Readonly<{
  environment: Readonly<Record<string, string>>;
  region: string;
  timeout: number;
  isDeploy: boolean;
  Refusal: new (message: string) => Error;
}>;
const { checkSettings } = require('../../deploy/check.cjs') as {
  checkSettings(folder: string, checked: Checked): readonly string[];
};
const source = join(__dirname, '..', '..', 'service', 'config', 'config.ts');
class Refusal extends Error {}

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bucket-exif-check-'));
  const outfile = join(folder, 'service', 'config', 'config.js');
  buildSync({
    entryPoints: [source],
    outfile,
    bundle: true,
    external: ['@aws-sdk/*'],
    platform: 'node',
    logLevel: 'error',
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const good = { EXIF_BUCKET: 's3://photos', EXIF_CALLERS: 'platform' };
const check = (environment: Readonly<Record<string, string>>, more: Partial<Checked> = {}) =>
  checkSettings(folder, { environment, region: 'us-east-1', timeout: 10, isDeploy: true, Refusal, ...more });

test('good settings pass without a word', () => {
  expect(check(good)).toEqual([]);
});

test.each<readonly [Readonly<Record<string, string>>, RegExp]>([
  [{ ...good, EXIF_DORP: 'gps' }, /EXIF_DORP is not a known setting/],
  [{ ...good, EXIF_DROP: 'place' }, /EXIF_DROP must be/],
  [{ ...good, EXIF_FRESHNESS: 'trust' }, /EXIF_FRESHNESS is trust/],
  [{ EXIF_BUCKET: 's3://photos', EXIF_CALLERS: 'signed' }, /EXIF_KEYS is not set/],
  [{ ...good, EXIF_CACHE: 's3://photos/exif' }, /EXIF_CACHE is inside the bucket photos/],
])('%j is refused as the function would refuse it', (environment, message) => {
  expect(() => check(environment)).toThrow(message);
  expect(() => check(environment, { isDeploy: false })).toThrow(Refusal);
});

test('no bucket: a package may be made, a deployment not', () => {
  const environment = { EXIF_CALLERS: 'platform' };
  expect(() => check(environment)).toThrow('No bucket: say --param bucket=<name>');
  expect(check(environment, { isDeploy: false })).toEqual([
    expect.stringMatching(/^No bucket: .*--param bucket=<name>/),
  ]);
  expect(check({ ...environment, EXIF_HOSTS: 'a.example=s3://photos' })).toEqual([]);
});

test('a folder is no bucket of a deployed function', () => {
  const environment = { ...good, EXIF_BUCKET: './photos' };
  expect(() => check(environment)).toThrow(/EXIF_BUCKET is a folder/);
  expect(check(environment, { isDeploy: false })).toEqual([]);
});

describe('a store for which a function has no keys', () => {
  const own = 's3://photos?endpoint=https://store.example';
  const cos = 'cos://photos-1250000000?region=ap-guangzhou';
  test.each<readonly [Readonly<Record<string, string>>, RegExp]>([
    [{ ...good, EXIF_BUCKET: own }, /^EXIF_BUCKET names a bucket that is not of AWS .*credentials=none/],
    [{ ...good, EXIF_BUCKET: cos }, /^EXIF_BUCKET names a bucket that is not of AWS/],
    [{ ...good, EXIF_HOSTS: `a.example=s3://more,b.example=${cos}` }, /^EXIF_HOSTS names a bucket/],
    [{ ...good, EXIF_CACHE: `cos://exif-1250000000/entries?region=ap-guangzhou` }, /^EXIF_CACHE is in a store/],
    [{ ...good, EXIF_CACHE: 's3://exif/entries?endpoint=https://store.example' }, /^EXIF_CACHE is in a store/],
  ])('%j is not deployed, but may be packaged', (environment, message) => {
    expect(() => check(environment)).toThrow(message);
    expect(check(environment, { isDeploy: false })).toEqual([]);
  });

  test('public buckets need none, those of AWS have the role', () => {
    expect(check({ ...good, EXIF_BUCKET: `${own}&credentials=none` })).toEqual([]);
    expect(check({ ...good, EXIF_HOSTS: `b.example=${cos}&credentials=none,c.example=s3://more` })).toEqual([]);
    expect(check({ ...good, EXIF_CACHE: 's3://exif/entries?region=eu-west-1' })).toEqual([]);
    expect(check({ ...good, EXIF_CACHE: 'dynamodb://exif' })).toEqual([]);
  });
});

test('the settings must fit what a function takes', () => {
  const watching = (list: string): Readonly<Record<string, string>> => ({
    ...good,
    EXIF_CACHE: 's3://exif',
    EXIF_WATCH: list,
  });
  const spare = 4096 - Buffer.byteLength(JSON.stringify(watching('')));
  const list = 'images/*,'.repeat(spare).slice(0, spare - 2);
  expect(check(watching(`${list}a*`))).toEqual([]);
  for (const isDeploy of [true, false]) {
    const message = 'The settings have 4097 bytes, a function takes 4096';
    expect(() => check(watching(`${list}ab*`), { isDeploy })).toThrow(message);
  }
});

test('a request must end before its function is stopped', () => {
  expect(() => check(good, { timeout: 8 })).toThrow(/EXIF_TOTAL_MS is 8000, but --param timeout .* after 8 s/);
  expect(() => check({ ...good, EXIF_TOTAL_MS: '9600' })).toThrow(/EXIF_TOTAL_MS is 9600/);
  expect(check({ ...good, EXIF_TOTAL_MS: '9500' })).toEqual([]);
});
