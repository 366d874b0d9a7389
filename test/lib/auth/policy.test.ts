import fc from 'fast-check';
import { globMatches, maxPatternLength } from '../../../lib/auth/glob';
import { type Ask, allows, parsePolicy } from '../../../lib/auth/policy';
import { spellings } from '../../../lib/auth/spellings';

const object: Ask = {
  bucket: 'photos-1250000000',
  region: 'ap-guangzhou',
  key: 'shared/a.jpg',
  now: new Date('2026-06-15T12:00:00Z'),
  sourceIp: '203.0.113.7',
  referer: null,
};

type Json = Readonly<Record<string, unknown>>;
type Effect = 'allow' | 'deny';

const camAll = { effect: 'allow', action: 'name/cos:GetObject', resource: '*' };
const awsAll = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const cam = (...statement: readonly unknown[]) => ({ version: '2.0', statement });
const aws = (...Statement: readonly unknown[]) => ({ Version: '2012-10-17', Statement });
const camWith = (change: Json) => cam({ ...camAll, ...change });
const awsWith = (change: Json) => aws({ ...awsAll, ...change });
/** A policy that allows all and then has a statement with `change`; or has only that, when it allows. */
const camRule = (effect: Effect, change: Json) =>
  cam(...(effect === 'deny' ? [camAll] : []), { ...camAll, effect, ...change });

const may = (policy: unknown, change: Partial<Ask> = {}): boolean =>
  allows(parsePolicy(policy), { ...object, ...change });
const mayCam = (resource: unknown, change: Partial<Ask>) => may(camWith({ resource }), change);
const mayAws = (Resource: unknown, change: Partial<Ask>) => may(awsWith({ Resource }), change);

/** The answer to a request with one condition, in an allow or a deny. */
function met(condition: Json, change: Partial<Ask>, effect: Effect = 'allow'): boolean {
  return may(camRule(effect, { condition }), change) === (effect === 'allow');
}

describe('a policy', () => {
  test.each<[string, unknown]>([
    ['of CAM', cam(camAll)],
    ['of CAM, its statement alone', { version: '2.0', statement: camAll }],
    [
      'of CAM, with lists',
      camWith({ action: ['cos:PutObject', 'cos:GetObject'], resource: ['qcs::cos:*:*:x/*', '*'] }),
    ],
    ['of AWS', aws(awsAll)],
    ['of AWS, its statement alone', { Version: '2008-10-17', Id: 'one', Statement: { Sid: '1', ...awsAll } }],
    ['of AWS, with lists', awsWith({ Action: ['s3:PutObject', 's3:GetObject'], Resource: ['arn:aws:s3:::x/*', '*'] })],
  ])('%s is read', (_, policy) => {
    expect(may(policy)).toBe(true);
  });

  test('is frozen', () => {
    const policy = parsePolicy(aws(awsAll));
    expect(Object.isFrozen(policy) && Object.isFrozen(policy.statements) && Object.isFrozen(policy.statements[0])).toBe(
      true,
    );
  });

  test('allows nothing by default, and a deny wins in any order', () => {
    const deny = { ...camAll, effect: 'deny', resource: 'qcs::cos:*:*:photos-1250000000/shared/*' };
    expect(may(cam(deny))).toBe(false);
    expect(may(cam(camAll, deny))).toBe(false);
    expect(may(cam(deny, camAll))).toBe(false);
    expect(may(cam(deny, camAll), { key: 'own/a.jpg' })).toBe(true);
  });

  test('allows the bounds and no more', () => {
    expect(may(cam(...Array(100).fill(camAll)))).toBe(true);
    expect(() => parsePolicy(cam(...Array(101).fill(camAll)))).toThrow(
      'statement: it has 101 statements, 100 are allowed',
    );
    expect(may(camWith({ resource: Array(200).fill('*') }))).toBe(true);
    expect(() => parsePolicy(camWith({ resource: Array(201).fill('*') }))).toThrow('201 texts, 200 are allowed');
    const longest = `arn:aws:s3:::${'*'.repeat(maxPatternLength - 13)}`;
    expect(may(awsWith({ Resource: longest }))).toBe(true);
    expect(() => parsePolicy(awsWith({ Resource: `${longest}*` }))).toThrow(
      'statement 1: Resource 1: it has over 1024',
    );
    const like = (length: number) => awsWith({ Condition: { StringLike: { 'aws:Referer': '*'.repeat(length) } } });
    expect(may(like(1024), { referer: 'x' })).toBe(true);
    expect(() => parsePolicy(like(1025))).toThrow('aws:Referer: a pattern has over 1024 characters');
  });
});

describe('actions', () => {
  const camActions = { '*': true, 'cos:*': true, 'name/cos:Get*': true, 'cos:*Object': true, 'cos:GetObject': true };
  test.each(
    Object.entries({ ...camActions, 'cos:PutObject': false, 'name/cos:GetObjectACL': false, 'cos:Put*': false }),
  )('of COS: %s', (action, fits) => {
    expect(may(camWith({ action }))).toBe(fits);
    expect(may(cam(camAll, { ...camAll, effect: 'deny', action }))).toBe(!fits);
  });

  test.each<[string, boolean]>([
    ['*', true],
    ['s3:*', true],
    ['S3:getobject', true],
    ['s3:Get*', true],
    ['s3:GetObjec?', true],
    ['s3:GetObjectV*', false],
    ['s3:GetObject*Acl', false],
    ['s3:?utObject', false],
    ['s3:GetObjectVersion', false],
    ['s3:PutObject', false],
  ])('of S3: %s', (Action, fits) => {
    expect(may(awsWith({ Action }))).toBe(fits);
    expect(may(aws(awsAll, { ...awsAll, Effect: 'Deny', Action }))).toBe(!fits);
  });

  test.each(['name/cos:getobject', 'cos:get*', 'cos:GETOBJECT'])('of COS: the case of %s is refused', (action) => {
    const place = /statement 1: action 1: .* is name\/cos:GetObject but for its case/;
    expect(() => parsePolicy(camWith({ action }))).toThrow(place);
  });

  const slip = (place: string, action: string) =>
    `Cannot read the policy: statement 2: ${place} 1: "${action}" is no action; for reading objects write GetObject, else leave it out`;

  test.each([
    ...[
      'GetObjet',
      'getobjct',
      'GteObject',
      'GetObjects',
      'etObject',
      'GetObjectTags',
      'GetObj',
      'GatObject',
      'GetObjectACLs',
    ],
    ...['GetObject?', 'Get?bject?', 'GetObjet*', '?etObjec'],
  ])('of S3: %s would do nothing and is refused', (name) => {
    for (const Effect of ['Deny', 'Allow']) {
      const policy = aws(awsAll, { ...awsAll, Effect, Action: `s3:${name}` });
      expect(() => parsePolicy(policy)).toThrow(slip('Action', `s3:${name}`));
    }
  });

  test.each(['GetObjet', 'getobjct', 'GetObjectAttributes', 'GetObjec', 'HetObject', 'GetObjet*'])(
    'of COS: %s would do nothing and is refused',
    (name) => {
      const policy = cam(camAll, { ...camAll, effect: 'deny', action: `name/cos:${name}` });
      expect(() => parsePolicy(policy)).toThrow(slip('action', `name/cos:${name}`));
    },
  );

  test('others of the stores that look like GetObject are taken', () => {
    const versions = ['', 'Acl', 'Attributes', 'ForReplication', 'Tagging', 'Torrent'].map((end) => `Version${end}`);
    const ends = ['Acl', 'Attributes', 'LegalHold', 'Retention', 'Tagging', 'Torrent', ...versions];
    const awsActions = [
      'PutObject',
      'HeadObject',
      'PostObject',
      'GetBucketAcl',
      ...ends.map((end) => `GetObject${end}`),
    ];
    expect(may(aws(awsAll, { ...awsAll, Effect: 'Deny', Action: awsActions.map((name) => `s3:${name}`) }))).toBe(true);
    const camEnds = ['ACL', 'Acl', 'Retention', 'Tagging', 'Url', 'Version', 'VersionAcl'];
    const camActions = ['PutObject', 'HeadObject', 'getObjectUrl', ...camEnds.map((end) => `GetObject${end}`)];
    expect(may(cam(camAll, { ...camAll, effect: 'deny', action: camActions.map((name) => `cos:${name}`) }))).toBe(true);
  });
});

describe('resources', () => {
  const pub = 'qcs::cos:ap-guangzhou:uid/1250000000:photos-1250000000/shared/*';
  test.each<[string, string, Partial<Ask>, boolean]>([
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

  test.each<[string, string, Partial<Ask>, boolean]>([
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

  test.each<[string, string, Partial<Ask>, boolean]>([
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
    ['photos', '1: "photos" is a bucket and no object in it; write "photos/*" for all of them'],
    ['photos/', '1: "photos/" is a bucket and no object in it; write "photos/*" for all of them'],
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
  ])('a bucket is taken next to its objects, and where nothing is read: %s, %j', (Action, Resource) => {
    const deny = { ...awsAll, Effect: 'Deny', Action, Resource };
    expect(may(aws(awsAll, deny), { bucket: 'photos' })).toBe(Action === 's3:ListBucket');
  });

  test('? stands for nothing in COS, not even for the slash', () => {
    expect(() => parsePolicy(camWith({ resource: 'qcs::cos:*:*:photos?' }))).toThrow('"photos?" is a bucket and no');
  });
});

describe('spellings of a key', () => {
  test.each<[string, readonly string[]]>([
    ['', ['']],
    ['photos/a.jpg', ['photos/a.jpg']],
    ['a...b/..c/.d', ['a...b/..c/.d']],
    ['photos/../x', ['photos/../x', 'x']],
    ['photos/./x', ['photos/./x', 'photos/x']],
    ['/private/x', ['/private/x', 'private/x']],
    ['//private//x', ['//private//x', 'private/x']],
    ['../../x', ['../../x', 'x']],
    ['..', ['..', '']],
    ['a/.', ['a/.', 'a/', 'a']],
    ['a/b/..', ['a/b/..', 'a/', 'a']],
    ['a//../b', ['a//../b', 'a/../b', 'a/b', 'b']],
    ['/../x', ['/../x', '../x', 'x']],
    ['a\\..\\b', ['a\\..\\b']],
    ['%2e%2e/x', ['%2e%2e/x']],
  ])('%j', (key, all) => {
    expect(spellings(key)).toEqual(all);
  });

  const shared = { resource: 'qcs::cos:*:*:photos-1250000000/shared/*' };
  test.each([
    ['shared/../private/x', false],
    ['shared/./x', true],
    ['shared//x', true],
    ['/shared/x', false],
    ['private/../shared/x', false],
    ['shared/x/..', false],
    ['shared\\..\\private', false],
    ['shared/\\..\\private', true],
  ])('an allow needs all of them: %s', (key, fits) => {
    expect(may(camRule('allow', shared), { key })).toBe(fits);
  });

  test.each([
    ['shared/../private/x', false],
    ['own/../shared/x', false],
    ['//shared/x', false],
    ['own/x', true],
    ['own\\..\\shared/x', true],
  ])('a deny needs one of them: %s', (key, fits) => {
    expect(may(camRule('deny', shared), { key })).toBe(fits);
  });

  test('two statements may allow them together', () => {
    const both = { resource: ['qcs::cos:*:*:photos-1250000000/shared/*', 'qcs::cos:*:*:photos-1250000000/own/*'] };
    const [one, two] = both.resource.map((resource) => ({ ...camAll, resource }));
    expect(may(cam(one, two), { key: 'own/../shared/x' })).toBe(true);
    expect(may(camWith(both), { key: 'own/../shared/x' })).toBe(true);
    expect(may(camWith(both), { key: 'own/../private/x' })).toBe(false);
  });
});

describe('conditions on the address', () => {
  const net = '203.0.113.8/29';
  test.each<[string | readonly string[], string, boolean]>([
    [net, '203.0.113.7', false],
    [net, '203.0.113.8', true],
    [net, '203.0.113.15', true],
    [net, '203.0.113.16', false],
    ['10.217.182.3/24', '10.217.182.99', true], // bits behind the prefix, as in Tencent's examples
    ['203.0.113.7', '203.0.113.7', true],
    ['203.0.113.7', '203.0.113.6', false],
    ['203.0.113.7/32', '203.0.113.6', false],
    ['0.0.0.0/0', '255.255.255.255', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['::/0', '203.0.113.7', false],
    ['::/0', '2001:db8::1', true],
    ['2001:db8::/33', '2001:db8:7fff:ffff::1', true],
    ['2001:db8::/33', '2001:db8:8000::', false],
    ['2001:DB8::1', '2001:db8:0:0::1', true],
    [net, '::ffff:203.0.113.8', true],
    [net, '0:0:0:0:0:FFFF:cb00:7108', true],
    [net, '::ffff:203.0.113.7', false],
    ['::/0', '::ffff:203.0.113.8', false],
    [['192.0.2.1', '2001:db8::/32', net], '2001:db8::1', true],
    [['192.0.2.1', '2001:db8::/32', net], '192.0.2.2', false],
  ])('%j has %s: %s', (values, sourceIp, inside) => {
    expect(met({ ip_equal: { 'qcs:ip': values } }, { sourceIp })).toBe(inside);
    expect(met({ ip_not_equal: { 'qcs:ip': values } }, { sourceIp })).toBe(!inside);
    expect(met({ ip_equal: { 'qcs:ip': values } }, { sourceIp }, 'deny')).toBe(inside);
    expect(met({ ip_not_equal: { 'qcs:ip': values } }, { sourceIp }, 'deny')).toBe(!inside);
  });

  test.each([null, '', 'localhost', '203.0.113.8:80', '203.0.113.8, 10.0.0.1', 'fe80::1%eth0', '01.2.3.4'])(
    'an unknown one (%j) closes both ways',
    (sourceIp) => {
      for (const operator of ['ip_equal', 'ip_not_equal']) {
        const condition = { [operator]: { 'qcs:ip': ['0.0.0.0/0', '::/0'] } };
        expect(may(camRule('allow', { condition }), { sourceIp })).toBe(false);
        expect(may(camRule('deny', { condition }), { sourceIp })).toBe(false);
        const never = { ...condition, date_less_than: { 'qcs:current_time': '2020-01-01' } };
        expect(may(camRule('deny', { condition: never }), { sourceIp })).toBe(true);
      }
    },
  );
});

describe('conditions on the time', () => {
  const noon = Date.parse('2026-01-31T12:00:00Z');
  const at = (operator: string, value: unknown, offset: number) =>
    met({ [operator]: { 'qcs:current_time': value } }, { now: new Date(noon + offset) });
  test.each<[string, readonly [before: boolean, same: boolean, after: boolean]]>([
    ['date_equal', [false, true, false]],
    ['date_not_equal', [true, false, true]],
    ['date_less_than', [true, false, false]],
    ['date_less_than_equal', [true, true, false]],
    ['date_greater_than', [false, false, true]],
    ['date_greater_than_equal', [false, true, true]],
  ])('%s', (operator, expected) => {
    for (const value of ['2026-01-31T12:00:00Z', String(noon / 1000)]) {
      expect([-1000, 0, 1000].map((offset) => at(operator, value, offset))).toEqual(expected);
      expect([-1, 999, 1999].map((offset) => at(operator, value, offset))).toEqual(expected);
    }
  });

  test('a day is its midnight', () => {
    const toMidnight = 12 * 3_600_000;
    expect(at('date_less_than', '2026-02-01', toMidnight - 1000)).toBe(true);
    expect(at('date_less_than', '2026-02-01', toMidnight)).toBe(false);
  });

  test('several: one is enough, and negated none', () => {
    const values = ['2026-01-31T12:00:00Z', '2026-01-31T12:00:02Z'];
    expect([0, 1000, 2000].map((offset) => at('date_equal', values, offset))).toEqual([true, false, true]);
    expect([0, 1000, 2000].map((offset) => at('date_not_equal', values, offset))).toEqual([false, true, false]);
  });
});

describe('conditions on the referer', () => {
  const rows: readonly [string, string, string | readonly string[], string | null, boolean][] = [
    ['string_equal', 'StringEquals', 'https://a.example/', 'https://a.example/', true],
    ['string_equal', 'StringEquals', 'https://a.example/', 'https://A.example/', false],
    ['string_equal', 'StringEquals', 'https://a.example/*', 'https://a.example/x', false],
    ['string_equal', 'StringEquals', ['x', 'y'], 'y', true],
    ['string_equal', 'StringEquals', ['x', 'y'], 'z', false],
    ['string_equal', 'StringEquals', '', null, false],
    ['string_equal_ignore_case', 'StringEqualsIgnoreCase', 'https://a.example/', 'HTTPS://A.example/', true],
    ['string_equal_ignore_case', 'StringEqualsIgnoreCase', 'https://a.example/', 'https://b.example/', false],
    ['string_equal_ignore_case', 'StringEqualsIgnoreCase', 'x', null, false],
    ['string_like', 'StringLike', 'https://*.example/*', 'https://a.example/x/y', true],
    ['string_like', 'StringLike', 'https://*.example/*', 'https://a.Example/', false],
    ['string_like', 'StringLike', ['http://a/*', 'https://a/*'], 'https://a/', true],
    ['string_like', 'StringLike', '*', null, false],
  ];
  test.each(rows)('%s / %s %j and %j: %s', (camName, awsName, values, referer, fits) => {
    const camNot = camName.replace('string', 'string_not');
    const awsNot = awsName.replace('String', 'StringNot');
    for (const key of ['cos:referer', 'qcs:referer']) {
      expect(met({ [camName]: { [key]: values } }, { referer })).toBe(fits);
      expect(met({ [camNot]: { [key]: values } }, { referer })).toBe(!fits);
      expect(met({ [camNot]: { [key]: values } }, { referer }, 'deny')).toBe(!fits);
    }
    expect(may(awsWith({ Condition: { [awsName]: { 'aws:Referer': values } } }), { referer })).toBe(fits);
    expect(may(awsWith({ Condition: { [awsNot]: { 'AWS:referer': values } } }), { referer })).toBe(!fits);
  });

  test('? is a wildcard in AWS only', () => {
    const change = { referer: 'https://a/' };
    expect(may(awsWith({ Condition: { StringLike: { 'aws:Referer': 'https://?/' } } }), change)).toBe(true);
    expect(met({ string_like: { 'cos:referer': 'https://?/' } }, change)).toBe(false);
    expect(met({ string_like: { 'cos:referer': 'https://?/' } }, { referer: 'https://?/' })).toBe(true);
  });
});

describe('conditions', () => {
  test('all of a statement must be met', () => {
    const Condition = {
      IpAddress: { 'aws:SourceIp': '203.0.113.0/24' },
      DateLessThan: { 'aws:CurrentTime': '2026-07-01' },
      StringLike: { 'aws:Referer': 'https://a/*' },
    };
    const good = { referer: 'https://a/' };
    expect(may(awsWith({ Condition }), good)).toBe(true);
    expect(may(awsWith({ Condition }), { ...good, sourceIp: '203.0.114.7' })).toBe(false);
    expect(may(awsWith({ Condition }), { ...good, now: new Date('2026-07-01') })).toBe(false);
    expect(may(awsWith({ Condition }), { referer: 'https://b/' })).toBe(false);
    const keys = { string_like: { 'cos:referer': 'https://*', 'qcs:referer': '*/x' } };
    expect(met(keys, { referer: 'https://a/x' })).toBe(true);
    expect(met(keys, { referer: 'https://a/y' })).toBe(false);
  });

  const expired = '2026-06-15T11:59:59Z';
  test.each<[string, string]>([
    ['NotIpAddress', '203.0.113.7'],
    ['DateEquals', expired],
    ['DateLessThan', expired],
    ['DateLessThanEquals', expired],
  ])('of AWS, not met: %s', (operator, value) => {
    const key = operator.startsWith('Date') ? 'aws:currenttime' : 'AWS:SOURCEIP';
    expect(may(awsWith({ Condition: { [operator]: { [key]: value } } }))).toBe(false);
  });

  test.each<[string, string]>([
    ['IpAddress', '203.0.113.7'],
    ['DateNotEquals', expired],
    ['DateGreaterThan', expired],
    ['DateGreaterThanEquals', expired],
  ])('of AWS, met: %s', (operator, value) => {
    const key = operator.startsWith('Date') ? 'aws:CurrentTime' : 'aws:SourceIp';
    expect(may(awsWith({ Condition: { [operator]: { [key]: value } } }))).toBe(true);
    expect(may(aws(awsAll, { ...awsAll, Effect: 'Deny', Condition: { [operator]: { [key]: value } } }))).toBe(false);
  });
});

describe('refused', () => {
  const camCondition = (operator: string, key: string, value: unknown) =>
    camWith({ condition: { [operator]: { [key]: value } } });
  const awsCondition = (operator: string, key: string, value: unknown) =>
    awsWith({ Condition: { [operator]: { [key]: value } } });
  const without = (statement: Json, name: string) =>
    Object.fromEntries(Object.entries(statement).filter(([key]) => key !== name));

  test.each<[unknown, string]>([
    // shape
    [null, 'top level: it must be an object'],
    ['{}', 'top level: it must be an object'],
    [[cam(camAll)], 'top level: it must be an object'],
    [{}, 'top level: it is empty'],
    [{ statements: [] }, 'top level: it is neither of the two kinds'],
    [{ version: '2.0', Statement: [awsAll] }, 'top level: it mixes two kinds'],
    [{ ...cam(camAll), ...aws(awsAll) }, 'top level: it mixes two kinds'],
    [{ version: '2.0' }, 'top level: statement is missing'],
    [{ statement: camAll }, 'top level: version is missing'],
    [{ Statement: awsAll }, 'top level: Version is missing'],
    [{ Version: '2012-10-17' }, 'top level: Statement is missing'],
    [{ ...cam(camAll), version: '2.1' }, 'top level: version must be 2.0'],
    [{ ...cam(camAll), version: 2 }, 'top level: version must be 2.0'],
    [{ ...aws(awsAll), Version: '2012-10-18' }, 'top level: Version must be 2012-10-17 or 2008-10-17'],
    [{ ...cam(camAll), id: '1' }, 'top level: element "id" is unknown; allowed are version, statement'],
    [JSON.parse('{"version":"2.0","statement":[],"__proto__":{}}'), 'top level: element "__proto__" is unknown'],
    [{ ...aws(awsAll), Id: 1 }, 'top level: Id must be a text'],
    [{ ...cam(camAll), principal: { qcs: '*' } }, 'top level: principal is not supported: the policy is for the key'],
    [cam(), 'statement: the list is empty'],
    [aws(), 'Statement: the list is empty'],
    // statements
    [cam(camAll, null), 'statement 2: it must be an object'],
    [cam({}), 'statement 1: it is empty'],
    ...['effect', 'action', 'resource'].map((name): [unknown, string] => [
      cam(camAll, without(camAll, name)),
      `statement 2: ${name} is missing`,
    ]),
    ...['Effect', 'Action', 'Resource'].map((name): [unknown, string] => [
      aws(awsAll, without(awsAll, name)),
      `statement 2: ${name} is missing`,
    ]),
    [
      camWith({ Effect: 'allow' }),
      'statement 1: element "Effect" is unknown; allowed are effect, action, resource, condition',
    ],
    [camWith({ principal: {} }), 'statement 1: principal is not supported'],
    [camWith({ ['x'.repeat(99)]: 1 }), `element "${'x'.repeat(64)}..." is unknown`],
    [camWith({ 'a\n': 1 }), 'element "a\\n" is unknown'],
    ...['Principal', 'NotPrincipal', 'NotAction', 'NotResource'].map((name): [unknown, string] => [
      awsWith({ [name]: '*' }),
      `statement 1: ${name} is not supported: `,
    ]),
    [awsWith({ Sid: null }), 'statement 1: Sid must be a text'],
    [camWith({ effect: 'Allow' }), 'statement 1: effect must be allow or deny'],
    [camWith({ effect: ['allow'] }), 'statement 1: effect must be allow or deny'],
    [awsWith({ Effect: 'allow' }), 'statement 1: Effect must be Allow or Deny'],
    // actions
    [camWith({ action: [] }), 'statement 1: action: the list is empty'],
    [camWith({ action: [1] }), 'statement 1: action: it must be a text or a list of texts'],
    [camWith({ action: { '*': true } }), 'statement 1: action: it must be a text'],
    [camWith({ action: ['*', 'name/cvm:*'] }), 'statement 1: action 2: "name/cvm:*" is no action of COS'],
    [camWith({ action: 's3:GetObject' }), '"s3:GetObject" is no action of COS'],
    [camWith({ action: 'cos:Get?bject' }), '"cos:Get?bject" is no action of COS'],
    [camWith({ action: '' }), '"" is no action of COS'],
    [awsWith({ Action: 'sqs:*' }), 'statement 1: Action 1: "sqs:*" is no action of S3: allowed are s3:<action> and *'],
    [awsWith({ Action: 'GetObject' }), '"GetObject" is no action of S3'],
    // resources
    [camWith({ resource: 7 }), 'statement 1: resource: it must be a text'],
    [camWith({ resource: '' }), 'statement 1: resource 1: "" must be * or qcs::cos:'],
    [camWith({ resource: ['*', 'qcs::cos:*:uid/1:'] }), 'statement 1: resource 2: "qcs::cos:*:uid/1:" must be'],
    [camWith({ resource: 'photos/*' }), 'must be * or qcs::cos:'],
    [camWith({ resource: 'qcs::cos:*:*:/photos/*' }), 'must be * or qcs::cos:'],
    [awsWith({ Resource: 'arn:aws:s3:::/photos/*' }), 'must be * or arn:aws:s3:::'],
    [camWith({ resource: 'arn:aws:s3:::photos/*' }), 'must be * or qcs::cos:'],
    [camWith({ resource: 'acs::cos:*:uid/1:b-1/*' }), 'must be * or qcs::cos:'],
    [camWith({ resource: 'qcs:id/0:cos:gz:uid/1:b-1/*' }), 'must be * or qcs::cos:'],
    [camWith({ resource: 'qcs::cvm:*:uid/1:b-1/*' }), 'is of another service; only cos'],
    [camWith({ resource: 'qcs::*:*:uid/1:b-1/*' }), 'is of another service; only cos'],
    [camWith({ resource: 'qcs::cos:gz:uid/1:b-1/*' }), 'the region of "qcs::cos:gz:uid/1:b-1/*" must be one as ap-'],
    [camWith({ resource: 'qcs::cos:AP-guangzhou:uid/1:b-1/*' }), 'the region of'],
    [camWith({ resource: 'qcs::cos:*::b-1/*' }), 'needs uid/<appid>'],
    [camWith({ resource: 'qcs::cos:*:uin/1:b-1/*' }), 'needs uid/<appid>'],
    [camWith({ resource: 'qcs::cos:*:uid/1:prefix//1/b/*' }), 'is in an old form; write it as qcs::cos:'],
    [camWith({ resource: `qcs::cos:*:uid/1:\${user}/*` }), 'has a policy variable'],
    [awsWith({ Resource: 'arn:aws:s3' }), 'statement 1: Resource 1: "arn:aws:s3" must be * or arn:aws:s3:::'],
    [awsWith({ Resource: 'qcs::s3:::photos/*' }), 'must be * or arn:aws:s3:::'],
    [awsWith({ Resource: 'urn:aws:s3:::photos/*' }), 'must be * or arn:aws:s3:::'],
    [awsWith({ Resource: 'arn:aws-iso:s3:::photos/*' }), 'partitions are aws, aws-cn, aws-us-gov'],
    [awsWith({ Resource: 'arn:aws:sqs:::queue' }), 'is of another service; only s3'],
    [awsWith({ Resource: 'arn:aws:s3:us-east-1::photos/*' }), 'region and account must be empty'],
    [awsWith({ Resource: 'arn:aws:s3::123456789012:photos/*' }), 'region and account must be empty'],
    [
      awsWith({ Resource: `arn:aws:s3:::home/\${aws:username}/*` }),
      `Resource: "arn:aws:s3:::home/\${aws:username}/*" has a policy`,
    ],
    // conditions
    [camWith({ condition: [] }), 'statement 1: condition: it must be an object'],
    [camWith({ condition: {} }), 'statement 1: condition: it is empty'],
    [cam(camAll, { ...camAll, condition: { ip_equal: {} } }), 'statement 2: condition ip_equal: it is empty'],
    [camWith({ condition: { ip_equal: 'qcs:ip' } }), 'statement 1: condition ip_equal: it must be an object'],
    [camCondition('IpAddress', 'qcs:ip', '::1'), 'condition: operator "IpAddress" is unknown; allowed are ip_equal,'],
    [awsCondition('ip_equal', 'aws:SourceIp', '::1'), 'operator "ip_equal" is unknown; allowed are IpAddress, Not'],
    [awsCondition('StringLikeIfExists', 'aws:Referer', '*'), 'operator "StringLikeIfExists" is unknown'],
    [awsCondition('ForAnyValue:StringLike', 'aws:Referer', '*'), 'operator "ForAnyValue:StringLike" is unknown'],
    [awsCondition('constructor', 'aws:Referer', '*'), 'operator "constructor" is unknown'],
    [camCondition('string_like_if_exist', 'cos:referer', '*'), 'operator "string_like_if_exist" is unknown'],
    [camCondition('for_any_value:string_like', 'cos:referer', '*'), 'operator "for_any_value:string_like" is unknown'],
    [
      camCondition('ip_equal', 'QCS:ip', '::1'),
      'condition ip_equal: key "QCS:ip" is unknown; this operator takes qcs:ip',
    ],
    [
      camCondition('string_equal', 'vpc:requester_vpc', 'x'),
      'key "vpc:requester_vpc" is unknown; this operator takes cos:',
    ],
    [
      camCondition('ip_equal', 'cos:referer', '::1'),
      'key "cos:referer" is of another type; this operator takes qcs:ip',
    ],
    [
      awsCondition('StringEquals', 'aws:SourceIp', '::1'),
      'key "aws:SourceIp" is of another type; this operator takes aws:Ref',
    ],
    [awsCondition('DateEquals', 'aws:EpochTime', '1'), 'key "aws:EpochTime" is unknown; this operator takes aws:Curr'],
    [
      awsCondition('IpAddress', 'aws:SourceIp', []),
      'statement 1: condition IpAddress: aws:SourceIp: the list is empty',
    ],
    [awsCondition('Bool', 'aws:SecureTransport', 'true'), 'operator "Bool" is unknown'],
    [awsCondition('DateLessThan', 'aws:CurrentTime', 1767225600), 'aws:CurrentTime: it must be a text'],
    [awsCondition('StringLike', 'aws:Referer', `\${aws:username}`), 'has a policy variable'],
    ...['1.2.3', '1.2.3.256', '01.2.3.4', ' 1.2.3.4', '1.2.3.*', '', '/8', '::g', 'fe80::1%eth0', 'localhost'].map(
      (value): [unknown, string] => [camCondition('ip_equal', 'qcs:ip', value), 'is no IP address or CIDR block'],
    ),
    ...['1.2.3.4/33', '1.2.3.4/', '1.2.3.4/08', '1.2.3.4/-1', '1.2.3.4/8/8', '1.2.3.4/255.0.0.0'].map(
      (value): [unknown, string] => [camCondition('ip_equal', 'qcs:ip', value), 'needs a prefix of 0 to 32 bits'],
    ),
    [camCondition('ip_equal', 'qcs:ip', '2001:db8::/129'), 'needs a prefix of 0 to 128 bits'],
    [camCondition('ip_equal', 'qcs:ip', '::ffff:1.2.3.4'), 'write "::ffff:1.2.3.4" as IPv4'],
    [camCondition('ip_equal', 'qcs:ip', '::ffff:0:0/96'), 'write "::ffff:0:0/96" as IPv4'],
    ...[
      ...[
        '2026-02-29',
        '2026-13-01',
        '2026-1-1',
        '2026-01-01T24:00:00Z',
        '2026-01-01T23:59:60Z',
        '2026-01-01T00:00:00',
      ],
      ...['2026-01-01T00:00:00+00:00', '2026-01-01T00:00:00.000Z', '2026-01-01 00:00:00', '2026-01-01Z', '2026'],
      ...['20260101', '-1', '1767225600.0', '176722560012', '', 'now', '2026-01-01T00:00Z'],
    ].map((value): [unknown, string] => [
      camCondition('date_equal', 'qcs:current_time', value),
      `condition date_equal: qcs:current_time: ${JSON.stringify(value)} is no time; write it as 2026-01-31T12:00:00Z`,
    ]),
  ])('%j', (policy, message) => {
    const parse = () => parsePolicy(policy);
    expect(parse).toThrow(expect.objectContaining({ name: 'ProblemError', code: 'ConfigInvalid' }));
    expect(parse).toThrow(message);
  });

  test('also in a statement that is not about reading', () => {
    expect(() => parsePolicy(cam(camAll, { ...camAll, action: 'cos:PutObject', condition: { x: {} } }))).toThrow(
      'statement 2: condition: operator "x" is unknown',
    );
  });
});

describe('globs', () => {
  /** What a pattern means, tried out in all ways. */
  function fits(pattern: readonly string[], text: readonly string[], question: boolean): boolean {
    const [want, ...wants] = pattern;
    const [char, ...rest] = text;
    if (want === undefined) return char === undefined;
    if (want === '*') return fits(wants, text, question) || (char !== undefined && fits(pattern, rest, question));
    return char !== undefined && (want === char || (question && want === '?')) && fits(wants, rest, question);
  }

  test('are what they mean', () => {
    const unit = fc.constantFrom('a', 'b', '*', '?', '📷');
    const text = fc.array(unit, { maxLength: 9 });
    let matched = 0;
    fc.assert(
      fc.property(text, text, fc.boolean(), (pattern, chars, question) => {
        const expected = fits(pattern, chars, question);
        matched += Number(expected);
        expect(globMatches({ pattern: pattern.join(''), question }, chars.join(''))).toBe(expected);
      }),
      { numRuns: 3000 },
    );
    expect(matched).toBeGreaterThan(100);
  });

  test.each<[string, string]>([
    ['*a'.repeat(512), `${'a'.repeat(1023)}b`],
    [`${'*a'.repeat(511)}*b`, 'a'.repeat(1024)],
    [`*${'a'.repeat(512)}b`, 'a'.repeat(1024)],
    [`${'*?'.repeat(511)}*b`, 'a'.repeat(1024)],
  ])('take their time in steps, not in powers: %.9s', (pattern, text) => {
    const millis = Array.from({ length: 5 }, () => {
      const before = process.cpuUsage();
      expect(globMatches({ pattern, question: true }, text)).toBe(false);
      return process.cpuUsage(before).user / 1000;
    });
    // About 2 at most, the best of five; in powers it would not end.
    expect(Math.min(...millis)).toBeLessThan(250);
  });
});
