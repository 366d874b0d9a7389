// `npm start` for a test: the compiled program over a folder of samples, on a port of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');

/** `page` is the address that the greeting prints; `greeting` all of it. */
export type Site = Readonly<{ page: string; origin: string; greeting: string; stop(): Promise<void> }>;

/** Bytes that phones append to a picture: a film, say. */
export const filmBytes = 2_400_000;

/** A new folder with the samples, and `evening.jpg`: one of them with a film behind it, as phones write. */
export function sampleBucket(): string {
  const folder = mkdtempSync(join(tmpdir(), 'exif-page-'));
  const isPicture = (path: string): boolean => !/\.(ts|md)$/.test(path);
  cpSync(join(root, 'samples'), folder, { recursive: true, filter: isPicture });
  const picture = readFileSync(join(folder, 'gps.jpg'));
  writeFileSync(join(folder, 'evening.jpg'), Buffer.concat([picture, Buffer.alloc(filmBytes)]));
  return folder;
}

/** Starts the program; `args` come behind the folder and the port. */
export async function startSite(folder: string, args: readonly string[]): Promise<Site> {
  const program = join(root, 'dist', 'bin', 'serve.js');
  const child = spawn(process.execPath, [program, '--bucket', folder, '--port', '0', '--quiet', ...args], {
    env: { PATH: process.env['PATH'], AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nonexistent', EXIF_CACHE: 'none' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const greeting = await readGreeting(child);
  const page = /^Page: (\S+)$/m.exec(greeting)?.[1] ?? '';
  if (page === '') throw new Error(`npm start printed no address of the page:\n${greeting}`);
  return {
    page,
    origin: new URL(page).origin,
    greeting,
    async stop() {
      child.kill('SIGKILL');
      await once(child, 'close');
    },
  };
}

/** Removes a folder of `sampleBucket`. */
export function removeBucket(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

async function readGreeting(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const part of child.stderr ?? []) {
    text += String(part);
    if (text.includes('Try:')) return text;
  }
  throw new Error(`npm start ended:\n${text}`);
}
