// `serverless invoke local`: prints wrong settings in one clear line, and with `--more` runs further events in the same
// process, after one compilation by serverless-plugin-typescript.
import { basename, dirname, join, resolve } from 'node:path';
import { DeployError, type Variables } from '../check';

/** Functions of a plugin by the name of the event of serverless that calls them. */
export type Hooks = Readonly<Record<string, () => void | Promise<void>>>;

/** The parts of serverless that are used here. */
export type ServerlessInvoke = Readonly<{
  config: Readonly<{ servicePath: string }>;
  serviceDir: string;
  service: Readonly<{ provider: Readonly<{ environment: Variables }> }>;
  pluginManager: Readonly<{ hooks: Readonly<Record<string, readonly Readonly<{ hook(): unknown }>[]>> }>;
}>;

/** The options of the command line; serverless reads them again for every event. */
export type InvokeOptions = {
  function: string;
  path?: string;
  data?: string;
  more?: readonly string[];
  functionObj?: Readonly<{ handler: string }>;
};

/** The option --more. */
export const moreEvents = {
  type: 'multiple',
  usage: 'Run this event as well, in the same process: <function>:<file>; may be repeated',
};

/** The hooks that run one event; serverless-plugin-typescript compiles before the second. */
const steps = ['before:invoke:local:loadEnvVars', 'invoke:local:invoke'] as const;

/** The hooks of the plugin. `write` prints a line. */
export function invokeHooks(
  serverless: ServerlessInvoke,
  options: InvokeOptions,
  write: (line: string) => void,
): Hooks {
  const others = () => (options.more ?? []).map(readEvent);
  const start = (): void => {
    loadHandler(serverless.config.servicePath, options.functionObj?.handler ?? '');
    // With several events, this line comes before the log and the reply of each (bin/invoke.mjs looks for it).
    if (others().length > 0) write(`== ${options.function} ${basename(options.path ?? '')}`);
  };
  return {
    'before:invoke:local:loadEnvVars': () => {
      others(); // a wrong --more is refused before anything is compiled
      checkBucket(serverless.service.provider.environment);
    },
    'before:invoke:local:invoke': start,
    'after:invoke:local:invoke': async () => {
      const root = dirname(serverless.serviceDir); // now now serviceDir is the folder of the compiled files
      for (const { name, path } of others()) {
        Object.assign(options, { function: name, path: resolve(root, path), data: '' });
        for (const step of steps) {
          if (step === 'invoke:local:invoke') start();
          for (const { hook } of serverless.pluginManager.hooks[step] ?? []) await hook();
        }
      }
    },
  };
}

function readEvent(text: string): Readonly<{ name: string; path: string }> {
  const [, name, path] = /^([A-Za-z]+):(.+)$/.exec(text) ?? [];
  if (name !== undefined && path !== undefined) return { name, path };
  throw new DeployError(`--more must be <function>:<file>, such as http:events/alb.json, and not ${text}`);
}

/** Throws DeployError without a bucket: the function could not start. */
function checkBucket({ EXIF_BUCKET: bucket, EXIF_HOSTS: hosts }: Variables): void {
  if (bucket || hosts) return;
  throw new DeployError(
    'No bucket is given: add --param bucket=<name> for a bucket at S3, or set EXIF_BUCKET (EXIF_BUCKET=./samples for the samples)',
  );
}

/** Loads a compiled handler, as serverless does next. Throws DeployError with the reason when its settings are wrong. */
function loadHandler(folder: string, handler: string): void {
  try {
    require(join(folder, handler.slice(0, handler.lastIndexOf('.'))));
  } catch (error) {
    const { code, message } = error as Readonly<{ code?: string; message: string }>;
    if (code === 'ConfigInvalid') throw new DeployError(`The function cannot start: ${message}`);
    throw error;
  }
}
