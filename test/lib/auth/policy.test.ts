import { maxPatternLength } from '../../../lib/auth/glob';
import { parsePolicy } from '../../../lib/auth/policy';
import { aws, awsAll, awsWith, cam, camAll, camWith, type Json, may } from './policies';

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
      'statement 1: Resource 1: it may have at most 1024',
    );
    const like = (length: number) => awsWith({ Condition: { StringLike: { 'aws:Referer': '*'.repeat(length) } } });
    expect(may(like(1024), { referer: 'x' })).toBe(true);
    expect(() => parsePolicy(like(1025))).toThrow('aws:Referer: a pattern may have at most 1024 characters');
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
    const place = /statement 1: action 1: .* is not an action of COS: case counts; write name\/cos:GetObject/;
    expect(() => parsePolicy(camWith({ action }))).toThrow(place);
  });

  const slip = (place: string, action: string) =>
    `Cannot read the policy: statement 2: ${place} 1: "${action}" is not a known action; use GetObject to allow or deny reading; remove other actions`;

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
    [{ statements: [] }, 'top level: it has neither form'],
    [{ version: '2.0', Statement: [awsAll] }, 'top level: it mixes two forms'],
    [{ ...cam(camAll), ...aws(awsAll) }, 'top level: it mixes two forms'],
    [{ version: '2.0' }, 'top level: statement is missing'],
    [{ statement: camAll }, 'top level: version is missing'],
    [{ Statement: awsAll }, 'top level: Version is missing'],
    [{ Version: '2012-10-17' }, 'top level: Statement is missing'],
    [{ ...cam(camAll), version: '2.1' }, 'top level: version must be 2.0'],
    [{ ...cam(camAll), version: 2 }, 'top level: version must be 2.0'],
    [{ ...aws(awsAll), Version: '2012-10-18' }, 'top level: Version must be 2012-10-17 or 2008-10-17'],
    [{ ...cam(camAll), id: '1' }, 'top level: element "id" is not known; known: version, statement'],
    [JSON.parse('{"version":"2.0","statement":[],"__proto__":{}}'), 'top level: element "__proto__" is not known'],
    [{ ...aws(awsAll), Id: 1 }, 'top level: Id must be a text'],
    [
      { ...cam(camAll), principal: { qcs: '*' } },
      'top level: principal is not supported: the policy applies to its own key',
    ],
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
      'statement 1: element "Effect" is not known; known: effect, action, resource, condition',
    ],
    [camWith({ principal: {} }), 'statement 1: principal is not supported'],
    [camWith({ ['x'.repeat(99)]: 1 }), `element "${'x'.repeat(64)}..." is not known`],
    [camWith({ 'a\n': 1 }), 'element "a\\n" is not known'],
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
    [camWith({ action: ['*', 'name/cvm:*'] }), 'statement 1: action 2: "name/cvm:*" is not an action of COS'],
    [camWith({ action: 's3:GetObject' }), '"s3:GetObject" is not an action of COS'],
    [camWith({ action: 'cos:Get?bject' }), '"cos:Get?bject" is not an action of COS'],
    [camWith({ action: '' }), '"" is not an action of COS'],
    [awsWith({ Action: 'sqs:*' }), 'statement 1: Action 1: "sqs:*" is not an action of S3; write s3:<action> or *'],
    [awsWith({ Action: 'GetObject' }), '"GetObject" is not an action of S3'],
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
    [camWith({ resource: 'qcs::cvm:*:uid/1:b-1/*' }), 'is a resource of another service; only cos'],
    [camWith({ resource: 'qcs::*:*:uid/1:b-1/*' }), 'is a resource of another service; only cos'],
    [
      camWith({ resource: 'qcs::cos:gz:uid/1:b-1/*' }),
      'the region of "qcs::cos:gz:uid/1:b-1/*" must be a region such as ap-',
    ],
    [camWith({ resource: 'qcs::cos:AP-guangzhou:uid/1:b-1/*' }), 'the region of'],
    [camWith({ resource: 'qcs::cos:*::b-1/*' }), 'needs uid/<appid>'],
    [camWith({ resource: 'qcs::cos:*:uin/1:b-1/*' }), 'needs uid/<appid>'],
    [camWith({ resource: 'qcs::cos:*:uid/1:prefix//1/b/*' }), 'is in an old form; write it as qcs::cos:'],
    [camWith({ resource: `qcs::cos:*:uid/1:\${user}/*` }), 'has a policy variable'],
    [awsWith({ Resource: 'arn:aws:s3' }), 'statement 1: Resource 1: "arn:aws:s3" must be * or arn:aws:s3:::'],
    [awsWith({ Resource: 'qcs::s3:::photos/*' }), 'must be * or arn:aws:s3:::'],
    [awsWith({ Resource: 'urn:aws:s3:::photos/*' }), 'must be * or arn:aws:s3:::'],
    [awsWith({ Resource: 'arn:aws-iso:s3:::photos/*' }), 'partitions are aws, aws-cn, aws-us-gov'],
    [awsWith({ Resource: 'arn:aws:sqs:::queue' }), 'is a resource of another service; only s3'],
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
    [camCondition('IpAddress', 'qcs:ip', '::1'), 'condition: operator "IpAddress" is not known; known: ip_equal,'],
    [awsCondition('ip_equal', 'aws:SourceIp', '::1'), 'operator "ip_equal" is not known; known: IpAddress, Not'],
    [awsCondition('StringLikeIfExists', 'aws:Referer', '*'), 'operator "StringLikeIfExists" is not known'],
    [awsCondition('ForAnyValue:StringLike', 'aws:Referer', '*'), 'operator "ForAnyValue:StringLike" is not known'],
    [awsCondition('constructor', 'aws:Referer', '*'), 'operator "constructor" is not known'],
    [camCondition('string_like_if_exist', 'cos:referer', '*'), 'operator "string_like_if_exist" is not known'],
    [
      camCondition('for_any_value:string_like', 'cos:referer', '*'),
      'operator "for_any_value:string_like" is not known',
    ],
    [
      camCondition('ip_equal', 'QCS:ip', '::1'),
      'condition ip_equal: key "QCS:ip" is not known; this operator takes qcs:ip',
    ],
    [
      camCondition('string_equal', 'vpc:requester_vpc', 'x'),
      'key "vpc:requester_vpc" is not known; this operator takes cos:',
    ],
    [
      camCondition('ip_equal', 'cos:referer', '::1'),
      'key "cos:referer" is of another type; this operator takes qcs:ip',
    ],
    [
      awsCondition('StringEquals', 'aws:SourceIp', '::1'),
      'key "aws:SourceIp" is of another type; this operator takes aws:Ref',
    ],
    [
      awsCondition('DateEquals', 'aws:EpochTime', '1'),
      'key "aws:EpochTime" is not known; this operator takes aws:Curr',
    ],
    [
      awsCondition('IpAddress', 'aws:SourceIp', []),
      'statement 1: condition IpAddress: aws:SourceIp: the list is empty',
    ],
    [awsCondition('Bool', 'aws:SecureTransport', 'true'), 'operator "Bool" is not known'],
    [awsCondition('DateLessThan', 'aws:CurrentTime', 1767225600), 'aws:CurrentTime: it must be a text'],
    [awsCondition('StringLike', 'aws:Referer', `\${aws:username}`), 'has a policy variable'],
    ...['1.2.3', '1.2.3.256', '01.2.3.4', ' 1.2.3.4', '1.2.3.*', '', '/8', '::g', 'fe80::1%eth0', 'localhost'].map(
      (value): [unknown, string] => [camCondition('ip_equal', 'qcs:ip', value), 'is not an IP address or a CIDR block'],
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
      `condition date_equal: qcs:current_time: ${JSON.stringify(value)} is not a time; write it as 2026-01-31T12:00:00Z`,
    ]),
  ])('%j', (policy, message) => {
    const parse = () => parsePolicy(policy);
    expect(parse).toThrow(expect.objectContaining({ name: 'ProblemError', code: 'ConfigInvalid' }));
    expect(parse).toThrow(message);
  });

  test('also in a statement that is not about reading', () => {
    expect(() => parsePolicy(cam(camAll, { ...camAll, action: 'cos:PutObject', condition: { x: {} } }))).toThrow(
      'statement 2: condition: operator "x" is not known',
    );
  });
});
