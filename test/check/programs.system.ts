// The programs of check/ and bench/ as they are started: compiled, each in a process.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const root = join(__dirname, '..', '..');
type ProgramEnd = Readonly<{ code: number; out: string; err: string }>;

function run(program: string, ...args: readonly string[]): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(root, 'dist', program), ...args], { cwd: root }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

/** Files directly in check/ and bench/ that read a command line. */
const programs = ['check', 'bench'].flatMap((folder) =>
  readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isFile() && readFileSync(join(root, folder, entry.name), 'utf8').includes('runMain('))
    .map(({ name }) => `${folder}/${basename(name, '.ts')}.js`),
);

test.each(programs)(
  '%s prints its help, and refuses an unknown option',
  async (program) => {
    expect(await run(program, '--help')).toMatchObject({ code: 0, out: expect.stringMatching(/^Usage: n/) });
    expect(await run(program, '--no-such-option')).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringMatching(/; see --help/),
    });
  },
  120_000,
);

test('the fuzzer runs a campaign', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  try {
    const { code, out } = await run('check/fuzz.js', '--executions', '40', '--only', 'gif', '--findings', folder);
    expect(out).toContain('0 findings');
    expect(code).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 300_000);
