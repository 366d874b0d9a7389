import { type PolicyRequest, parsePolicy } from '../../../lib/auth/policy';
import { aws, awsAll, cam, camAll, camRule, camWith, may, mayAws, mayCam } from './policies';

describe('resources', () => {
  const pub = 'qcs::cos:ap-guangzhou:uid/1250000000:photos-1250000000/shared/*';
  test.each<[string, string, Partial<PolicyRequest>, boolean]>([
    ['its prefix', pub, {}, true],
    ['the prefix itself', pub, { key: 'shared' }, false],
    ['a longer name', pub, { key: 'shared-private/x' }, false],
    ['another case', pub, { key: 'Shared/x' }, false],
    ['another bucket', pub, { bucket: 'photos-1250000001' }, false],
    ['a bucket of that name without appid', pub, { bucket: 'photos' }, false],
    ['another region', pub, { region: 'ap-beijing' }, false],
    ['an unknown region', pub, { region: '' }, false],
    ['any region', pub.replace('ap-guangzhou', '*'), { region: '' }, true],
    ['an empty field for any region', pub.replace('ap-guangzhou', ''), { region: 'ap-beijing' }, true],
    ['part of a region', pub.replace('ap-guangzhou', 'ap-*'), { region: 'eu-frankfurt' }, false],
    ['another appid', pub.replace('uid/1250000000', 'uid/1'), {}, false],
    ['any appid', pub.replace('uid/1250000000', 'uid/*'), {}, true],
    ['any owner', pub.replace('uid/1250000000', '*'), {}, true],
    ['no appid', 'qcs::cos:*:uid/*:photos/*', { bucket: 'photos' }, true],
    ['digits not at the end are no appid', 'qcs::cos:*:uid/12:photos-12a/*', { bucket: 'photos-12a' }, false],
    ['digits without a dash are no appid', 'qcs::cos:*:uid/2026:photos2026/*', { bucket: 'photos2026' }, false],
    ['a question mark as it is', 'qcs::cos:*:*:*/a?b', { key: 'a?b' }, true],
    ['a question mark for nothing else', 'qcs::cos:*:*:*/a?b', { key: 'axb' }, false],
    ['all keys', 'qcs::cos:*:*:photos-1250000000/*', { key: '' }, true],
    ['an exact key', 'qcs::cos:*:*:*/shared/a.jpg', { key: 'shared/a.jpgx' }, false],
    ['a * of the key as a character', 'qcs::cos:*:*:*/shared/a', { key: '*' }, false],
  ])('of COS: %s', (_, resource, change, fits) => {
    expect(mayCam(resource, change)).toBe(fits);
  });

  test.each<[string, string, Partial<PolicyRequest>, boolean]>([
    ['its prefix', 'arn:aws:s3:::photos/2026/*', { key: '2026/05/a' }, true],
    ['a longer name', 'arn:aws:s3:::photos/2026/*', { key: '2026-private/a' }, false],
    ['another bucket', 'arn:aws:s3:::photos/*', { bucket: 'photos-private' }, false],
    ['any bucket, in any region', 'arn:aws:s3:::*', { region: '' }, true],
    ['China', 'arn:aws-cn:s3:::photos/*', {}, true],
    ['the government', 'arn:aws-us-gov:s3:::photos/*', {}, true],
    ['any partition, region and account', 'arn:*:s3:*:**:photos/*', {}, true],
    ['? for one character', 'arn:aws:s3:::photos/?.jpg', { key: '📷.jpg' }, true],
    ['? for no two', 'arn:aws:s3:::photos/?.jpg', { key: 'ab.jpg' }, false],
    ['* over a slash', 'arn:aws:s3:::pho*/a.jpg', { key: 'x/y/a.jpg' }, true],
    ['colons in a key', 'arn:aws:s3:::photos/a:b:*', { key: 'a:b:c:d' }, true],
  ])('of S3: %s', (_, resource, change, fits) => {
    expect(mayAws(resource, { bucket: 'photos', ...change })).toBe(fits);
  });

  test('no * of a field reaches into the key', () => {
    const inKey = { bucket: 'private-2', key: ':uid/1:pub-1/x' };
    expect(mayCam('qcs::cos:*:uid/1:pub-1/*', inKey)).toBe(false);
    expect(mayCam('qcs::cos:*:*:pub-1/*', inKey)).toBe(false);
    expect(mayAws('arn:aws:s3:*:*:pub-1/*', { bucket: 'private-2', key: ':::pub-1/x' })).toBe(false);
    expect(mayAws('arn:aws*:s3:::pub-1/*', { bucket: 'private-2', key: 'x:s3:::pub-1/x' })).toBe(false);
  });

  test('a deny for one region applies where the region is unknown', () => {
    const policy = camRule('deny', { resource: pub });
    expect(may(policy, { region: '' })).toBe(false);
    expect(may(policy, { region: 'ap-beijing' })).toBe(true);
    expect(may(policy, { region: '', key: 'own/x' })).toBe(true);
  });

  test.each<[string, string, Partial<PolicyRequest>, boolean]>([
    ['unknown', 'photos', {}, false],
    ['unknown, with a year at the end of the name', 'photos-2026', {}, false],
    ['unknown, with a day at the end of the name', 'photos-20260131', {}, false],
    ['unknown, of another key', 'photos', { key: 'own/x' }, true],
    ['this one', 'photos-1250000000', {}, false],
    ['another one', 'photos-1250000001', {}, true],
  ])('a deny for one account, where that of the bucket is %s', (_, bucket, change, fits) => {
    for (const account of ['uid/1250000000', 'uid/*0000']) {
      const resource = `qcs::cos:*:${account}:${bucket}/private/*`;
      const ask = { bucket, key: 'private/a.jpg', region: '', ...change };
      expect(may(camRule('deny', { resource }), ask)).toBe(fits);
    }
  });

  test('an allow for one account does not apply where that of the bucket is unknown', () => {
    expect(mayCam('qcs::cos:*:uid/1250000000:photos/*', { bucket: 'photos', region: '' })).toBe(false);
    expect(mayCam('qcs::cos:*:uid/1250000000:photos-2026/*', { bucket: 'photos-2026', region: '' })).toBe(false);
  });

  test.each<[string | readonly string[], string]>([
    ['photos', '1: "photos" is a bucket without objects; write "photos/*" for all of them'],
    ['photos/', '1: "photos/" is a bucket without objects; write "photos/*" for all of them'],
    [['docs/*', 'photos'], '2: "photos" is a bucket'],
    [['photos', 'photos2/*', 'docs'], '1: "photos" is a bucket'],
    [['photos/*', 'docs'], '2: "docs" is a bucket'],
  ])('a bucket without its objects is refused: %j', (paths, message) => {
    const texts = [paths].flat();
    const inAws = { Resource: texts.map((path) => `arn:aws:s3:::${path}`), Action: ['s3:ListBucket', 's3:Get*'] };
    const inCam = { resource: texts.map((path) => `qcs::cos:*:uid/1:${path}`), action: '*' };
    for (const Effect of ['Deny', 'Allow']) {
      expect(() => parsePolicy(aws(awsAll, { ...awsAll, Effect, ...inAws }))).toThrow(
        `statement 2: Resource ${message}`,
      );
      const effect = Effect.toLowerCase();
      expect(() => parsePolicy(cam(camAll, { ...camAll, effect, ...inCam }))).toThrow(
        `statement 2: resource ${message}`,
      );
    }
  });

  test.each<[string, string | readonly string[]]>([
    ['s3:*', ['arn:aws:s3:::photos', 'arn:aws:s3:::photos/*']],
    ['s3:*', ['arn:aws:s3:::photos/shared/*', 'arn:aws:s3:::photos/']],
    ['s3:*', ['arn:aws:s3:::photos', '*']],
    ['s3:*', ['arn:aws:s3:::photos', 'arn:aws:s3:::ph*']],
    ['s3:GetObject', 'arn:aws:s3:::photos*'],
    ['s3:GetObject', 'arn:aws:s3:::photos?shared*'],
    ['s3:ListBucket', 'arn:aws:s3:::photos'],
  ])(
    'a bucket alone is accepted next to its objects, and in a statement that is not about reading: %s, %j',
    (Action, Resource) => {
      const deny = { ...awsAll, Effect: 'Deny', Action, Resource };
      expect(may(aws(awsAll, deny), { bucket: 'photos' })).toBe(Action === 's3:ListBucket');
    },
  );

  test('? is not a wildcard in COS, not even for the slash', () => {
    expect(() => parsePolicy(camWith({ resource: 'qcs::cos:*:*:photos?' }))).toThrow(
      '"photos?" is a bucket without objects',
    );
  });
});
