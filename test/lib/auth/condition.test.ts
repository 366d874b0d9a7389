import { aws, awsAll, awsWith, camRule, may, met } from './policies';

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
