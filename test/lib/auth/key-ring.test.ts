import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import { parseKeyRing } from '../../../lib/auth/key-ring';
import type { KeyRing } from '../../../lib/auth/scheme';
import { ProblemError } from '../../../lib/problem';

const policy = { version: '2.0', statement: [{ effect: 'allow', action: ['name/cos:GetObject'], resource: ['*'] }] };

function problemOf(text: string): ProblemError {
  try {
    parseKeyRing(text);
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
  throw new Error('was read');
}

const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('hex');
const secretsOf = (ring: KeyRing, id: string) => ring.keys.get(id)?.secrets ?? [];

describe('what it reads', () => {
  test('a secret, several secrets and a key with members', () => {
    const ring = parseKeyRing(
      JSON.stringify({
        AK1: 'one',
        AK2: ['two', 'three', 'four'],
        AK3: { secrets: 'five' },
        AK4: { secrets: ['six'] },
      }),
    );
    expect([...ring.keys.values()].map(({ id, secrets, policy }) => [id, secrets.length, policy])).toEqual([
      ['AK1', 1, null],
      ['AK2', 3, null],
      ['AK3', 1, null],
      ['AK4', 1, null],
    ]);
    expect(ring.rounds).toBe(3);
  });

  test('a policy', () => {
    const ring = parseKeyRing(JSON.stringify({ AK1: { secrets: 'one', policy } }));
    expect(ring.keys.get('AK1')?.policy).not.toBeNull();
  });

  test.each([
    'AKIAIOSFODNN7EXAMPLE',
    'AKIDQjz3ltompVjBni5LitkWHFlFpwkn9U5q',
    'AKID****',
    'a.b_c~d+e=f-g',
    '__proto__',
    '7',
  ])('the id %s', (id) => {
    expect([...parseKeyRing(`{"${id}":"secret"}`).keys.keys()]).toEqual([id]);
  });

  test('a byte order mark and white space around', () => {
    expect(parseKeyRing('\uFEFF \r\n{ "AK1" : "one" }\n\n').keys.size).toBe(1);
  });

  test('equal names in different objects, and strings that look like names', () => {
    const text = '{"AK1":{"secrets":"\\"AK1\\":"},"AK2":{"secrets":["a:","b\\\\"]}}';
    expect(parseKeyRing(text).keys.size).toBe(2);
  });

  test('the same name in objects next to each other and in each other', () => {
    const statement = '{"effect":"allow","action":"name/cos:GetObject","resource":"*"}';
    const own = `{"secrets":["one"],"policy":{"version":"2.0","statement":[${statement},${statement}]}}`;
    expect(parseKeyRing(`{"AK1":${own},"AK2":${own},"secrets":"one"}`).keys.size).toBe(3);
  });

  test.each(['{}', ' {\n}\n'])('no key: a ring that lets nobody in (%j)', (text) => {
    expect(parseKeyRing(text)).toEqual({ keys: new Map(), rounds: 1 });
  });

  test.each(['<secret', 'secret>', 'a<b>c', 'sec\uFEFFret'])('the secret %j as it is', (text) => {
    const [secret] = secretsOf(parseKeyRing(JSON.stringify({ AK1: text })), 'AK1');
    expect(hex(secret?.('sha1', 'a'))).toBe(createHmac('sha1', text).update('a').digest('hex'));
  });

  test.each<[readonly string[], true | undefined]>([
    [['s'.repeat(15)], true],
    [['s'.repeat(16)], undefined],
    [['s'.repeat(40), 'short'], true],
  ])('whether one of the secrets may be guessed: %j', (secrets, isShort) => {
    expect(parseKeyRing(JSON.stringify({ AK1: secrets })).keys.get('AK1')?.isShort).toBe(isShort);
  });

  test('with the largest allowed sizes', () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`AK${index}`, `secret${index}`]));
    expect(parseKeyRing(JSON.stringify(many)).keys.size).toBe(1000);
    expect(parseKeyRing(JSON.stringify({ ['a'.repeat(128)]: ['s'.repeat(256), 'b', 'c', 'd'] })).rounds).toBe(4);
    expect(parseKeyRing(`{"AK1":"one"}${' '.repeat(64 * 1024 - 13)}`).keys.size).toBe(1);
  });
});

describe('a secret', () => {
  // RFC 2202 case 2 and RFC 4231 case 2.
  test.each([
    ['sha1', 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79'],
    ['sha256', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
  ] as const)('is the key of an HMAC with %s', (hash, expected) => {
    const [secret] = secretsOf(parseKeyRing('{"AK1":"Jefe"}'), 'AK1');
    expect(hex(secret?.(hash, 'what do ya want for nothing?'))).toBe(expected);
  });

  test('takes a prefix and UTF-8', () => {
    const [secret] = secretsOf(parseKeyRing('{"AK1":"Schlüssel 🔑"}'), 'AK1');
    const expected = createHmac('sha256', Buffer.from('AWS4Schlüssel 🔑', 'utf8'));
    expect(hex(secret?.('sha256', '20261103 é', 'AWS4'))).toBe(expected.update('20261103 é', 'utf8').digest('hex'));
  });

  test('shows nowhere', () => {
    const ring = parseKeyRing(
      JSON.stringify({ AK1: ['tell-no-one-1', 'tell-no-one-2'], AK2: { secrets: 'tell-no-one-3' } }),
    );
    const secrets = [...ring.keys.values()].flatMap((key) => key.secrets);
    const shown = [ring, ring.keys, ...ring.keys.values(), ...secrets].flatMap((value) => [
      inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true, showProxy: true }),
      JSON.stringify(value) ?? '',
      String(value),
      cloneError(value),
      Object.getOwnPropertyNames(value).join(),
    ]);
    for (const secret of secrets) {
      secret('sha1', 'text');
      shown.push(secret.toString(), inspect(secret, { showHidden: true }));
    }
    expect(shown.length).toBeGreaterThan(30);
    expect(shown.filter((text) => text.includes('tell-no-one'))).toEqual([]);
  });
});

function cloneError(value: unknown): string {
  try {
    structuredClone(value);
  } catch (error) {
    return inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true });
  }
  throw new Error('was cloned');
}

describe('what it refuses', () => {
  const key = (value: unknown) => JSON.stringify({ AK1: 'hush', AK2: value });
  const id = (name: string) => JSON.stringify({ AK1: 'hush', [name]: 'hush' });
  const badId = 'Cannot read the keys: the id of key 2 must be 1 to 128 characters of A-Z a-z 0-9 . _ ~ + = * -';
  const badSecret =
    'Cannot read the keys: each secret of key AK2 must be a string of 1 to 256 characters, without control characters ' +
    'and without white space at its ends';
  const badCount = 'Cannot read the keys: key AK2 must have 1 to 4 secrets';
  const badMembers = 'Cannot read the keys: key AK2 may have only the members secrets and policy';
  const notObject = 'Cannot read the keys: they must be a JSON object of key ids and their secrets';
  const idTwice = 'Cannot read the keys: key AK2 is given twice';
  const twice = 'Cannot read the keys: key AK2 has the same name twice in one object';
  const badTwice = 'Cannot read the keys: an object has the same name twice';
  const notJson = 'Cannot read the keys: they are not JSON';
  const holder =
    'Cannot read the keys: a secret of key AK2 is a placeholder in angle brackets: put the secret itself there';
  const tooLong = 'Cannot read the keys: they are longer than 65536 bytes';

  test.each<[string, string, string]>([
    ['nothing', '', 'Cannot read the keys: they are not JSON'],
    ['no JSON', 'AK2:hush', 'Cannot read the keys: they are not JSON'],
    ['JSON that is cut', '{"AK1":"hush","AK2":"hush', `${notJson} (line 1, column 26)`],
    ['JSON that is cut between', '{"AK1":"hush","AK2":', notJson],
    ['a comma too many', '{"AK1":"hush",}', `${notJson} (line 1, column 15)`],
    ['a comma too few', '{\n  "AK1": "hush"\n  "AK2": "hush"\n}', `${notJson} (line 3, column 3)`],
    ['lines as of Windows and of old', '\uFEFF\r\n{\r"AK1": "hush" "hush', `${notJson} (line 3, column 15)`],
    ['a word for a secret', '{"AK1": hush at position 7}', notJson],
    ['what looks like a position', '"hush at position 7', `${notJson} (line 1, column 20)`],
    ['a list', '["hush"]', notObject],
    ['a string', '"hush"', notObject],
    ['null', 'null', notObject],
    ['an empty id', id(''), badId],
    ['an id with a slash', id('hush/hush'), badId],
    ['an id with a line break', id('hush\n'), badId],
    ['an id that is too long', id('a'.repeat(129)), badId],
    ['an empty secret', key(''), badSecret],
    ['a number', key(7), badSecret],
    ['null for a secret', key(null), badSecret],
    ['a secret that is too long', key('s'.repeat(257)), badSecret],
    ['a line break at the end', key('hush\n'), badSecret],
    ['a space at the start', key(' hush'), badSecret],
    ['a control character', key('hu\u0000sh'), badSecret],
    ['half a surrogate pair', '{"AK1":"hush","AK2":"hush\\ud83d"}', badSecret],
    ['no string among secrets', key(['hush', ['hush']]), badSecret],
    ['no secrets', key([]), badCount],
    ['too many secrets', key(['1', '2', '3', '4', '5']), badCount],
    ['the same secret twice', key(['hush', 'hush']), 'Cannot read the keys: key AK2 has the same secret twice'],
    ['no member', key({}), badSecret],
    ['a mistyped member', key({ secret: 'hush' }), `${badMembers}, not secret`],
    ['one member too many', key({ secrets: 'hush', polices: {}, hush: 1 }), `${badMembers}, not polices`],
    ['a member that may be a secret', key({ secrets: 'hush', hushhushhushh: 1 }), badMembers],
    ['a member that is no word', key({ secrets: 'hush', hush7: 1 }), badMembers],
    ['a placeholder', key('<hush secret>'), holder],
    ['a placeholder among secrets', key({ secrets: ['hush', '<>'] }), holder],
    ['an id that is given twice', '{"AK2":"hush","AK1":"hush","AK2":"hushhush"}', idTwice],
    ['an id that is the same unescaped', '{"AK2":"hush","\\u0041K2" : "hush"}', idTwice],
    ['a bad id that is given twice', '{"AK2":"hush","hu sh":"hush","hu sh":"hush"}', badTwice],
    ['a name that is given twice below a bad id', '{"AK2":"hush","hu sh":{"hush":"hush","hush":"hush"}}', badTwice],
    ['a member that is given twice', '{"AK2":{"secrets":"hush","secrets":"hush"}}', twice],
    [
      'an effect that is given twice',
      '{"AK2":{"secrets":"hush","policy":{"statement":[{"effect":"deny","effect":"allow"}]}}}',
      twice,
    ],
    ['text that is too long', `{"AK1":"hush"}${' '.repeat(64 * 1024)}`, tooLong],
    ['text that is too long in UTF-8', JSON.stringify({ AK1: 'é'.repeat(33_000) }), tooLong],
    [
      'too many keys',
      JSON.stringify(Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`AK${index}`, 'hush']))),
      'Cannot read the keys: there are more than 1000 keys',
    ],
  ])('%s', (_, text, message) => {
    const problem = problemOf(text);
    expect([problem.code, problem.message]).toEqual(['ConfigInvalid', message]);
    // Nothing of the text, not even as a cause.
    expect(problem.cause).toBeUndefined();
    expect(inspect(problem, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toMatch(/hush|sss|ééé|\[Error/);
  });

  test.each([
    ['policy', null],
    ['a policy that is no object', 'allow'],
    ['an unknown policy', { effect: 7 }],
  ])('%s, with the id of the key', (_, policy) => {
    const problem = problemOf(key({ secrets: 'hush', policy }));
    expect(problem.code).toBe('ConfigInvalid');
    expect(problem.message).toMatch(/^Cannot read the keys: key AK2: ./);
    expect(problem.message).not.toContain('hush');
  });

  test('brackets as deep as the text is long', () => {
    const deep = 32_000;
    const problem = problemOf(`{"AK2":{"secrets":${'['.repeat(deep)}${']'.repeat(deep)}}}`);
    expect([problem.code, problem.message]).toEqual(['ConfigInvalid', badSecret]);
  });
});
