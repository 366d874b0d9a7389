// The functions that are compared, each as it is deployed, and how one is started under the real runtime client.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { type Artifact, unzipArtifact, zip } from '../../testing/deployed-zip';
import { cephInstalled } from '../../testing/servers/ceph-rgw';
import { type RunningFunction, startFunction } from '../../testing/servers/lambda-runtime';
import { baselineSettings, ourSettings } from './store';

/** `settings` are those over a store at a port; null = it asks no store. */
export type Contestant = Readonly<{
  name: string;
  taskRoot: string;
  handler: string;
  settings: ((port: number) => Readonly<Record<string, string>>) | null;
}>;

export type Contestants = Readonly<{
  empty: Contestant;
  /** The unzipped `http` of the zip. */
  ours: Contestant;
  /** The usual handler in one file with its SDK, as esbuild and the tools around it make it; sharp stays beside it. */
  baseline: Contestant;
  /** The same, as `tsc` leaves it: every package in its own files. */
  baselineFiles: Contestant;
}>;

/** Megabytes of each function: the default of serverless.yml. */
const memoryMb = 256;

/** Whether the functions can be compared here. If not, prints what is missing. */
export function canCompare(leftOut: string): boolean {
  if (!existsSync(zip)) {
    console.log(`Skipped: ${leftOut}. There is no ${zip}: npm run package -- --param architecture=<of this machine>`);
    return false;
  }
  return cephInstalled(leftOut);
}

/** Runs `use` over the unzipped zip and the others. Throws Error without zip, unzip or runtime client. */
export async function withContestants<T>(use: (given: Contestants, client: string) => Promise<T>): Promise<T> {
  const artifact = unzipArtifact();
  try {
    return await use(contestants(artifact), artifact.client);
  } finally {
    artifact.remove();
  }
}

function contestants({ folder }: Artifact): Contestants {
  const files = join(__dirname, '..', 'baseline');
  const bundle = join(__dirname, '..', '..', 'bundle', 'baseline');
  buildSync({
    entryPoints: [join(files, 'handler.js')],
    outfile: join(bundle, 'handler.bundle.js'),
    bundle: true,
    minify: true,
    external: ['sharp'],
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
  });
  // As ours: what import() reads is a line.
  writeFileSync(join(bundle, 'handler.js'), "exports.handler = require('./handler.bundle.js').handler;\n");
  const usual = { handler: 'handler.handler', settings: baselineSettings };
  return {
    empty: { name: 'empty handler', taskRoot: files, handler: 'empty.handler', settings: null },
    ours: {
      name: 'ours, from the zip',
      taskRoot: folder,
      handler: 'handler/http.handler',
      settings: (port) => ourSettings(port, 'none'),
    },
    baseline: { name: 'sharp + exifr + SDK, bundled', taskRoot: bundle, ...usual },
    baselineFiles: { name: 'the same, not bundled', taskRoot: files, ...usual },
  };
}

/** Starts one over the store at `port`. */
export function start(of: Contestant, client: string, port: number): Promise<RunningFunction> {
  const { taskRoot, handler, settings } = of;
  return startFunction({
    node: process.execPath,
    client,
    taskRoot,
    handler,
    memoryMb,
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...settings?.(port) },
  });
}

/** The status of a function's answer; throws Error for what is none. */
export async function askOnce(
  running: RunningFunction,
  event: unknown,
): Promise<Readonly<{ ms: number; body: string }>> {
  const { kind, text, ms } = await running.invoke(event);
  const { statusCode, body = '' } = JSON.parse(text) as { statusCode?: number; body?: string };
  if (kind === 'error' || statusCode !== 200) throw new Error(`a function answered ${text.slice(0, 500)}`);
  return { ms, body };
}
