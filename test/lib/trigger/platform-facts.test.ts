// The facts that only the platform can write: the client's address, the IAM caller, the domain and the prefix that clients sign.

import { alb } from '../../../lib/trigger/alb';
import { functionUrl, httpApi1, httpApi2, restApi } from '../../../lib/trigger/api-gateway';
import { scfApiGateway } from '../../../lib/trigger/scf-http';
import { type Event, opens, platforms, requestOf, sample, withContext } from './platforms';

const apiHost = 'abcdef1234.execute-api.us-east-1.amazonaws.com';
const urlHost = 'abcdefghijklmnopqrstuvwxyz012345.lambda-url.us-east-1.on.aws';
const sourceIp = '203.0.113.10';
const iamCaller = 'arn:aws:iam::123456789012:user/reader';

test.each([
  ['rest-api', { gateway: { host: apiHost, prefix: '/prod' }, sourceIp, iamCaller }],
  ['http-api-1', { gateway: { host: apiHost, prefix: '/prod' }, sourceIp, iamCaller }],
  ['http-api-2', { gateway: { host: apiHost, prefix: '' }, sourceIp, iamCaller }],
  ['function-url', { gateway: { host: urlHost, prefix: '' }, sourceIp, iamCaller }],
  ['alb', { sourceIp }],
  ['alb-multi', { sourceIp }],
  ['scf-api-gateway', { sourceIp }],
  ['scf-function-url', {}],
])('%s', (name, expected) => {
  const found = platforms.filter((platform) => platform.sample === name);
  const { method, path, pathDecoded, query, headers, ...facts } = requestOf(found[0]?.trigger ?? alb, sample(name));
  expect(facts).toStrictEqual(expected);
});

describe('source address', () => {
  const inIdentity = (value: unknown) => (event: Event) => withContext(event, { identity: { sourceIp: value } });
  const inHttp = (value: unknown) => (event: Event) => withContext(event, { http: { method: 'GET', sourceIp: value } });
  const inContext = (value: unknown) => (event: Event) => withContext(event, { sourceIp: value });
  const triggers = [
    ['rest-api', restApi, inIdentity],
    ['http-api-1', httpApi1, inIdentity],
    ['http-api-2', httpApi2, inHttp],
    ['function-url', functionUrl, inHttp],
    ['scf-api-gateway', scfApiGateway, inContext],
  ] as const;

  test.each(triggers)('%s: a text is used unchanged', (name, trigger, put) => {
    for (const text of ['192.0.2.1', '2001:db8::1', 'test-invoke-source-ip']) {
      expect(requestOf(trigger, put(text)(sample(name))).sourceIp).toBe(text);
    }
  });

  test.each(triggers)('%s: absent for anything else', (name, trigger, put) => {
    for (const value of [undefined, null, '', 1, true, [sourceIp], { sourceIp }]) {
      expect(requestOf(trigger, put(value)(sample(name)))).not.toHaveProperty('sourceIp');
    }
  });

  test.each(triggers)('%s: headers are not trusted', (name, trigger, put) => {
    const forged = { 'x-forwarded-for': '192.0.2.1', forwarded: 'for=192.0.2.1', 'x-scf-remote-addr': '192.0.2.1' };
    const event = { ...put(undefined)(sample(name)), headers: forged, multiValueHeaders: null };
    expect(requestOf(trigger, event)).not.toHaveProperty('sourceIp');
  });

  test.each(['rest-api', 'http-api-1'])('%s: an identity that is not an object, or inherits its fields', (name) => {
    const trigger = name === 'rest-api' ? restApi : httpApi1;
    const inherited = [Object.create({ sourceIp }), JSON.parse('{"__proto__":{"sourceIp":"203.0.113.10"}}')];
    for (const identity of [null, undefined, 'x', 7, [{ sourceIp }], ...inherited]) {
      expect(requestOf(trigger, withContext(sample(name), { identity }))).not.toHaveProperty('sourceIp');
    }
  });

  test.each(['http-api-2', 'function-url'])(
    '%s: without an own http no match, an inherited address is none',
    (name) => {
      const trigger = name === 'http-api-2' ? httpApi2 : functionUrl;
      for (const http of [null, undefined, 'x', [], Object.create({ method: 'GET', sourceIp })]) {
        expect(opens(trigger, withContext(sample(name), { http }))).toBe(false);
      }
      const http = Object.assign(Object.create({ sourceIp }), { method: 'GET' });
      expect(requestOf(trigger, withContext(sample(name), { http }))).not.toHaveProperty('sourceIp');
    },
  );
});

describe('the caller that IAM let in', () => {
  const arn = 'arn:aws-cn:sts::123456789012:assumed-role/reader/session';
  const inIdentity = (userArn: unknown) => ({ identity: { userArn, sourceIp } });
  const inIam = (userArn: unknown) => ({ authorizer: { iam: { userArn } } });
  const triggers = [
    ['rest-api', restApi, inIdentity, inIam],
    ['http-api-1', httpApi1, inIdentity, inIam],
    ['http-api-2', httpApi2, inIam, inIdentity],
    ['function-url', functionUrl, inIam, inIdentity],
  ] as const;
  const callerOf = (name: string, trigger: typeof alb, change: Event): unknown =>
    requestOf(trigger, withContext(sample(name), { authorizer: undefined, identity: undefined, ...change })).iamCaller;

  test.each(triggers)('%s: is named by the ARN', (name, trigger, put) => {
    expect(callerOf(name, trigger, put(arn))).toBe(arn);
  });

  test.each(triggers)(
    '%s: is null for anything else, so that a trigger that anybody can call is known',
    (name, trigger, put, elsewhere) => {
      for (const value of [undefined, null, '', 'anonymous', '123456789012', 1, true, [arn], { arn }]) {
        expect(callerOf(name, trigger, put(value))).toBeNull();
      }
      const inherited = Object.create({ userArn: arn, iam: { userArn: arn } });
      const jwt = { authorizer: { jwt: { claims: { sub: arn } }, lambda: { userArn: arn }, principalId: arn } };
      const odd = [{}, jwt, elsewhere(arn), { accountId: '123456789012', userArn: arn }];
      for (const change of [...odd, { authorizer: inherited, identity: inherited }, { authorizer: { iam: [] } }]) {
        expect(callerOf(name, trigger, change)).toBeNull();
      }
    },
  );

  test.each(triggers)('%s: headers are not trusted', (name, trigger, put) => {
    const event = withContext(sample(name), { authorizer: undefined, identity: undefined, ...put(null) });
    const headers = { authorization: 'AWS4-HMAC-SHA256 Credential=x', 'x-amzn-user-arn': arn, userArn: arn };
    expect(requestOf(trigger, { ...event, headers, multiValueHeaders: null }).iamCaller).toBeNull();
  });

  test.each(['alb', 'alb-multi', 'scf-api-gateway', 'scf-function-url'])('%s never reports a caller', (name) => {
    const { trigger = alb } = platforms.find((platform) => platform.sample === name) ?? {};
    expect(requestOf(trigger, sample(name))).not.toHaveProperty('iamCaller');
  });
});

describe('ALB takes what the balancer appended', () => {
  test.each([
    ['203.0.113.10', '203.0.113.10'],
    ['192.0.2.1, 203.0.113.10', '203.0.113.10'],
    ['192.0.2.1,203.0.113.10', '203.0.113.10'],
    ['192.0.2.1, 2001:db8::1', '2001:db8::1'],
    ['192.0.2.1:5, 203.0.113.10:49152', '203.0.113.10'],
    ['192.0.2.1, [2001:db8::1]:49152', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['203.0.113.10, unknown', 'unknown'],
    ['203.0.113.10,', undefined],
    ['203.0.113.10, []:1', undefined],
    ['', undefined],
  ])('%j: %s', (forwarded, expected) => {
    const single = { ...sample('alb'), headers: { 'x-forwarded-for': forwarded } };
    const multi = { ...sample('alb-multi'), multiValueHeaders: { 'X-Forwarded-For': ['192.0.2.9', forwarded] } };
    for (const event of [single, multi]) {
      expect(requestOf(alb, event).sourceIp).toBe(expected);
      expect(Object.hasOwn(requestOf(alb, event), 'sourceIp')).toBe(expected !== undefined);
    }
  });

  test('none without the header, whatever else the event says', () => {
    const event = withContext({ ...sample('alb'), headers: {} }, { sourceIp, identity: { sourceIp }, domainName: 'x' });
    expect(requestOf(alb, event)).not.toHaveProperty('sourceIp');
    expect(requestOf(alb, event)).not.toHaveProperty('gateway');
  });
});

describe('gateway', () => {
  const paths = ['/gps.jpg', '/a%20b%2Fc+@.jpg', '//a', '/a/', '/prod/prod/a.jpg', '/prod', '/%E7%85%A7', '/'];

  test.each(paths)('REST API: prefix and path of %s make the path as sent', (path) => {
    for (const [sent, prefix] of [
      [`/prod${path}`, '/prod'],
      [path, ''],
    ]) {
      const request = requestOf(restApi, withContext({ ...sample('rest-api'), path }, { path: sent }));
      expect(request.path).toBe(path);
      expect(request.gateway).toEqual({ host: apiHost, prefix });
    }
  });

  test.each(['/prod/other.jpg', '/prod/gps.jpg/', '/prod/gps%2Ejpg', '', undefined, null, 1, {}, ['/prod/gps.jpg']])(
    'REST API: none where %j does not end with the path',
    (path) => {
      expect(requestOf(restApi, withContext(sample('rest-api'), { path }))).not.toHaveProperty('gateway');
    },
  );

  const stages: readonly (readonly [string, string, string | null])[] = [
    ['prod', '/prod/gps.jpg', '/prod'],
    ['prod', '/prod/prod/gps.jpg', '/prod'],
    ['prod', '/prod//gps.jpg', '/prod'],
    ['prod', '/production/gps.jpg', ''],
    ['prod', '/prod', null],
    ['$default', '/$default/gps.jpg', ''],
    ['$default', '/prod/gps.jpg', ''],
  ];
  test.each(stages)('HTTP API in %s: %s has prefix %j', (stage, path, prefix) => {
    const events = [
      requestOf(httpApi2, withContext({ ...sample('http-api-2'), rawPath: path }, { stage })),
      requestOf(httpApi1, withContext({ ...sample('http-api-1'), path }, { stage })),
    ];
    for (const { gateway } of events)
      expect(gateway ?? null).toEqual(prefix === null ? null : { host: apiHost, prefix });
  });

  test.each([
    ['images.example.com', 'abcdef1234'],
    ['abcdef1234.execute-api.us-east-1.amazonaws.com', 'other'],
    ['abcdef1234.execute-api.us-east-1.amazonaws.com', undefined],
    ['abcdef1234.execute-api.us-east-1.amazonaws.com', ['abcdef1234']],
  ])('HTTP API: none on %s of API %j, where the path as sent is unknown', (domainName, apiId) => {
    for (const [trigger, name] of [
      [httpApi1, 'http-api-1'],
      [httpApi2, 'http-api-2'],
    ] as const) {
      expect(requestOf(trigger, withContext(sample(name), { domainName, apiId }))).not.toHaveProperty('gateway');
    }
  });

  test('REST API on a custom domain has no prefix', () => {
    const event = withContext(sample('rest-api'), { domainName: 'images.example.com', path: '/gps.jpg' });
    expect(requestOf(restApi, event).gateway).toEqual({ host: 'images.example.com', prefix: '' });
  });

  test.each([
    [restApi, 'rest-api', apiHost],
    [httpApi1, 'http-api-1', apiHost],
    [httpApi2, 'http-api-2', apiHost],
    [functionUrl, 'function-url', urlHost],
  ])('its host is lower case, never the Host header (%#)', (trigger, name, host) => {
    const forged = { host: 'evil.example', 'x-forwarded-host': 'evil.example' };
    const event = { ...sample(name), headers: forged, multiValueHeaders: null };
    expect(requestOf(trigger, withContext(event, { domainName: host.toUpperCase() })).gateway?.host).toBe(host);
  });

  test.each([restApi, httpApi1])('none for a domain that is not an own string (%#)', (trigger) => {
    const name = trigger.name;
    const { domainName, ...context } = sample(name).requestContext as Event;
    const inherited = Object.assign(Object.create({ domainName }), context);
    for (const value of [undefined, null, '', 1, {}, [domainName], { toLowerCase: () => 'x' }]) {
      expect(requestOf(trigger, withContext(sample(name), { domainName: value }))).not.toHaveProperty('gateway');
    }
    expect(requestOf(trigger, { ...sample(name), requestContext: inherited })).not.toHaveProperty('gateway');
  });

  test.each([httpApi2, functionUrl])(
    'payload 2.0 with a domain that is not an own string is not opened (%#)',
    (trigger) => {
      for (const domainName of [undefined, null, 1, {}, [apiHost]]) {
        expect(opens(trigger, withContext(sample(trigger.name), { domainName }))).toBe(false);
      }
    },
  );
});
