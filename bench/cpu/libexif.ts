// libexif as a contestant: builds libexif.c, and asks the program for one round after the other.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Round } from './measure';

/** What is read: `load` entries alone, `text` each value as text; `usual` the same with the options that libexif starts with. */
export type LibexifTask = 'load' | 'text' | 'usual';

export type Libexif = Readonly<{
  /** The number of tags of each file. */
  tags: readonly number[];
  /** One round over all files. */
  round(task: LibexifTask): Promise<Round>;
  close(): void;
}>;

const header = '/usr/include/libexif/exif-data.h';
const source = [join(__dirname, 'libexif.c'), join(__dirname, '..', '..', '..', 'bench', 'cpu', 'libexif.c')];

/** Whether the program can be built. */
export const hasLibexif = existsSync(header);
export const libexifHint = 'libexif is not measured: apt-get install libexif-dev';

/** Builds the program, and starts it with `files` in memory. */
export async function startLibexif(files: readonly string[]): Promise<Libexif> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-libexif-'));
  const program = join(folder, 'libexif');
  execFileSync('cc', ['-O2', '-o', program, source.find(existsSync) ?? '', '-lexif']);
  const child = spawn(program, files, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (task: LibexifTask | 'count'): Promise<string> => {
    child.stdin.write(`${task}\n`);
    return String((await lines.next()).value);
  };
  const tags = (await ask('count')).trim().split(' ').map(Number);
  return {
    tags,
    round: async (task) => {
      const [micros = Number.NaN, found = 0] = (await ask(task)).split(' ').map(Number);
      return { micros, tags: found, failed: 0 };
    },
    close: () => {
      child.stdin.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
