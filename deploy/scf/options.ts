// The command line of `npm run deploy:scf`, checked.
import { parseArgs } from 'node:util';
import { UsageError } from './usage';

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
  endpoint: URL;
  dryRun: boolean;
}>;

/** What is asked for: the help, a zip in a file, or a deployment. */
export type Command =
  | Readonly<{ kind: 'help' }>
  | Readonly<{ kind: 'zip'; file: string }>
  | Readonly<{ kind: 'deploy'; options: DeployOptions }>;

type Values = Readonly<Record<string, string | boolean | undefined>>;

/** SCF's rule for names of functions. */
const functionName = /^[A-Za-z][A-Za-z0-9_-]{0,58}[A-Za-z0-9]$/;
const bucketName = /^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?-[0-9]{5,12}$/;

/** Reads them; throws UsageError for the first that is wrong. */
export function readOptions(args: readonly string[]): Command {
  const values = parse(args);
  if (values['help'] === true) return { kind: 'help' };
  if (typeof values['zip'] === 'string') return { kind: 'zip', file: matching(values, 'zip', /./, 'a file') ?? '' };
  const name = needed(values, 'function', functionName, 'the name of a function: letters, digits, - and _');
  const eventFunction = matching(values, 'event-function', functionName, 'the name of a function');
  if (eventFunction === name) throw new UsageError('--event-function must be another function than --function');
  return {
    kind: 'deploy',
    options: {
      region: needed(values, 'region', /^[a-z]{2,4}-[a-z0-9-]{2,30}$/, 'a region such as ap-guangzhou'),
      functionName: name,
      bucket: matching(values, 'bucket', bucketName, 'name-appid, such as photos-1250000000'),
      eventFunction,
      prefix: matching(values, 'prefix', /^[^*,]{1,200}$/, 'the begin of a key, without * and commas') ?? '',
      role: matching(values, 'role', /^[A-Za-z0-9_-]{1,128}$/, 'the name of a role'),
      memory: memory(values),
      timeout: whole(values, 'timeout', 1, 900) ?? 10,
      concurrency: whole(values, 'concurrency', 1, 100),
      namespace: matching(values, 'namespace', /^[A-Za-z][A-Za-z0-9_-]{0,59}$/, 'the name of a namespace') ?? 'default',
      codeBucket: matching(values, 'code-bucket', bucketName, 'name-appid, such as code-1250000000'),
      endpoint: endpoint(values),
      dryRun: values['dry-run'] === true,
    },
  };
}

function parse(args: readonly string[]): Values {
  const texts = ['region', 'function', 'bucket', 'event-function', 'prefix', 'role', 'memory', 'timeout', 'zip'];
  const more = ['concurrency', 'namespace', 'code-bucket', 'endpoint'];
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...Object.fromEntries([...texts, ...more].map((name) => [name, { type: 'string' }])),
        'dry-run': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    return values as Values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split('. ')[0]}; see npm run deploy:scf -- --help`);
  }
}

function needed(values: Values, name: string, pattern: RegExp, what: string): string {
  const value = matching(values, name, pattern, what);
  if (value === null) throw new UsageError(`--${name} is missing; see npm run deploy:scf -- --help`);
  return value;
}

function matching(values: Values, name: string, pattern: RegExp, what: string): string | null {
  const value = values[name];
  if (value === undefined) return null;
  if (typeof value !== 'string' || !pattern.test(value)) throw new UsageError(`--${name} must be ${what}`);
  return value;
}

function whole(values: Values, name: string, least: number, most: number): number | null {
  const text = matching(values, name, /^\d{1,4}$/, `a whole number from ${least} to ${most}`);
  if (text === null) return null;
  if (Number(text) < least || Number(text) > most)
    throw new UsageError(`--${name} must be a whole number from ${least} to ${most}`);
  return Number(text);
}

function memory(values: Values): number {
  const size = whole(values, 'memory', 64, 3072) ?? 256;
  if (size !== 64 && size % 128 !== 0) throw new UsageError('--memory must be 64, or a multiple of 128 up to 3072');
  return size;
}

/** With http only on this machine: the signature would not hide the settings that are sent. */
function endpoint(values: Values): URL {
  const text = matching(values, 'endpoint', /./, 'the URL of the API') ?? 'https://scf.tencentcloudapi.com';
  const url = URL.canParse(text) ? new URL(text) : null;
  const isHere = url !== null && /^(localhost|127\.0\.0\.1|.+\.localhost)$/.test(url.hostname);
  if (url === null || url.pathname !== '/' || !(url.protocol === 'https:' || (isHere && url.protocol === 'http:'))) {
    throw new UsageError('--endpoint must be a URL such as https://scf.tencentcloudapi.com');
  }
  return url;
}
