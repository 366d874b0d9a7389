// Runs the programs of examples/ as a user does, and finds out which of them this machine can run.
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const examples = join(__dirname, '..', '..', 'examples');

/** Output, and the exit code. */
export type Run = Readonly<{ code: number; out: string; err: string }>;

/** Runs a program with exactly this environment and the PATH. */
export async function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Run> {
  const options = { env: { PATH: process.env['PATH'], LANG: 'C.UTF-8', ...env }, timeout: 60_000 };
  try {
    const { stdout, stderr } = await promisify(execFile)(program, [...args], options);
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, err: stderr };
  }
}

/** What must be installed for an example, the command that shows it, and the text in the command's output. */
const tools = {
  node: [process.execPath, ['--version'], 'v'],
  python3: ['python3', ['--version'], 'Python 3.'],
  'curl with --aws-sigv4': ['curl', ['--help', 'all'], '--aws-sigv4'],
  openssl: ['openssl', ['version'], 'SSL'],
} as const satisfies Record<string, readonly [string, readonly string[], string]>;
export type Tool = keyof typeof tools;

/** Whether a tool is installed. If it is not, prints which tests are left out. */
export function isInstalled(tool: Tool, tests: string): boolean {
  const [program, args, text] = tools[tool];
  if (spawnSync(program, [...args], { encoding: 'utf8' }).stdout?.includes(text)) return true;
  console.log(`Skipped: ${tests}. Missing ${tool}; on Debian: apt-get install python3 curl openssl`);
  return false;
}
