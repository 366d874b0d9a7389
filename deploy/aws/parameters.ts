// The parameters of `serverless deploy --param name=value`, read and checked all together: a typing mistake must not deploy
// a default. The defaults, by stage, are in serverless.yml under `params`; docs/aws.md has a table of them.
import { DeployError } from '../check';

type Read<Value> = (name: string, text: string) => Value;

/** Days of log retention that CloudWatch accepts. */
const retentions = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 2192, 2557, 2922, 3288, 3653];

/** Each parameter with the function that reads its text. */
const readers = {
  bucket: text(/^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?$/, 'the name of a bucket, such as photos'),
  prefix: text(/^[^*?$"\\]{0,512}$/, 'a key prefix, without * ? $ " and \\'),
  callers: choice('platform', 'signed', 'public'),
  // It becomes part of a role: no character that matches other names, neither plain nor after decoding.
  keys: text(/^[A-Za-z0-9/_+=.@:?&-]*$/, 'ssm:<name or ARN> or secretsmanager:<name or ARN>, without * $ and %'),
  kmsKeys: list(/^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/, 'ARNs of KMS keys (not aliases)'),
  cache: text(/^[^\s*$"\\]*$/, 'the location of a cache, as in EXIF_CACHE'),
  createCache: choice('off', 'on'),
  // It becomes part of a role, like the keys.
  sink: text(/^[^\s*$"\\]*$/, 'locations of sinks separated by commas, as in EXIF_SINK, without * and $'),
  createSink: choice('off', 'on'),
  report: text(/^(s3:\/\/[^/?*$]+\/[^?*$]*[^/?*$]\/?)?$/, 's3://bucket/prefix: the role of the jobs may write there'),
  door: choice('url', 'http-api', 'rest-api', 'alb'),
  listener: text(/^(arn:[a-z-]+:elasticloadbalancing:\S+:listener\/app\/\S+)?$/, 'the ARN of a listener of an ALB'),
  priority: whole(1, 50_000),
  albHost: text(/^[A-Za-z0-9*?.-]{0,128}$/, 'a host name; * and ? match any characters'),
  vpc: text(/^(vpc-[0-9a-f]+)?$/, 'the id of a VPC'),
  subnets: list(/^subnet-[0-9a-f]+$/, 'ids of subnets, separated by commas'),
  albScheme: choice('internet-facing', 'internal'),
  albFrom: text(/^(\d{1,3}(\.\d{1,3}){3}\/\d{1,2})?$/, 'an IPv4 range such as 10.0.0.0/8'),
  certificate: text(/^(arn:[a-z-]+:acm:\S+:\d{12}:certificate\/\S+)?$/, 'the ARN of a certificate in ACM'),
  cdn: choice('off', 'on'),
  domain: text(/^([a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+)?$/, 'a host name in lower case'),
  cdnMaxAge: whole(0, 31_536_000),
  cdnPriceClass: choice('PriceClass_100', 'PriceClass_200', 'PriceClass_All'),
  architecture: choice('arm64', 'x86_64'),
  memory: whole(128, 10_240),
  timeout: whole(3, 900),
  concurrency: wholeOrNone(0, 1000),
  jobMemory: whole(128, 10_240),
  jobTimeout: whole(10, 900),
  jobConcurrency: wholeOrNone(0, 1000),
  uploadConcurrency: whole(2, 1000),
  receives: whole(1, 1000),
  retries: whole(0, 2),
  eventAge: whole(60, 21_600),
  logRetention: oneOf(retentions),
  alarms: choice('on', 'off'),
  alarmTopic: text(/^(arn:[a-z-]+:sns:\S+)?$/, 'the ARN of an SNS topic'),
  alarmEmail: text(/^([^\s@]+@[^\s@]+)?$/, 'an e-mail address'),
  alarmErrors: whole(1, 1_000_000),
  alarmFaults: whole(1, 1_000_000),
  alarmThrottles: whole(1, 1_000_000),
  alarmP99: whole(10, 900_000),
} satisfies Readonly<Record<string, Read<unknown>>>;

type Name = keyof typeof readers;
/** The values of all parameters, by name. */
export type StackParameters = { readonly [name in Name]: ReturnType<(typeof readers)[name]> };

/** The name of every parameter. */
export const parameterNames = Object.keys(readers) as readonly Name[];

/** Reads the texts of all parameters. Throws DeployError for a wrong value and for two values that contradict each other. */
export function readParameters(texts: Readonly<Record<string, string>>): StackParameters {
  refuseUnknownParameters(Object.keys(texts));
  const entries = parameterNames.map((name) => [name, readers[name](name, texts[name] ?? '')]);
  const parameters = Object.fromEntries(entries) as StackParameters;
  for (const [isWrong, message] of conflicts) if (isWrong(parameters)) throw new DeployError(`--param ${message}`);
  return parameters;
}

/** Throws DeployError when a name is not a parameter: with a typing mistake, the default would be deployed silently. */
export function refuseUnknownParameters(names: readonly string[]): void {
  const unknown = names.find((name) => !Object.hasOwn(readers, name));
  if (unknown === undefined) return;
  throw new DeployError(`--param ${unknown} is not a known parameter; known parameters: ${parameterNames.join(', ')}`);
}

/** Seconds that each door waits for the function at most. */
const longestWait = { url: 900, 'http-api': 29, 'rest-api': 29, alb: 60 } as const;

const conflicts: readonly (readonly [isWrong: (parameters: StackParameters) => boolean, message: string])[] = [
  [
    (p) => p.timeout > longestWait[p.door],
    'timeout is longer than the API or load balancer waits: at most 29 s with door=http-api or rest-api, 60 s with door=alb',
  ],
  [(p) => p.cdn === 'on' && p.timeout > 30, 'timeout is longer than CloudFront waits: at most 30 s with cdn=on'],
  [(p) => p.cdn === 'on' && p.door !== 'url', 'cdn=on works with door=url only'],
  [
    (p) => p.cdn === 'on' && p.callers === 'platform',
    'cdn=on does not work with callers=platform: CloudFront would sign every request, whoever sent it. Use callers=signed, or ' +
      'callers=public if everybody may read everything',
  ],
  [
    (p) => p.cdn === 'on' && p.callers === 'signed' && p.domain === '',
    'cdn=on with callers=signed needs domain=<host name> and certificate=<ARN>: callers sign the host name that they call',
  ],
  [(p) => p.domain !== '' && (p.cdn === 'off' || p.certificate === ''), 'domain needs cdn=on and certificate=<ARN>'],
  [
    (p) => p.domain !== '' && !p.certificate.includes(':us-east-1:'),
    'certificate must be in us-east-1, the only region whose certificates CloudFront uses',
  ],
  [(p) => p.door !== 'alb' && (p.listener !== '' || p.subnets.length > 0), 'listener and subnets need door=alb'],
  [
    (p) => p.door === 'alb' && (p.listener === '') === (p.subnets.length === 0),
    'door=alb needs either listener=<ARN> to use your load balancer, or subnets=<ids> to create one',
  ],
  [
    (p) => p.subnets.length > 0 && (p.subnets.length < 2 || [p.vpc, p.certificate, p.albFrom].includes('')),
    'subnets must be two or more, with vpc=<id>, certificate=<ARN> and albFrom=<range of addresses that may connect>',
  ],
  [
    (p) => p.door === 'alb' && p.callers === 'platform' && p.albScheme !== 'internal',
    'door=alb does not work with callers=platform: a load balancer does not check callers. Use callers=signed, or ' +
      'albScheme=internal if everybody in the network may read everything',
  ],
  [(p) => p.keys !== '' && p.callers !== 'signed', 'keys (or EXIF_KEYS) needs callers=signed'],
  [
    (p) => p.jobConcurrency !== null && p.jobConcurrency < p.uploadConcurrency,
    'jobConcurrency is less than uploadConcurrency: the queue would count every refused batch as a try, and events would ' +
      'become dead letters',
  ],
  [
    (p) => p.createCache === 'on' && !/^(s3|dynamodb):/.test(p.cache),
    'createCache=on needs cache=s3://... or cache=dynamodb://...',
  ],
  [
    (p) => p.sink !== '' && !hasEvents(p),
    'sink (or EXIF_SINK) needs cache=s3://... or another cache that functions share: it numbers the states of each object',
  ],
  [(p) => p.createSink === 'on' && !/(^|,)\s*dynamodb:/.test(p.sink), 'createSink=on needs sink=dynamodb:table'],
];

/** Whether the functions `upload` and `batch` exist. (A folder is for `serverless invoke local`.) */
export function hasEvents({ cache }: Pick<StackParameters, 'cache'>): boolean {
  return !(cache === '' || cache === 'none' || cache.startsWith('memory:'));
}

function text(pattern: RegExp, expected: string): Read<string> {
  return (name, value) => {
    if (!pattern.test(value)) throw new DeployError(`--param ${name} must be ${expected}`);
    return value;
  };
}

function list(pattern: RegExp, expected: string): Read<readonly string[]> {
  const read = text(pattern, expected);
  return (name, value) => value.split(',').flatMap((part) => (part === '' ? [] : [read(name, part)]));
}

function choice<Value extends string>(...values: readonly Value[]): Read<Value> {
  return (name, value) => {
    const found = values.find((allowed) => allowed === value);
    if (found === undefined) throw new DeployError(`--param ${name} must be ${values.join(' or ')}`);
    return found;
  };
}

function whole(least: number, most: number): Read<number> {
  return (name, value) => {
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new DeployError(`--param ${name} must be a whole number from ${least} to ${most}`);
  };
}

/** A number, or null for `none`. */
function wholeOrNone(least: number, most: number): Read<number | null> {
  const read = whole(least, most);
  return (name, value) => (value === 'none' ? null : read(name, value));
}

function oneOf(numbers: readonly number[]): Read<number> {
  return (name, value) => {
    const found = numbers.find((number) => String(number) === value);
    if (found === undefined) throw new DeployError(`--param ${name} must be one of ${numbers.join(', ')}`);
    return found;
  };
}
