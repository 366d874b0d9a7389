import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AwsJson, awsJson, awsKeys, delay, flood, refuse, stall } from '../../../testing/servers/aws-json';
import { both, holdUntil, one, opened, refused, ttlMs, two } from './opened-keys';

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

  test('is missing, or its folder is not a folder', async () => {
    expect(await refused(opened(`file:${path}`).keys)).toBe(failed(path, 'no such file or folder (ENOENT)'));
    expect(await refused(opened('file:nokeys.json').keys)).toBe(
      failed('nokeys.json', 'no such file or folder (ENOENT)'),
    );
    writeFileSync(path, one);
    expect(await refused(opened(`file:${path}/x`).keys)).toBe(
      failed(`${path}/x`, 'a part of the path is not a folder (ENOTDIR)'),
    );
  });

  test('may not be read', async () => {
    writeFileSync(path, one);
    chmodSync(path, 0);
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.('nobody');
    try {
      expect(await refused(opened(`file:${path}`).keys)).toBe(failed(path, 'permission denied (EACCES)'));
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });

  test('leads nowhere', async () => {
    symlinkSync('keys.json', path);
    expect(await refused(opened(`file:${path}`).keys)).toBe(failed(path, 'links that lead in a circle (ELOOP)'));
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

  test('has the largest allowed length, and one byte more', async () => {
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

    test('a reply that is not JSON', async () => {
      server.faults.push((response) => response.end('{"Name":"hush-1'));
      expect(await refused(at('keys').keys)).toBe(failed('SyntaxError'));
    });

    test('a reply without an end is abandoned', async () => {
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

  test('a slow first try leaves time for a second; a reply that stalls does not', async () => {
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
