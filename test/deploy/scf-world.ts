// A deployment in a test: the loopback API, no waiting, a small zip, and what was printed.
import { deploy, type World } from '../../deploy/scf/deploy';
import { type ScfApiServer, scfKeys } from '../../testing/servers/scf-api';

export type DeployResult = Readonly<{
  code: number;
  out: string;
  err: string;
  progress: readonly string[];
  slept: number;
}>;

export const cloudKeys = {
  TENCENTCLOUD_SECRETID: scfKeys.id,
  TENCENTCLOUD_SECRETKEY: scfKeys.secret,
  TENCENTCLOUD_TOKEN: scfKeys.token,
};

export const publicBucket = { ...cloudKeys, EXIF_PUBLIC: '*' };

/** Runs the command against `api`; `env` is all there is of an environment. */
export async function runDeploy(
  api: ScfApiServer | null,
  args: readonly string[],
  env: Record<string, string>,
  parts: Partial<World> = {},
): Promise<DeployResult> {
  const texts = { out: '', err: '' };
  const progress: string[] = [];
  let slept = 0;
  const code = await deploy(api === null ? args : [...args, '--endpoint', api.endpoint.origin], {
    root: '/nonexistent',
    env,
    out: (text) => {
      texts.out += text;
    },
    err: (text) => {
      texts.err += text;
    },
    progress: (text) => void progress.push(text),
    sleep: async (ms) => {
      slept += ms;
    },
    callMs: 20_000,
    pollMs: 2_000,
    limitMs: 20_000,
    zip: (_root, sharp) => ({
      bytes: new TextEncoder().encode(`a zip, ${sharp}`),
      files: [],
      native: sharp === 'both',
    }),
    ...parts,
  });
  return { code, ...texts, progress, slept };
}
