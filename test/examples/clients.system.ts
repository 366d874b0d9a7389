// The clients in examples/, as they are, against the real program with access control: each gets the EXIF of the object that it
// names, and only with the right key.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildJpeg, exifSegment, frameHeader } from '../../testing/build/jpeg';
import { ascii, buildTiff } from '../../testing/build/tiff';
import { type RunningServer, serveCommand, startServerProcess } from '../../testing/servers/started-server';
import { examples, isInstalled, type Run, run, type Tool } from './program';

const key = { id: 'gallery', secret: '9f2c4be1d07a3586c4f1b02e7d9a6853e1c07b42' };

/** Object keys with what clients encode wrongly most often. */
const keys = ['with space/one+one.jpg', 'Zürich/東京 🗻 why?.jpg', "100%25 it's (a) *test*!.jpg", 'a&b=c#d;e.jpg'];
const [anyKey = ''] = keys;
const publicKey = 'open/holiday photo+1.jpg';

type Client = Readonly<{
  name: string;
  needs: readonly Tool[];
  ask(origin: string, objectKey: string, view: string, env: Record<string, string>): Promise<Run>;
}>;

const python = (sign: string): Client => ({
  name: `python/bucket_exif.py --sign ${sign}`,
  needs: ['python3'],
  ask: (origin, objectKey, view, env) =>
    run('python3', [join(examples, 'python/bucket_exif.py'), origin, objectKey, '--view', view, '--sign', sign], env),
});
const script = (file: string): Client => ({
  name: `javascript/${file}`,
  needs: ['node'],
  ask: (origin, objectKey, view, env) =>
    run(process.execPath, [join(examples, 'javascript', file), origin, objectKey, view], env),
});
const curl: Client = {
  name: 'shell/curl.sh',
  needs: ['curl with --aws-sigv4'],
  ask: (...args) => runShell('curl.sh', ...args),
};
const openssl: Client = {
  name: 'shell/sign-cos.sh',
  needs: ['openssl', 'curl with --aws-sigv4'],
  async ask(origin, objectKey, view, env) {
    const { out } = await runShell('sign-cos.sh', origin, objectKey, view, env);
    return run('curl', ['--silent', '--show-error', '--fail-with-body', out.trim()], {});
  },
};

function runShell(file: string, origin: string, objectKey: string, view: string, env: Record<string, string>) {
  return run('bash', [join(examples, 'shell', file), origin, objectKey, view], env);
}

const clients = [
  curl,
  openssl,
  ...['sigv4', 'sigv4-header', 'cos'].map(python),
  ...['fetch-sigv4.mjs', 'fetch-cos.mjs'].map(script),
].filter(({ name, needs }) => needs.every((tool) => isInstalled(tool, name)));
const signed = { KEY_ID: key.id, KEY_SECRET: key.secret };

let folder: string;
let server: RunningServer;

/** An image whose EXIF has one tag, the key of the object. */
function image(text: string): Uint8Array {
  const make = Buffer.from(text).toString('latin1'); // one character a byte
  return buildJpeg([exifSegment(buildTiff({ fields: [ascii(0x010f, make)] })), frameHeader(16, 16)]);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bucket-exif-examples-'));
  for (const objectKey of [...keys, publicKey]) {
    const path = join(folder, 'photos', objectKey);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, image(objectKey));
  }
  const env = {
    EXIF_BUCKET: join(folder, 'photos'),
    EXIF_CACHE: 'none',
    EXIF_KEYS: 'env:EXAMPLE_KEYS',
    EXAMPLE_KEYS: JSON.stringify({ [key.id]: key.secret }),
    EXIF_PUBLIC: 'photos/open/*',
  };
  server = await startServerProcess(serveCommand, [], env, join(__dirname, '..', '..', 'dist'));
});
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(clients)('$name', ({ ask }) => {
  test.each(keys)('reads the EXIF of %s', async (objectKey) => {
    const { out, err } = await ask(server.origin, objectKey, 'exif', signed);
    expect(err).toBe('');
    expect(JSON.parse(out)).toEqual({ Make: { val: objectKey } });
  });

  test('reads another view', async () => {
    const { out } = await ask(server.origin, anyKey, 'exif/style/flat', signed);
    expect(JSON.parse(out)).toMatchObject({ make: anyKey, format: 'jpeg', width: 16, height: 16 });
  });

  test('fails, and says why, with a wrong secret', async () => {
    const { code, out, err } = await ask(server.origin, anyKey, 'exif', { ...signed, KEY_SECRET: '0'.repeat(40) });
    expect(code).not.toBe(0);
    expect(out + err).toContain('SignatureDoesNotMatch');
  });
});

describe('javascript/batch-sigv4.mjs', () => {
  const ask = (...args: Parameters<Client['ask']>) => {
    const [origin, objectKey, view, env] = args;
    const file = join(examples, 'javascript', 'batch-sigv4.mjs');
    return run(process.execPath, [file, origin, view, ...keys, objectKey], env);
  };

  test('reads the EXIF of all objects in their order, each with its status', async () => {
    const { out, err } = await ask(server.origin, 'none.jpg', 'exif', signed);
    expect(err).toBe('');
    const objects = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(objects.slice(0, -1)).toMatchObject(
      keys.map((one) => ({ key: one, status: 200, exif: { Make: { val: one } } })),
    );
    expect(objects.at(-1)).toMatchObject({ key: 'none.jpg', status: 404, code: 'NoSuchKey' });
  });

  test('fails, and says why, with a wrong secret', async () => {
    const { code, err } = await ask(server.origin, anyKey, 'exif', { ...signed, KEY_SECRET: '0'.repeat(40) });
    expect([code, err]).toEqual([1, expect.stringContaining('SignatureDoesNotMatch')]);
  });
});

const unsigned = [curl, python('none')].filter(({ name, needs }) => needs.every((tool) => isInstalled(tool, name)));

describe.each(unsigned)('$name without a key', ({ ask }) => {
  test('reads a public object', async () => {
    const { out } = await ask(server.origin, publicKey, 'exif', {});
    expect(JSON.parse(out)).toEqual({ Make: { val: publicKey } });
  });

  test('is refused for a private object', async () => {
    const { code, out, err } = await ask(server.origin, anyKey, 'exif', {});
    expect(code).not.toBe(0);
    expect(out + err).toContain('AccessDenied');
  });
});
