// `serverless package` and `serverless deploy`: checks the settings, and replaces the files that serverless is going to zip,
// which serverless-plugin-typescript compiled, with those of the packer (deploy/artifact).
import { readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { shippedFiles, writeFiles } from '../artifact/files';
import { checkPlaces, checkSettings, DeployError, lambda, type Variables } from '../check';
import type { Hooks } from './invoke';

/** The parts of serverless that are used here. */
export type ServerlessPackage = Readonly<{
  /** `servicePath` is the folder of the compiled files once they are compiled. */
  config: Readonly<{ servicePath: string }>;
  service: Readonly<{
    provider: Readonly<{ environment: Variables; region: string; architecture: keyof typeof cpus }>;
    functions: Readonly<
      Record<string, { timeout: number; environment?: Variables; package?: { patterns?: readonly string[] } }>
    >;
  }>;
  processedInput: Readonly<{ commands: readonly string[] }>;
}>;

/** The names of processors at Lambda -> in npm. */
const cpus = { arm64: 'arm64', x86_64: 'x64' } as const;

/** The hooks of the plugin. `warn` prints a warning. */
export function packageHooks(serverless: ServerlessPackage, warn: (text: string) => void): Hooks {
  const { service } = serverless;
  const check = (): void => {
    const { environment, region } = service.provider;
    const isDeploy = serverless.processedInput.commands[0] === 'deploy';
    const timeout = service.functions['http']?.timeout ?? 0;
    // `upload` and `batch` have the same settings, those of `http` and those of the sinks.
    const settings = { ...environment, ...service.functions['upload']?.environment };
    const warning = checkDeployment(settings, { region, timeout, isDeploy });
    if (warning !== null) warn(warning);
  };
  const pack = (): void => {
    placeFiles(serverless.config.servicePath, cpus[service.provider.architecture]);
    // serverless-plugin-typescript gives every function empty patterns, and serverless would print a warning about them.
    for (const { package: own } of Object.values(service.functions))
      if (own?.patterns?.length === 0) delete own.patterns;
  };
  return {
    'before:package:initialize': check,
    'before:deploy:function:initialize': check,
    'before:package:createDeploymentArtifacts': pack,
    'before:deploy:function:packageFunction': pack,
  };
}

/**
 * Checks the settings of functions in a region. Throws DeployError for those that a function cannot start or work with. Returns
 * a warning or null: without `isDeploy` the bucket may be missing, because a package can get it later.
 */
export function checkDeployment(
  environment: Variables,
  { region, timeout, isDeploy }: Readonly<{ region: string; timeout: number; isDeploy: boolean }>,
): string | null {
  const isMissing = !environment['EXIF_BUCKET'] && !environment['EXIF_HOSTS'];
  if (isMissing && isDeploy) throw new DeployError('No bucket is given: add --param bucket=<name>');
  const added = { AWS_REGION: region, ...(isMissing ? { EXIF_BUCKET: 's3://none' } : {}) };
  const config = checkSettings(environment, lambda, timeout, added);
  if (isDeploy) checkPlaces(config, lambda);
  if (!isMissing) return null;
  return 'No bucket is given: the functions of this package start only where EXIF_BUCKET is set. To deploy, add --param bucket=<name>.';
}

/** Fills `folder`, which is in the project, with the files of the zip and nothing else. Throws DeployError when it cannot. */
function placeFiles(folder: string, cpu: string): void {
  const entries = ['http', 'upload', 'batch'];
  try {
    const sharp = { cpu, wasm: false };
    const files = shippedFiles(dirname(folder), { entries, sharp, packages: 'loaded' });
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
    writeFiles(files, folder);
  } catch (error) {
    throw new DeployError(error instanceof Error ? error.message : String(error));
  }
}
