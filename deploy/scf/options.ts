// The command line of `npm run deploy:scf`: its help, and its options, checked.
import { parseCommandLine } from '../../bin/terminal/command-line';
import { DeployError } from '../check';

/** The text of --help. */
export const usage = `Deploys bucket-exif to Tencent SCF: a Web function with a URL, and an event function that follows uploads.

Usage: npm run deploy:scf -- --region ap-guangzhou --function bucket-exif --bucket photos-1250000000 [options]

  --region REGION          region of the functions and of the bucket
  --function NAME          name of the Web function
  --bucket NAME-APPID      bucket with the images (default: EXIF_BUCKET in the environment)
  --event-function NAME    also deploy a function that keeps the cache up to date after uploads (needs EXIF_CACHE)
  --prefix PREFIX          only follow uploads of keys that start with PREFIX
  --role NAME              role of the functions: what they may read and write (docs/scf.md)
  --memory MB              64, or a multiple of 128 up to 3072 (default: 256)
  --timeout SECONDS        1 to 900, at least 0.5 s more than EXIF_TOTAL_MS (default: 10)
  --concurrency NUMBER     requests that one instance answers at the same time, 1 to 100 (default: no change)
  --namespace NAME         namespace of the functions (default: default)
  --code-bucket NAME-APPID bucket in the same region to send the code through. With both builds of sharp the code is too
                           large for an API request; without this option only the WebAssembly build is sent
  --code-cache NODE        also send code that the program NODE has compiled, for an earlier first answer. Only the same
                           version of Node on x64 uses it (docs/scf.md)
  --endpoint URL           address of the API (default: https://scf.tencentcloudapi.com)
  --zip FILE               only write the zip to FILE, to upload it in the console
  --dry-run                only print the steps
  --help                   print this text

Credentials: TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY, with TENCENTCLOUD_SECURITY_TOKEN (or
TENCENTCLOUD_SESSION_TOKEN) when they are temporary; or TENCENTCLOUD_SECRETID and TENCENTCLOUD_SECRETKEY, with
TENCENTCLOUD_TOKEN (or TENCENTCLOUD_SESSIONTOKEN). The first pair that is set is used. A dry run needs them as well,
because it checks what exists.
The functions get all EXIF_* settings of the environment (docs/settings.md). With EXIF_CALLERS=platform CAM checks
the callers; otherwise set EXIF_KEYS=env:NAME and NAME, or EXIF_PUBLIC.
The command can be repeated: a second run sends the code again and changes nothing else.
Exit codes: 0 = done; 1 = failed (the output says what was done and how to continue); 2 = wrong options or settings
(nothing was sent).
`;

export type DeployOptions = Readonly<{
  region: string;
  functionName: string;
  bucket: string | null;
  eventFunction: string | null;
  prefix: string;
  role: string | null;
  memory: number;
  timeout: number;
  concurrency: number | null;
  namespace: string;
  codeBucket: string | null;
  /** The program that makes the code cache; null = no cache. */
  codeCache: string | null;
  endpoint: URL;
  dryRun: boolean;
}>;

/** The options in their checked form. */
export type Command =
  | Readonly<{ kind: 'help' }>
  | (Readonly<{ kind: 'zip'; file: string }> & Pick<DeployOptions, 'codeCache'>)
  | Readonly<{ kind: 'deploy'; options: DeployOptions }>;

type Values = Readonly<Record<string, string | boolean | undefined>>;

/** The names that SCF accepts for functions. */
const functionName = /^[A-Za-z][A-Za-z0-9_-]{0,58}[A-Za-z0-9]$/;
const bucketName = /^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?-[0-9]{5,12}$/;

/** Reads the command line. Throws DeployError for the first option that is wrong. */
export function readOptions(args: readonly string[]): Command {
  const values = parse(args);
  if (values['help'] === true) return { kind: 'help' };
  const codeCache = matching(values, 'code-cache', /./, 'a program, such as node');
  if (typeof values['zip'] === 'string') {
    const other = Object.keys(values).find((name) => name !== 'zip' && name !== 'code-cache');
    if (other !== undefined) throw new DeployError(`--zip only writes the file: leave out --${other}`);
    return { kind: 'zip', file: matching(values, 'zip', /./, 'a file') ?? '', codeCache };
  }
  const name = needed(values, 'function', functionName, 'the name of a function: letters, digits, - and _');
  const eventFunction = matching(values, 'event-function', functionName, 'the name of a function');
  if (eventFunction === name) throw new DeployError('--event-function and --function must be different functions');
  return {
    kind: 'deploy',
    options: {
      region: needed(values, 'region', /^[a-z]{2,4}-[a-z0-9-]{2,30}$/, 'a region such as ap-guangzhou'),
      functionName: name,
      bucket: matching(values, 'bucket', bucketName, 'name-appid, such as photos-1250000000'),
      eventFunction,
      prefix: matching(values, 'prefix', /^[^*,]{1,200}$/, 'a key prefix, without * and commas') ?? '',
      role: matching(values, 'role', /^[A-Za-z0-9_-]{1,128}$/, 'the name of a role'),
      memory: memory(values),
      timeout: whole(values, 'timeout', 1, 900) ?? 10,
      concurrency: whole(values, 'concurrency', 1, 100),
      namespace: matching(values, 'namespace', /^[A-Za-z][A-Za-z0-9_-]{0,59}$/, 'the name of a namespace') ?? 'default',
      codeBucket: matching(values, 'code-bucket', bucketName, 'name-appid, such as code-1250000000'),
      codeCache,
      endpoint: endpoint(values),
      dryRun: values['dry-run'] === true,
    },
  };
}

const names =
  'region function bucket event-function prefix role memory timeout zip concurrency namespace code-bucket code-cache endpoint';
const table = {
  ...Object.fromEntries(names.split(' ').map((name) => [name, { type: 'string' } as const])),
  'dry-run': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

function parse(args: readonly string[]): Values {
  try {
    return parseCommandLine(args, table, { allowPositionals: false, help: 'npm run deploy:scf -- --help' }).values;
  } catch (error) {
    throw new DeployError((error as Error).message);
  }
}

function needed(values: Values, name: string, pattern: RegExp, expected: string): string {
  const value = matching(values, name, pattern, expected);
  if (value === null) throw new DeployError(`--${name} is missing; see npm run deploy:scf -- --help`);
  return value;
}

function matching(values: Values, name: string, pattern: RegExp, expected: string): string | null {
  const value = values[name];
  if (value === undefined) return null;
  if (typeof value !== 'string' || !pattern.test(value)) throw new DeployError(`--${name} must be ${expected}`);
  return value;
}

function whole(values: Values, name: string, least: number, most: number): number | null {
  const expected = `a whole number from ${least} to ${most}`;
  const text = matching(values, name, /^\d{1,4}$/, expected);
  if (text === null) return null;
  if (Number(text) < least || Number(text) > most) throw new DeployError(`--${name} must be ${expected}`);
  return Number(text);
}

function memory(values: Values): number {
  const size = whole(values, 'memory', 64, 3072) ?? 256;
  if (size !== 64 && size % 128 !== 0) throw new DeployError('--memory must be 64, or a multiple of 128 up to 3072');
  return size;
}

/** The URL of the API; http is for this machine only, because it would send the settings unencrypted. */
function endpoint(values: Values): URL {
  const text = matching(values, 'endpoint', /./, 'the URL of the API') ?? 'https://scf.tencentcloudapi.com';
  const url = URL.canParse(text) ? new URL(text) : null;
  const isHere = url !== null && /^(localhost|127\.0\.0\.1|.+\.localhost)$/.test(url.hostname);
  if (url === null || url.pathname !== '/' || !(url.protocol === 'https:' || (isHere && url.protocol === 'http:')))
    throw new DeployError('--endpoint must be an https URL without a path, such as https://scf.tencentcloudapi.com');
  return url;
}
