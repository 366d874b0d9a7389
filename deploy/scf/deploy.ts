// One deployment: reads options and settings, makes the zip, plans the steps and runs them.
import { writeFileSync } from 'node:fs';
import { fileErrorText } from '../../lib/io/error-code';
import { readPair, tencentOwnNames, tencentRoleNames } from '../../lib/s3/credentials';
import type { S3Place } from '../../lib/s3/request';
import type { Env } from '../../lib/types';
import { DeployError } from '../check';
import { ApiError, type ApiOptions, type Keys, openApi, type PollOptions, type ScfApi } from './api';
import type { ScfZip } from './artifact';
import { type Code, codeInBucket, codeInRequest, fitsRequest, uploadCode } from './code';
import { type Command, type DeployOptions, readOptions, usage } from './options';
import { plan, readPresent, type Step } from './plan';
import { readSettings, type Settings } from './settings';
import { publicUrl } from './triggers';
import { wantedFunctions } from './wanted';

/** The environment of the command. */
export type World = Readonly<{
  root: string;
  env: Env;
  out(text: string): void;
  err(text: string): void;
  progress(text: string): void;
  zip(root: string, sharp: 'both' | 'wasm', codeCache: string | null): ScfZip;
  /** For tests: the address of the bucket for the code, in place of COS. */
  codePlace?: S3Place;
}> &
  Pick<ApiOptions, 'callMs' | 'sleep'> &
  Pick<PollOptions, 'pollMs' | 'limitMs'>;

/** Returns the exit code: 0 = done, 1 = failed, 2 = wrong options or settings, and nothing was sent. */
export async function deploy(args: readonly string[], world: World): Promise<0 | 1 | 2> {
  try {
    const command = readOptions(args);
    if (command.kind === 'help') world.out(usage);
    else if (command.kind === 'zip') writeZip(command, world);
    else return await deployFunctions(command.options, world);
    return 0;
  } catch (error) {
    world.err(`${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof DeployError ? 2 : 1;
  }
}

function writeZip({ file, codeCache }: Extract<Command, { kind: 'zip' }>, world: World): void {
  const zip = world.zip(world.root, 'both', codeCache);
  try {
    writeFileSync(file, zip.bytes);
  } catch (error) {
    throw new DeployError(`Cannot write ${file}: ${fileErrorText(error)}`);
  }
  world.out(`${file}: ${describe(zip)}\n`);
}

async function deployFunctions(options: DeployOptions, world: World): Promise<0 | 1> {
  const settings = readSettings(options, world.env);
  const keys = readKeys(world.env);
  const { region, namespace } = options;
  const api = openApi({ ...options, keys, callMs: world.callMs, sleep: world.sleep });
  world.out(`bucket-exif on Tencent SCF, ${region}, namespace ${namespace}\n`);
  const { code, upload } = prepareCode(options, keys, world);
  const progress = (status: string, ms: number): void => world.progress(`${status}, ${Math.round(ms / 1000)} s`);
  const tools = { api, code, patience: { ...world, progress } };
  const steps = [...upload];
  for (const wanted of wantedFunctions(options, settings)) {
    steps.push(...plan(wanted, await readPresent(api, wanted.name), tools));
  }
  world.out(`Steps:\n${steps.map(({ title }, index) => `  ${index + 1}. ${title}\n`).join('')}`);
  if (steps.every(({ isCode }) => isCode))
    world.out('Settings, URL and triggers need no change: only the code is sent.\n');
  if (options.dryRun) {
    const left = options.codeCache === null ? '' : ', and no code cache was made';
    world.out(`Dry run: nothing was changed${left}.\n`);
    return 0;
  }
  if (!(await runSteps(steps, world))) return 1;
  return printUrl(options, settings, api, world);
}

/** One of the pairs of variables that Tencent's tools use, with the token that belongs to it. */
function readKeys(env: Env): Keys {
  const half = (name: string): DeployError =>
    new DeployError(`${name} is not set, but the other variable of its pair is: set both`);
  const roleNames = { ...tencentRoleNames, tokens: ['TENCENTCLOUD_TOKEN', ...tencentRoleNames.tokens] };
  const found = readPair(env, tencentOwnNames, half) ?? readPair(env, roleNames, half);
  if (found === null)
    throw new DeployError(
      'No credentials are set: set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY, or TENCENTCLOUD_SECRETID and ' +
        'TENCENTCLOUD_SECRETKEY',
    );
  return { secretId: found.accessKeyId, secretKey: found.secretAccessKey, token: found.sessionToken };
}

/** Makes the zip and chooses how to send it. Prints what had to be left out. */
function prepareCode(options: DeployOptions, keys: Keys, world: World): Readonly<{ code: Code; upload: Step[] }> {
  world.progress('[zip] making the zip');
  const codeCache = options.dryRun ? null : options.codeCache;
  const whole = world.zip(world.root, 'both', codeCache);
  if (options.codeBucket !== null) {
    const { code, key } = codeInBucket(whole.bytes, options);
    world.out(`Code: ${describe(whole)}, through ${options.codeBucket}\n`);
    const title = `upload the code to ${options.codeBucket} as ${key}`;
    const run = (): Promise<void> => uploadCode(whole.bytes, key, options, keys, world.codePlace);
    return { code, upload: [{ title, isCode: true, run }] };
  }
  const fits = fitsRequest(whole.bytes.length);
  const zip = fits ? whole : world.zip(world.root, 'wasm', codeCache);
  if (!fitsRequest(zip.bytes.length))
    throw new DeployError(`The zip is too large for an API request (${describe(zip)}): add --code-bucket NAME-APPID`);
  world.out(`Code: ${describe(zip)}\n`);
  if (!fits)
    world.out(`  (too large for an API request: ${describe(whole)}; add --code-bucket NAME-APPID to send that)\n`);
  return { code: codeInRequest(zip.bytes), upload: [] };
}

/** Runs the steps in order. After a failure it prints what was done, what was not, and how to continue. */
async function runSteps(steps: readonly Step[], world: World): Promise<boolean> {
  for (const [index, { title, run }] of steps.entries()) {
    world.progress(`[${index + 1}/${steps.length}] ${title}`);
    try {
      await run();
    } catch (error) {
      world.err(failure(steps, index, error));
      return false;
    }
    world.out(`[${index + 1}/${steps.length}] ${title}: done\n`);
  }
  return true;
}

function failure(steps: readonly Step[], at: number, error: unknown): string {
  const names = (part: readonly Step[]): string =>
    part.map(({ title }) => `  - ${title}\n`).join('') || '  - nothing\n';
  const unsure = error instanceof ApiError && error.uncertain ? ' (the API did not answer whether it was done)' : '';
  return (
    `Failed: ${steps[at]?.title ?? ''}${unsure}\n  ${error instanceof Error ? error.message : String(error)}\n` +
    `Done before the failure:\n${names(steps.slice(0, at))}Not done:\n${names(steps.slice(at))}` +
    `After fixing the cause, run the same command again: it checks what exists and does only the rest.\n`
  );
}

/** Prints the URL, which the API knows a moment after its trigger is created. Returns the exit code. */
async function printUrl(options: DeployOptions, settings: Settings, api: ScfApi, world: World): Promise<0 | 1> {
  const { functionName } = options;
  for (let tries = 0; tries < 10; tries++) {
    if (tries > 0) await world.sleep(world.pollMs);
    const url = publicUrl(await api.listTriggers(functionName));
    if (url === null) continue;
    const callers = settings.urlAuth === 'CAM' ? 'CAM checks the callers' : 'the function checks the callers';
    world.out(`URL: ${url} (${callers})\nTry: curl '${url}/KEY?exif'\n`);
    return 0;
  }
  world.err(
    `Everything was done, but the API does not know the URL of ${functionName} yet: run the same command again\n`,
  );
  return 1;
}

function describe({ bytes, files, native }: ScfZip): string {
  const builds = native ? 'sharp as native and WebAssembly builds' : 'sharp as WebAssembly build only';
  const caches = files.flatMap(({ path }) => /\.(v[\d.]+-\w+)\.cache$/.exec(path)?.[1] ?? []);
  const cache = caches[0] === undefined ? '' : `, code cache for Node ${caches[0]}`;
  return `${(bytes.length / 1e6).toFixed(1)} MB, ${files.length} files, ${builds}${cache}`;
}
