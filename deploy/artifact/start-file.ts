// The program that starts handler/web.js with a code cache, and the code cache itself.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { type ShippedFile, writeFiles } from './files';

/** handler/start.js: handler/heap-flags.ts, and then the program, which loads the bundles of handler/web.ts. */
export function startFile(root: string): ShippedFile {
  const texts = ['heap-flags', 'start'].map((name) => {
    const options = { write: false, format: 'cjs', platform: 'node', target: 'node20' } as const;
    const { outputFiles } = buildSync({ ...options, entryPoints: [join(root, 'handler', `${name}.ts`)] });
    return outputFiles[0]?.contents ?? new Uint8Array(0);
  });
  return { path: 'handler/start.js', bytes: Buffer.concat(texts), executable: false };
}

/**
 * The code cache of a deployment with `files`, made by the program `node`, which runs them for a moment. Throws Error when it
 * cannot. The project in `root` must have been built.
 */
export function codeCacheFiles(root: string, files: readonly ShippedFile[], node: string): readonly ShippedFile[] {
  const folder = mkdtempSync(join(tmpdir(), 'bucket-exif-cache-'));
  try {
    writeFiles(
      files.filter(({ path }) => path.startsWith('handler/')),
      folder,
    );
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
    const program = join(root, 'dist', 'deploy', 'artifact', 'code-cache.js');
    // Without the settings, keys and flags of the user: the server would apply them, and could write to a cache that is in use.
    const env = { PATH: process.env['PATH'] };
    const { status, stderr, error } = spawnSync(node, [program, folder], { env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`Cannot make the code cache: ${error?.message ?? stderr.trim().slice(0, 2000)}`);
    const names = readdirSync(join(folder, 'handler')).filter((name) => name.endsWith('.cache'));
    return names.map((name) => {
      return { path: `handler/${name}`, bytes: readFileSync(join(folder, 'handler', name)), executable: false };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
