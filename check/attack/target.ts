// The server that is attacked, in a separate process.
import {
  type Command,
  type RunningServer,
  serveCommand,
  startServerProcess,
} from '../../testing/servers/started-server';

export type Target = Readonly<{
  /** `npm start` over the folder of images, or with more settings over other buckets. */
  start(nodeFlags: readonly string[], env?: Readonly<Record<string, string>>): Promise<RunningServer>;
}>;

/** Servers of the compiled project `dist` over `folder`, open to everybody and without a cache. */
export function targetOf(dist: string, folder: string): Target {
  return {
    start(nodeFlags, env) {
      const place = env === undefined ? ['--bucket', folder] : [];
      const command: Command = [...serveCommand, '--public', '--quiet', '--no-check', '--cache', 'none', ...place];
      return startServerProcess(command, nodeFlags, env, dist);
    },
  };
}
