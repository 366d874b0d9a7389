// Where hostile files come from: folders, and archives that are unpacked into a folder of their own.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative, resolve, sep } from 'node:path';

export type Source = Readonly<{ name: string; root: string; keys: readonly string[]; remove(): void }>;

/** What is tried when nothing is named, below the corpus. */
export const defaultSources: readonly string[] = ['hostile', 'hostile-generated.tar.xz', 'hostile-3924.tar.xz'];

/** The files of a folder or archive. Throws when there is none, or `tar` cannot unpack it. */
export function openHostileSource(path: string): Source {
  const full = resolve(path);
  if (!existsSync(full)) throw new Error(`no folder or archive at ${full}`);
  if (statSync(full).isDirectory()) return { name: basename(full), root: full, keys: listKeys(full), remove: () => {} };
  const root = mkdtempSync(join(tmpdir(), 'hostile-'));
  const remove = () => rmSync(root, { recursive: true, force: true });
  try {
    execFileSync('tar', ['-xf', full, '-C', root], { stdio: ['ignore', 'ignore', 'pipe'] });
    return { name: basename(full), root, keys: listKeys(root), remove };
  } catch (error) {
    remove();
    throw error;
  }
}

function listKeys(root: string): readonly string[] {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/')).sort();
}
