// The secret of webhooks, at the places where it can be.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSecretLocation } from '../../../lib/auth/key-location';
import { type SecretSource, secretSource } from '../../../lib/sink/secret';
import { type AwsJson, awsJson, awsKeys, refuse } from '../../../testing/servers/aws-json';

const later = 300_000; // milliseconds
const before = process.env;
let server: AwsJson;
beforeEach(async () => {
  server = await awsJson();
  process.env = {
    ...before,
    AWS_ACCESS_KEY_ID: awsKeys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: awsKeys.secretAccessKey,
  };
});
afterEach(() => {
  process.env = before;
  return server.close();
});

function opened(text: string): Readonly<{ secret: SecretSource; clock: { ms: number } }> {
  const clock = { ms: 0 };
  const location = parseSecretLocation(text);
  return { secret: secretSource(location, { env: {}, region: 'eu-west-1', now: () => clock.ms }), clock };
}
const failureOf = (secret: SecretSource) =>
  secret().then(
    () => 'no failure',
    ({ code, message }: { code?: string; message: string }) => `${code}: ${message}`,
  );

test('a text is the secret itself', async () => {
  await expect(secretSource('whsec_x', { env: {}, region: null })()).resolves.toBe('whsec_x');
});

test.each(['ssm', 'secretsmanager'] as const)(
  '%s is read once for all that wait, and again after five minutes',
  async (kind) => {
    const values = kind === 'ssm' ? server.parameters : server.secrets;
    values.set('hook', 'whsec_one\n');
    const { secret, clock } = opened(`${kind}:hook?endpoint=${server.endpoint}`);
    expect(await Promise.all([secret(), secret(), secret()])).toEqual(['whsec_one', 'whsec_one', 'whsec_one']);
    values.set('hook', 'whsec_two');
    clock.ms += later - 1;
    expect(await secret()).toBe('whsec_one');
    expect(server.calls).toMatchObject([{ region: 'eu-west-1' }]);
    clock.ms += 1;
    expect(await secret()).toBe('whsec_two');
  },
);

test('when it cannot be read again, the last secret is used, and it is tried again later', async () => {
  server.parameters.set('hook', 'whsec_one');
  const { secret, clock } = opened(`ssm:hook?endpoint=${server.endpoint}`);
  await secret();
  server.faults.push(refuse(400, 'AccessDeniedException'));
  clock.ms += later;
  expect(await secret()).toBe('whsec_one');
  server.parameters.set('hook', 'whsec_two');
  clock.ms += later;
  expect(await secret()).toBe('whsec_two');
});

test('a first read that fails is a fault of the sink, names the place, and is tried again', async () => {
  server.parameters.set('hook', 'whsec_one');
  server.faults.push(refuse(400, 'AccessDeniedException'));
  const { secret } = opened(`ssm:hook?endpoint=${server.endpoint}`);
  expect(await failureOf(secret)).toBe(
    'SinkFault: Cannot read the secret of EXIF_SINK_SECRET at ssm:hook: AccessDeniedException',
  );
  expect(await secret()).toBe('whsec_one');
});

test('a file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'secret-'));
  const path = join(folder, 'hook');
  const { secret } = opened(`file:${path}`);
  expect(await failureOf(secret)).toBe(
    `SinkFault: Cannot read the secret of EXIF_SINK_SECRET at file:${path}: no such file or folder (ENOENT)`,
  );
  writeFileSync(path, 'whsec_one\n');
  expect(await secret()).toBe('whsec_one');
  rmSync(folder, { recursive: true });
});

test('a variable is not a place, and no part of a wrong location is repeated', () => {
  for (const text of ['env:HOOK', 'ssm:what*', 'file:'])
    expect(() => parseSecretLocation(text)).toThrow(/^Cannot read the location of the secret: (?!.*(HOOK|what))/);
});
