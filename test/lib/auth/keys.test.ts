import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { parseKeyRing } from '../../../lib/auth/key-ring';
import { type KeyOptions, openKeys, staticKeys } from '../../../lib/auth/keys';
import { ProblemError } from '../../../lib/problem';
import { type AwsJson, awsJson, awsKeys, delay, flood, refuse, stall } from '../../../testing/servers/aws-json';

const ttlMs = 60_000;
const one = '{"AK1":"hush-1"}';
const both = '{"AK1":["hush-1","hush-2"]}';
const two = '{"AK1":"hush-2"}';

/** Keys with a clock that a test sets, and all that was reported and noted. */
function opened(location: string, options: Partial<KeyOptions> = {}) {
  const clock = { ms: Date.UTC(2026, 10, 3) };
  const reports: string[] = [];
  const notes: string[] = [];
  const keys = openKeys(location, {
    env: {},
    region: 'eu-central-1',
    ttlMs,
    now: () => new Date(clock.ms),
    report: (problem) => reports.push(told(problem)),
    note: (text) => notes.push(text),
    ...options,
  });
  return { clock, reports, notes, keys: async () => secretsIn(await keys()), ring: keys };
}

/** A time `ms` after that of `opened`, as messages have it. */
const after = (ms: number): string => new Date(Date.UTC(2026, 10, 3) + ms).toISOString().replace('.000', '');
const holdUntil = (ms: number): string => `; the last good keys hold until ${after(ms)}`;

/** Which of the secrets of the tests the ring knows. */
function secretsIn(ring: Awaited<ReturnType<ReturnType<typeof openKeys>>>): string[] {
  const macs = [...ring.keys.values()].flatMap(({ secrets }) => secrets.map((secret) => `${secret('sha1', 'text')}`));
  return ['hush-1', 'hush-2'].filter((text) =>
    macs.includes(
      `${parseKeyRing(JSON.stringify({ A: text }))
        .keys.get('A')
        ?.secrets[0]?.('sha1', 'text')}`,
    ),
  );
}

/** `code: message`; no error may carry a secret or a cause. */
function told(problem: unknown): string {
  if (!(problem instanceof ProblemError)) throw problem;
  expect(problem.cause).toBeUndefined();
  expect(inspect(problem, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toMatch(/hush|iam::/);
  return `${problem.code}: ${problem.message}`;
}

const refused = (keys: () => Promise<unknown>): Promise<string> => keys().then(() => 'was read', told);

describe('a location', () => {
  const forms =
    'the location must be env:NAME, file:PATH, secretsmanager:<name or ARN>[?region=..&endpoint=..] or ' +
    'ssm:<name or ARN>[?region=..&endpoint=..]';
  const endpoint = 'endpoint must be http://host[:port] or https://host[:port]';
  const option = 'an option is unknown; allowed are region, endpoint';
  const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:keys-AbCdEf';

  test.each<[string, string]>([
    ['', forms],
    ['hush', forms],
    ['AKID:hush', forms],
    ['constructor:hush', forms],
    ['s3://hush/keys', forms],
    ['env:', 'env: needs the name of an environment variable'],
    ['env:{"AK1":"hush"}', 'env: needs the name of an environment variable'],
    ...[
      '',
      './hush\0',
      './hush\n',
      'hush\0',
      '~/hush.json',
      'AK1:hush',
      '{"AK1":"hush"}',
      "['hush']",
      '{}',
      'hush"',
    ].map((path): [string, string] => [`file:${path}`, 'file: needs a path, as /etc/keys.json or keys.json']),
    ['secretsmanager:', 'secretsmanager: needs a name or an ARN'],
    ['ssm:{"hush"}', 'ssm: needs a name or an ARN'],
    [`ssm:${arn}`, 'the ARN is none of ssm'],
    ['secretsmanager:arn:aws:secretsmanager', 'the ARN is none of secretsmanager'],
    ['ssm:hush?', option],
    ['ssm:hush?hush=1', option],
    ['ssm:hush?region=eu-west-1?endpoint=http://a', 'region may hold only a-z, 0-9 and -'],
    ['ssm:hush?region=eu-west-1&region=eu-west-2', 'option region stands twice'],
    ['ssm:hush?region', 'region may hold only a-z, 0-9 and -'],
    ['ssm:hush?region=evil.example/', 'region may hold only a-z, 0-9 and -'],
    ['ssm:hush?endpoint', endpoint],
    ['ssm:hush?endpoint=ftp://host', endpoint],
    ['ssm:hush?endpoint=http:host', endpoint],
    ['ssm:hush?endpoint=http://host/', endpoint],
    ['ssm:hush?endpoint=http://user:hush@host', endpoint],
    ['ssm:hush?endpoint=http://host?a=b', endpoint],
    ['ssm:hush?endpoint=http://host:99999', endpoint],
  ])('%j is refused at once and not repeated', (location, message) => {
    expect(() => opened(location)).toThrow(ProblemError);
    try {
      opened(location);
    } catch (error) {
      expect(told(error)).toBe(`ConfigInvalid: Cannot read the keys: ${message}`);
    }
  });

  test('needs a region', () => {
    expect(() => opened('ssm:keys', { region: null })).toThrow('ssm: add ?region=.. or set AWS_REGION');
    for (const location of [arn, 'keys?region=eu-west-1', 'keys?endpoint=http://[::1]:4566'])
      expect(() => opened(`secretsmanager:${location}`, { region: null })).not.toThrow();
  });
});

test('keys that never change', async () => {
  const ring = parseKeyRing(one);
  expect(await staticKeys(ring)()).toBe(ring);
});

describe('env:', () => {
  test('is rotated without a restart, with both secrets valid on the way', async () => {
    const env: Record<string, string> = { KEYS: one };
    const { keys, clock } = opened('env:KEYS', { env });
    expect(await keys()).toEqual(['hush-1']);
    for (const [text, secrets] of [
      [both, ['hush-1', 'hush-2']],
      [two, ['hush-2']],
    ] as const) {
      const before = await keys();
      env['KEYS'] = text;
      clock.ms += ttlMs - 1;
      expect(await keys()).toEqual(before);
      clock.ms += 1;
      expect(await keys()).toEqual(secrets);
    }
  });

  test.each([[{}], [{ KEYS: '', constructor: '' }]])('is refused when it is not set (%j)', async (env) => {
    for (const name of ['KEYS', 'constructor'])
      expect(await refused(opened(`env:${name}`, { env }).keys)).toBe(
        `ConfigInvalid: Cannot read the keys at env:${name}: the environment variable is not set`,
      );
  });

  test('is refused with wrong content, and read again a second later', async () => {
    const env: Record<string, string> = { KEYS: '{"AK1":"hush-1' };
    const { keys, clock } = opened('env:KEYS', { env });
    expect(await refused(keys)).toBe(
      'ConfigInvalid: Cannot read the keys at env:KEYS: they are not JSON (line 1, column 15)',
    );
    env['KEYS'] = one;
    clock.ms += 1000;
    expect(await keys()).toEqual(['hush-1']);
  });
});

describe('file:', () => {
  let folder = '';
  let path = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'keys-'));
    path = join(folder, 'keys.json');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('is rotated without a restart', async () => {
    writeFileSync(path, `\uFEFF${one}\n`);
    const { keys, clock } = opened(`file:${path}`);
    expect(await keys()).toEqual(['hush-1']);
    writeFileSync(path, both);
    expect(await keys()).toEqual(['hush-1']);
    clock.ms += ttlMs;
    expect(await keys()).toEqual(['hush-1', 'hush-2']);
    // As Kubernetes does: a link that moves on.
    writeFileSync(join(folder, 'next'), two);
    rmSync(path);
    symlinkSync('next', path);
    clock.ms += ttlMs;
    expect(await keys()).toEqual(['hush-2']);
  });

  test.each(['./package.json', 'package.json', 'lib/../package.json'])('may be relative: %s', async (relative) => {
    expect(await refused(opened(`file:${relative}`).keys)).toBe(
      `ConfigInvalid: Cannot read the keys at file:${relative}: key keywords must have 1 to 4 secrets`,
    );
  });

  const failed = (name: string, reason: string) => `KeysUnavailable: Cannot read the keys at file:${name}: ${reason}`;

  test('is missing, or in what is no folder', async () => {
    expect(await refused(opened(`file:${path}`).keys)).toBe(failed(path, 'no such file'));
    expect(await refused(opened('file:nokeys.json').keys)).toBe(failed('nokeys.json', 'no such file'));
    writeFileSync(path, one);
    expect(await refused(opened(`file:${path}/x`).keys)).toBe(failed(`${path}/x`, 'no such file'));
  });

  test('may not be read', async () => {
    writeFileSync(path, one);
    chmodSync(path, 0);
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.('nobody');
    try {
      expect(await refused(opened(`file:${path}`).keys)).toBe(failed(path, 'no permission to read it'));
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });

  test('leads nowhere', async () => {
    symlinkSync('keys.json', path);
    expect(await refused(opened(`file:${path}`).keys)).toBe(failed(path, 'ELOOP'));
  });

  test('is a folder, a FIFO, a socket or a device, and nothing hangs', async () => {
    const notFile = (name: string) => `ConfigInvalid: Cannot read the keys at file:${name}: it is not a file`;
    mkdirSync(path);
    expect(await refused(opened(`file:${path}`).keys)).toBe(notFile(path));
    const fifo = join(folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    expect(await refused(opened(`file:${fifo}`).keys)).toBe(notFile(fifo));
    expect(await refused(opened('file:/dev/zero').keys)).toBe(notFile('/dev/zero'));
    const socket = join(folder, 'socket');
    const listener = createServer().listen(socket);
    await new Promise((resolve) => listener.once('listening', resolve));
    expect(await refused(opened(`file:${socket}`).keys)).toBe(failed(socket, 'it is not a file'));
    listener.close();
  });

  test('holds as much as is allowed, and a byte more', async () => {
    writeFileSync(path, one.padEnd(64 * 1024));
    expect(await opened(`file:${path}`).keys()).toEqual(['hush-1']);
    for (const length of [64 * 1024 + 1, 2_000_000]) {
      writeFileSync(path, one.padEnd(length));
      expect(await refused(opened(`file:${path}`).keys)).toBe(
        `ConfigInvalid: Cannot read the keys at file:${path}: they are longer than 65536 bytes`,
      );
    }
  });

  test('is not UTF-8', async () => {
    writeFileSync(path, Buffer.from('{"AK1":"hush-\xfc"}', 'latin1'));
    expect(await refused(opened(`file:${path}`).keys)).toBe(
      `ConfigInvalid: Cannot read the keys at file:${path}: they are not UTF-8`,
    );
  });

  test('that is half written leaves the last good keys', async () => {
    writeFileSync(path, one);
    const { keys, clock, reports } = opened(`file:${path}`);
    await keys();
    writeFileSync(path, two.slice(0, -3));
    clock.ms += ttlMs;
    expect(await keys()).toEqual(['hush-1']);
    writeFileSync(path, two);
    clock.ms += 10_000;
    expect(await keys()).toEqual(['hush-2']);
    expect(reports).toEqual([
      `ConfigInvalid: Cannot read the keys at file:${path}: they are not JSON (line 1, column 14)${holdUntil(10 * ttlMs)}`,
    ]);
  });
});

describe('how long a read holds', () => {
  /** An environment that counts reads and answers what a test says. */
  function counted(options: Partial<KeyOptions> = {}) {
    const source = { text: one, reads: 0 };
    const env = Object.defineProperty({}, 'KEYS', {
      get: () => {
        source.reads += 1;
        return source.text;
      },
    });
    return { source, ...opened('env:KEYS', { env, ...options }) };
  }
  const notJson = 'ConfigInvalid: Cannot read the keys at env:KEYS: they are not JSON';
  const tooOld = `${notJson}; the last good keys held until ${after(10 * ttlMs)}`;

  test('nothing is read before the first call', () => {
    expect(counted().source.reads).toBe(0);
  });

  test('callers at the same time share one read, the first and later ones, good and bad', async () => {
    const { source, keys, ring, clock } = counted();
    source.text = 'bad';
    expect(await Promise.all([refused(keys), refused(keys), refused(keys)])).toEqual([notJson, notJson, notJson]);
    expect(source.reads).toBe(1);
    source.text = one;
    clock.ms += 1000;
    const rings = await Promise.all([ring(), ring(), ring()]);
    expect(new Set(rings).size).toBe(1);
    expect(source.reads).toBe(2);
    clock.ms += ttlMs;
    source.text = two;
    expect(await Promise.all([keys(), keys(), keys()])).toEqual([['hush-2'], ['hush-2'], ['hush-2']]);
    expect(source.reads).toBe(3);
  });

  test('a source that never answered well is asked once a second, whoever asks', async () => {
    const { source, keys, clock, notes } = counted();
    source.text = 'bad';
    for (let ms = 0; ms < 3000; ms += 100) {
      expect(await refused(keys)).toBe(notJson);
      clock.ms += 100;
    }
    expect(source.reads).toBe(3);
    source.text = one;
    expect(await keys()).toEqual(['hush-1']);
    expect(source.reads).toBe(4);
    expect(notes).toEqual(['keys read again: 1']);
  });

  test('a clock that is set back ends the pause', async () => {
    const { source, keys, clock } = counted();
    source.text = 'bad';
    await refused(keys);
    source.text = one;
    clock.ms -= 1;
    expect(await keys()).toEqual(['hush-1']);
  });

  test('no keys: wrong at first, and later the end of every key', async () => {
    const { source, ring, clock, reports, notes } = counted();
    source.text = '{}';
    expect(await refused(ring)).toBe('ConfigInvalid: Cannot read the keys at env:KEYS: there is no key in them');
    source.text = one;
    clock.ms += 1000;
    expect((await ring()).keys.size).toBe(1);
    source.text = '{}';
    clock.ms += ttlMs;
    expect(await ring()).toEqual({ keys: new Map(), rounds: 1 });
    clock.ms += ttlMs;
    expect((await ring()).keys.size).toBe(0);
    source.text = two;
    clock.ms += ttlMs;
    expect((await ring()).keys.size).toBe(1);
    expect(reports).toEqual([]);
    expect(notes).toEqual(['keys read again: 1', 'keys changed: 0', 'keys changed: 1']);
  });

  test('notes tell of changes, and of a read after a failure', async () => {
    const { source, keys, clock, notes, reports } = counted();
    for (const text of [one, one, both, 'bad', 'bad', both, both, 'bad', two]) {
      source.text = text;
      await keys();
      clock.ms += ttlMs;
    }
    expect(notes).toEqual(['keys changed: 1', 'keys read again: 1', 'keys changed: 1']);
    const ends = [2, 2, 6].map((reads) => notJson + holdUntil((reads + 10) * ttlMs));
    expect(reports).toEqual(ends);
  });

  test('nobody needs to be told', async () => {
    const { source, clock } = counted();
    const env = Object.defineProperty({}, 'KEYS', { get: () => source.text });
    const report = () => undefined;
    const keys = openKeys('env:KEYS', { env, region: null, ttlMs, now: () => new Date(clock.ms), report });
    expect((await keys()).keys.size).toBe(1);
    source.text = 'bad';
    clock.ms += ttlMs;
    await keys();
    for (const text of [one, two]) {
      source.text = text;
      clock.ms += ttlMs;
      expect((await keys()).keys.size).toBe(1);
    }
  });

  test('a source that fails is asked every 10 s, and its keys end after ten times to live', async () => {
    const { source, keys, clock, reports } = counted();
    await keys();
    source.text = 'bad';
    const start = clock.ms;
    for (let ms = ttlMs; ms < 10 * ttlMs; ms += 2_500) {
      clock.ms = start + ms;
      expect(await keys()).toEqual(['hush-1']);
    }
    expect(reports).toEqual(Array(54).fill(notJson + holdUntil(10 * ttlMs))); // 540 s
    expect(source.reads).toBe(55);
    // Too old: nobody is let in, and the pause stays.
    for (let ms = 0; ms < 20_000; ms += 2_500) {
      clock.ms = start + 10 * ttlMs + ms;
      expect(await refused(keys)).toBe(tooOld);
    }
    expect(source.reads).toBe(57);
    expect(reports).toHaveLength(54);
    source.text = two;
    clock.ms = start + 10 * ttlMs + 20_000;
    expect(await keys()).toEqual(['hush-2']);
  });

  test('keys that end within the pause end in time', async () => {
    const { source, keys, clock } = counted();
    await keys();
    source.text = 'bad';
    clock.ms += 10 * ttlMs - 1;
    expect(await keys()).toEqual(['hush-1']);
    clock.ms += 1;
    expect(await refused(keys)).toBe(tooOld);
    expect(source.reads).toBe(2);
  });

  test('a pause of the whole process counts', async () => {
    const { source, keys, clock } = counted();
    await keys();
    source.text = 'bad';
    clock.ms += ttlMs;
    await keys();
    clock.ms += 9 * ttlMs;
    expect(await refused(keys)).toBe(tooOld);
  });

  test('a reply from before a pause is not taken', async () => {
    const clock = { ms: 0 };
    const env = Object.defineProperty({}, 'KEYS', {
      get: () => {
        clock.ms += 60 * 60_000;
        return one;
      },
    });
    const { keys } = opened('env:KEYS', { env, now: () => new Date(clock.ms) });
    expect(await refused(keys)).toBe('KeysUnavailable: Cannot read the keys at env:KEYS: the reply is out of date');
  });

  test('a clock that is set back makes nothing last longer', async () => {
    const { source, keys, clock } = counted();
    await keys();
    source.text = two;
    clock.ms -= 1;
    expect(await keys()).toEqual(['hush-2']);
    expect(await keys()).toEqual(['hush-2']);
    expect(source.reads).toBe(2);
  });

  test('no time to live: each call reads', async () => {
    const { source, keys } = counted({ ttlMs: 0 });
    await keys();
    await keys();
    expect(source.reads).toBe(2);
    source.text = 'bad';
    expect(await refused(keys)).toBe(`${notJson}; the last good keys held until ${after(0)}`);
  });
});

describe('at AWS', () => {
  const arns = {
    secretsmanager: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:team/keys-AbCdEf',
    ssm: 'arn:aws:ssm:eu-west-1:123456789012:parameter/team/keys',
  } as const;
  let server: AwsJson;
  beforeAll(async () => {
    process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
    process.env['AWS_EC2_METADATA_DISABLED'] = 'true';
    process.env['AWS_CONFIG_FILE'] = '/dev/null';
    process.env['AWS_SHARED_CREDENTIALS_FILE'] = '/dev/null';
    // Not on the clock of the first read: both processors may be busy.
    await Promise.all([import('@aws-sdk/client-secrets-manager'), import('@aws-sdk/client-ssm')]);
  });
  beforeEach(async () => {
    server = await awsJson();
    process.env['AWS_ACCESS_KEY_ID'] = awsKeys.accessKeyId;
    process.env['AWS_SECRET_ACCESS_KEY'] = awsKeys.secretAccessKey;
  });
  afterEach(() => server.close());

  const services = [
    ['secretsmanager', 'secrets'],
    ['ssm', 'parameters'],
  ] as const;

  describe.each(services)('%s:', (scheme, store) => {
    const at = (name: string, options = '') => opened(`${scheme}:${name}?endpoint=${server.endpoint}${options}`);
    const failed = (reason: string, name = 'keys') =>
      `KeysUnavailable: Cannot read the keys at ${scheme}:${name}: ${reason}`;

    const notFound = scheme === 'ssm' ? 'ParameterNotFound' : 'ResourceNotFoundException';

    test('is rotated without a restart, with both secrets valid on the way', async () => {
      const { keys, clock, reports } = at('/team/keys');
      for (const [text, secrets] of [
        [one, ['hush-1']],
        [both, ['hush-1', 'hush-2']],
        [two, ['hush-2']],
      ] as const) {
        server[store].set('/team/keys', text);
        clock.ms += ttlMs;
        expect(await keys()).toEqual(secrets);
        expect(await keys()).toEqual(secrets);
      }
      expect(server.calls).toHaveLength(3);
      expect(reports).toEqual([]);
    });

    test('asks by name or ARN, in the region of the option, else the ARN, else the default', async () => {
      for (const name of ['keys', arns[scheme]]) server[store].set(name, one);
      for (const location of [
        at('keys'),
        at('keys', '&region=us-west-2'),
        at(arns[scheme]),
        at(arns[scheme], '&region=us-west-2'),
      ])
        expect(await location.keys()).toEqual(['hush-1']);
      const apart = opened(`${scheme}:keys?endpoint=${server.endpoint}`, { region: null });
      expect(await apart.keys()).toEqual(['hush-1']);
      expect(server.calls.map(({ region }) => region)).toEqual([
        'eu-central-1',
        'us-west-2',
        'eu-west-1',
        'us-west-2',
        'us-east-1',
      ]);
      const [byName, , byArn] = server.calls;
      const input = (id: string) => (scheme === 'ssm' ? { Name: id, WithDecryption: true } : { SecretId: id });
      expect([byName?.input, byArn?.input]).toEqual([input('keys'), input(arns[scheme])]);
    });

    test('refuses with the name of the error alone', async () => {
      expect(await refused(at('/team/none').keys)).toBe(failed(notFound, '/team/none'));
      server.faults.push(refuse(400, 'com.amazon.coral.service#AccessDeniedException'));
      expect(await refused(at('none').keys)).toBe(failed('AccessDeniedException', 'none'));
      server.faults.push(refuse(400, 'hush me'));
      expect(await refused(at('none').keys)).toBe(failed('unknown error', 'none'));
      expect(server.calls).toHaveLength(3);
    });

    test('wrong credentials, none, and nobody there', async () => {
      process.env['AWS_SECRET_ACCESS_KEY'] = 'wrong';
      expect(await refused(at('keys').keys)).toBe(failed('InvalidSignatureException'));
      delete process.env['AWS_ACCESS_KEY_ID'];
      expect(await refused(at('keys').keys)).toBe(failed('CredentialsProviderError'));
      process.env['AWS_ACCESS_KEY_ID'] = awsKeys.accessKeyId;
      // ECONNREFUSED outside of jest: here the SDK takes an error of node:net for none, and wraps it.
      expect(await refused(opened(`${scheme}:keys?endpoint=http://127.0.0.1:1`).keys)).toBe(failed('Error'));
      expect(server.calls).toEqual([]);
    });

    test('is tried twice', async () => {
      server[store].set('keys', one);
      server.faults.push(refuse(500, 'InternalServiceError'));
      expect(await at('keys').keys()).toEqual(['hush-1']);
      server.faults.push(refuse(429, 'ThrottlingException'), refuse(429, 'ThrottlingException'));
      expect(await refused(at('keys').keys)).toBe(failed('ThrottlingException'));
      expect(server.calls).toHaveLength(4);
    });

    test('out for a while: the last good keys hold', async () => {
      server[store].set('keys', one);
      const { keys, clock, reports } = at('keys');
      await keys();
      server[store].delete('keys');
      clock.ms += ttlMs;
      expect(await keys()).toEqual(['hush-1']);
      expect(await keys()).toEqual(['hush-1']);
      server[store].set('keys', two);
      clock.ms += 10_000;
      expect(await keys()).toEqual(['hush-2']);
      expect(reports).toEqual([failed(notFound) + holdUntil(10 * ttlMs)]);
    });

    test('wrong content', async () => {
      server[store].set('keys', '{"AK1":"hush-1"');
      expect(await refused(at('keys').keys)).toBe(
        `ConfigInvalid: Cannot read the keys at ${scheme}:keys: they are not JSON (line 1, column 16)`,
      );
      server[store].set('keys', one.padEnd(64 * 1024 + 1));
      expect(await refused(at('keys').keys)).toBe(
        `ConfigInvalid: Cannot read the keys at ${scheme}:keys: they are longer than 65536 bytes`,
      );
    });

    test('the longest text there is, escaped on the way', async () => {
      server[store].set('keys', one.padEnd(64 * 1024, '\n'));
      expect(await at('keys').keys()).toEqual(['hush-1']);
    });

    test('a reply that is no JSON', async () => {
      server.faults.push((response) => response.end('{"Name":"hush-1'));
      expect(await refused(at('keys').keys)).toBe(failed('SyntaxError'));
    });

    test('a reply without an end is left', async () => {
      let sent = 0;
      server.faults.push(
        flood((bytes) => {
          sent += bytes;
        }),
      );
      expect(await refused(at('keys').keys)).toBe(failed('SyntaxError'));
      expect(sent).toBeLessThan(32 * 1024 * 1024);
    });
  });

  test.each([
    ['secretsmanager:keys', 'AWS_ENDPOINT_URL_SECRETS_MANAGER'],
    ['ssm:keys', 'AWS_ENDPOINT_URL_SSM'],
  ])('%s without an endpoint is where the SDK has it', async (location, variable) => {
    server.secrets.set('keys', one);
    server.parameters.set('keys', one);
    process.env[variable] = server.endpoint;
    expect(await opened(location).keys()).toEqual(['hush-1']);
    delete process.env[variable];
    expect(server.calls).toHaveLength(1);
  });

  test('a slow first try leaves time for a second, and a reply that stalls for none', async () => {
    const other = await awsJson();
    server.secrets.set('keys', one);
    server.faults.push(delay(5_000));
    other.faults.push(stall);
    const [slow, stalled] = await Promise.all([
      opened(`secretsmanager:keys?endpoint=${server.endpoint}`).keys(),
      refused(opened(`ssm:keys?endpoint=${other.endpoint}`).keys),
    ]);
    await other.close();
    expect(slow).toEqual(['hush-1']);
    expect(server.calls).toHaveLength(2);
    expect(stalled).toBe('KeysUnavailable: Cannot read the keys at ssm:keys: it took over 3000 ms');
  }, 15_000);

  test('a secret that is bytes, and a parameter without a value', async () => {
    server.secrets.set('keys', new TextEncoder().encode(one));
    expect(await refused(opened(`secretsmanager:keys?endpoint=${server.endpoint}`).keys)).toBe(
      'ConfigInvalid: Cannot read the keys at secretsmanager:keys: the secret is binary: store it as text (SecretString)',
    );
    for (const body of ['{}', '{"Parameter":{"Name":"keys"}}']) {
      server.faults.push((response) => response.end(body));
      expect(await refused(opened(`ssm:keys?endpoint=${server.endpoint}`).keys)).toBe(
        'ConfigInvalid: Cannot read the keys at ssm:keys: the parameter has no value',
      );
    }
  });
});
