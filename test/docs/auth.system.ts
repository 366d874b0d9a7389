// docs/auth.md as a reader uses it: its JSON loads, and what its programs sign, run as they are written, is accepted.
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseKeyRing } from '../../lib/auth/key-ring';
import { parsePolicy } from '../../lib/auth/policy';
import { type SignedServer, startSignedServer } from '../../testing/servers/signed-server';
import { type Block, blocksOf } from './blocks';

/** A block of code, and the heading above it. */
type Headed = Block & Readonly<{ heading: string }>;

const root = join(__dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'auth.md'), 'utf8');
const blocks: readonly Headed[] = blocksOf({ path: 'docs/auth.md', text: page }).map((block) => ({
  ...block,
  heading:
    page
      .split('\n')
      .slice(0, block.line)
      .findLast((line) => line.startsWith('#'))
      ?.replace(/^#+ /, '') ?? '',
}));

/** The key that the page tells to put into the environment. */
const [, id = '', secret = ''] = /^export KEY_ID=(\S+) KEY_SECRET=(\S+)$/m.exec(page) ?? [];

describe('JSON', () => {
  const json = blocks.filter(({ language }) => language === 'json');
  const rings = json.filter(({ heading }) => heading === 'Keys');
  const policies = json.filter(({ heading }) => heading === 'Policies');

  test('all is of keys or a policy', () => {
    expect([json.length, rings.length, policies.length]).toEqual([3, 1, 2]);
  });

  test.each(rings)('the keys load, that of the programs is among them', ({ text }) => {
    const value: object = JSON.parse(text);
    expect([...parseKeyRing(text).keys.keys()]).toEqual(Object.keys(value));
    expect(value).toMatchObject({ [id]: secret });
  });

  test.each(policies)('the policy loads: $text', ({ text }) => {
    expect(parsePolicy(JSON.parse(text)).statements).toHaveLength(1);
  });
});

/** How a language names a program and a text, and what runs it. */
type Language = Readonly<{ file: string; program: string; quote(text: string): string }>;

const languages: ReadonlyMap<string, Language> = new Map([
  ['js', { file: 'sign.mjs', program: process.execPath, quote: JSON.stringify }],
  ['python', { file: 'sign.py', program: 'python3', quote: JSON.stringify }],
  ['bash', { file: 'sign.sh', program: 'bash', quote: (text) => `'${text.replaceAll("'", "'\\''")}'` }],
]);

/** What not every machine has; `asked` finds the programs that need it, `answer` is what it says when it will do. */
const tools = [
  { name: 'botocore', asked: /^from botocore/m, command: ['python3', '-c', 'import botocore'], answer: /^/ },
  { name: 'openssl', asked: /\bopenssl /, command: ['openssl', 'version'], answer: /SSL/ },
  { name: 'curl with --aws-sigv4', asked: /\bcurl /, command: ['curl', '--help', 'all'], answer: /--aws-sigv4/ },
];

function isMissing({ command: [program = '', ...args], answer }: (typeof tools)[number]): boolean {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8' });
  return status !== 0 || !answer.test(stdout);
}

/** The key of an object in a program; curl's has it in the URL. */
const keyLine = /^((?:const )?key ?= ?)["'].*["']/m;
const shownKey = '2024 Sommer/\u00e4 \u00f6+100%?.jpg';
const otherKey = "it's (x)*!.jpg";
const shownHost = 'exif.example.com';
const shownAddress = '127.0.0.1:9000';
/** Milliseconds for a program: those that load an SDK take two seconds on a busy machine. */
const patience = 60_000;

describe('programs', () => {
  const programs = blocks.filter(({ language, mark }) => languages.has(language) && mark?.kind === 'run by');
  let strict: SignedServer;
  let lenient: SignedServer;
  let folder: string;

  beforeAll(async () => {
    const site = { hosts: [shownHost, '127.0.0.1'], credentials: [{ id, secret }], region: 'us-east-1' };
    strict = await startSignedServer(site);
    lenient = await startSignedServer({ ...site, rules: { unsignedOperation: new Set(['cos', 'sigv4']) } });
    folder = mkdtempSync(join(tmpdir(), 'bucket-exif-docs-'));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await Promise.all([strict.close(), lenient.close()]);
  });

  test('all values are there, and have the key', () => {
    expect(programs.map(({ language }) => language)).toEqual(['js', 'js', 'js', 'js', 'python', 'bash', 'bash']);
    const keys = programs.map(({ text }) => /\/(2024\S*)\?/.exec(text)?.[1] ?? keyLine.exec(text)?.[0] ?? '');
    for (const key of keys) expect(key.startsWith('2024') ? decodeURIComponent(key) : key).toContain(shownKey);
  });

  /** What the program prints, with `key` in place of its own. */
  async function run({ language, text }: Headed, key: string): Promise<string> {
    const { file, program, quote } = languages.get(language) as Language;
    const path = join(mkdtempSync(join(folder, 'run-')), file);
    const adapted = text
      .replace(keyLine, (_all, start: string) => start + quote(key))
      .replace(shownAddress, `127.0.0.1:${strict.port}`);
    writeFileSync(path, adapted);
    const env = { PATH: process.env['PATH'], HOME: folder, KEY_ID: id, KEY_SECRET: secret };
    return (await promisify(execFile)(program, [path], { env })).stdout;
  }

  /** The problem that a server finds in the printed URL. */
  async function problemOf(url: string, key: string, server: SignedServer): Promise<string> {
    const target = url.replace(`https://${shownHost}`, '').trimEnd();
    const { problem, asked } = await server.send({ method: 'GET', target, headers: { host: shownHost } });
    expect(asked).toEqual(problem === 'OK' ? [key] : []);
    return problem;
  }

  const cases = programs.flatMap((block) => {
    const missing = tools.filter((tool) => tool.asked.test(block.text) && isMissing(tool)).map(({ name }) => name);
    const keys = keyLine.test(block.text) ? [shownKey, otherKey] : [shownKey];
    return keys.map((key) => ({ ...block, block, key, missing: missing.join(' and ') }));
  });
  const runnable = cases.filter(({ missing }) => missing === '');
  const prints = runnable.filter(({ language }) => language !== 'bash');
  const asks = runnable.filter(({ language }) => language === 'bash');

  test.each(prints)(
    '$heading ($language): $key',
    async ({ block, key, text }) => {
      const url = await run(block, key);
      expect([url, await problemOf(url, key, lenient)]).toEqual([url, 'OK']);
      // This one signs for the object, and `exif` is added: what only a setting allows.
      const isAdded = text.includes('getSignedUrl(');
      expect(await problemOf(url, key, strict)).toBe(isAdded ? 'SignatureDoesNotMatch' : 'OK');
    },
    patience,
  );

  if (asks.length > 0) {
    test.each(asks)(
      '$heading ($language): $key',
      async ({ block, key }) => {
        const before = strict.asked.length;
        expect(JSON.parse(await run(block, key))).toEqual({ Make: { val: 'Example' } });
        expect(strict.asked.slice(before)).toEqual([key]);
      },
      patience,
    );
  }

  const leftOut = cases.filter(({ missing }) => missing !== '');
  if (leftOut.length > 0) test.skip.each(leftOut)('$heading: left out, there is no $missing', () => {});
});
