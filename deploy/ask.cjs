// What `serverless deploy --param name=value` may say, read and checked whole: a typing error must not deploy a default.
// The defaults, by stage, are in serverless.yml, "params"; docs/aws.md has them as a table.

/** Of Lambda, CloudWatch and the others; CloudWatch takes no other numbers of days. */
const retentions = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 2192, 2557, 2922, 3288, 3653];

/** A row a parameter: what reads its text. */
const rules = {
  bucket: text(/^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?$/, 'the name of a bucket, such as photos'),
  prefix: text(/^[^*?$"\\]{0,512}$/, 'the start of keys, without * ? $ " and \\'),
  callers: choice('platform', 'signed', 'public'),
  // A role is made of it: nothing that stands for other names, itself or decoded.
  keys: text(/^[A-Za-z0-9/_+=.@:?&-]*$/, 'ssm:<name or ARN> or secretsmanager:<name or ARN>, without * $ and %'),
  kmsKeys: list(/^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/, 'ARNs of KMS keys (not aliases)'),
  cache: text(/^[^\s*$"\\]*$/, 'the location of a cache, as EXIF_CACHE has it'),
  createCache: choice('off', 'on'),
  report: text(/^(s3:\/\/[^/?*$]+\/[^?*$]*[^/?*$]\/?)?$/, 's3://bucket/prefix: the role of the jobs may write there'),
  door: choice('url', 'http-api', 'rest-api', 'alb'),
  listener: text(/^(arn:[a-z-]+:elasticloadbalancing:\S+:listener\/app\/\S+)?$/, 'the ARN of a listener of an ALB'),
  priority: whole(1, 50_000),
  albHost: text(/^[A-Za-z0-9*?.-]{0,128}$/, 'a host name; * and ? stand for any characters'),
  vpc: text(/^(vpc-[0-9a-f]+)?$/, 'the id of a VPC'),
  subnets: list(/^subnet-[0-9a-f]+$/, 'ids of subnets with commas between'),
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
  logRetention: oneOfNumbers(retentions),
  alarms: choice('on', 'off'),
  alarmTopic: text(/^(arn:[a-z-]+:sns:\S+)?$/, 'the ARN of an SNS topic'),
  alarmEmail: text(/^([^\s@]+@[^\s@]+)?$/, 'an e-mail address'),
  alarmErrors: whole(1, 1_000_000),
  alarmFaults: whole(1, 1_000_000),
  alarmThrottles: whole(1, 1_000_000),
  alarmP99: whole(10, 900_000),
};

/** Every parameter, by its name. */
const names = Object.keys(rules);

/** The error of a parameter. Its stack is its message: serverless prints that, and nobody needs ours. */
function refusal(message) {
  const error = new Error(message);
  error.stack = message;
  return error;
}

/** Texts by name -> values by name; throws for the first that is wrong, for unknown ones, and for what cannot be meant together. */
function readAsked(texts) {
  const unknown = Object.keys(texts).find((name) => !names.includes(name));
  if (unknown !== undefined) throw refusal(`--param ${unknown} is no parameter; parameters are ${names.join(', ')}`);
  const asked = Object.fromEntries(names.map((name) => [name, rules[name](name, String(texts[name] ?? ''))]));
  checkTogether(asked);
  return asked;
}

function checkTogether(asked) {
  for (const [isWrong, message] of conflicts) if (isWrong(asked)) throw refusal(`--param ${message}`);
}

/** The longest that a door waits for a function, seconds. */
const patience = { url: 900, 'http-api': 29, 'rest-api': 29, alb: 60 };

const conflicts = [
  [(a) => a.timeout > patience[a.door], 'timeout is longer than the door waits: 29 s an API, 60 s the ALB'],
  [(a) => a.cdn === 'on' && a.timeout > 30, 'timeout is longer than CloudFront waits: 30 s'],
  [(a) => a.cdn === 'on' && a.door !== 'url', 'cdn=on is for door=url only'],
  [
    (a) => a.cdn === 'on' && a.callers === 'platform',
    'cdn=on with callers=platform: CloudFront would sign for everybody. Say callers=signed, or callers=public if all may read',
  ],
  [
    (a) => a.cdn === 'on' && a.callers === 'signed' && a.domain === '',
    'cdn=on with callers=signed needs domain=<host name> and certificate=<ARN>: callers sign the host they ask',
  ],
  [(a) => a.domain !== '' && (a.cdn === 'off' || a.certificate === ''), 'domain needs cdn=on and certificate=<ARN>'],
  [
    (a) => a.domain !== '' && !a.certificate.includes(':us-east-1:'),
    'certificate must be in us-east-1: CloudFront takes no other',
  ],
  [(a) => a.door !== 'alb' && (a.listener !== '' || a.subnets.length > 0), 'listener and subnets are for door=alb'],
  [
    (a) => a.door === 'alb' && (a.listener === '') === (a.subnets.length === 0),
    'door=alb needs either listener=<ARN of yours> or subnets=<ids>, for a load balancer of its own',
  ],
  [
    (a) => a.subnets.length > 0 && (a.subnets.length < 2 || [a.vpc, a.certificate, a.albFrom].includes('')),
    'subnets must be two or more, with vpc=<id>, certificate=<ARN> and albFrom=<range of addresses that may ask>',
  ],
  [
    (a) => a.door === 'alb' && a.callers === 'platform' && a.albScheme !== 'internal',
    'door=alb with callers=platform: an ALB checks nobody. Say callers=signed, or albScheme=internal where only those reach it who may read all',
  ],
  [(a) => a.keys !== '' && a.callers !== 'signed', 'keys (or EXIF_KEYS) is for callers=signed'],
  [
    (a) => a.jobConcurrency !== null && a.jobConcurrency < a.uploadConcurrency,
    'jobConcurrency is less than uploadConcurrency: the queue would count each refused batch as a try, and events end as dead letters',
  ],
  [
    (a) => a.createCache === 'on' && !/^(s3|dynamodb):/.test(a.cache),
    'createCache=on needs cache=s3://.. or dynamodb://..',
  ],
];

function text(pattern, what) {
  return (name, value) => {
    if (!pattern.test(value)) throw refusal(`--param ${name} must be ${what}`);
    return value;
  };
}

function list(pattern, what) {
  return (name, value) => {
    const parts = value.split(',').filter((part) => part !== '');
    if (!parts.every((part) => pattern.test(part))) throw refusal(`--param ${name} must be ${what}`);
    return parts;
  };
}

function choice(...values) {
  return text(new RegExp(`^(${values.join('|')})$`), values.join(' or '));
}

function whole(least, most) {
  return (name, value) => {
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (!(number >= least && number <= most)) {
      throw refusal(`--param ${name} must be a whole number from ${least} to ${most}`);
    }
    return number;
  };
}

/** A number, or null for `none`. */
function wholeOrNone(least, most) {
  const read = whole(least, most);
  return (name, value) => (value === 'none' ? null : read(name, value));
}

function oneOfNumbers(numbers) {
  return (name, value) => {
    if (!numbers.map(String).includes(value)) throw refusal(`--param ${name} must be one of ${numbers.join(', ')}`);
    return Number(value);
  };
}

module.exports = { names, readAsked, refusal };
