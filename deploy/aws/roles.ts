// A role for each function, and one for the jobs of S3 Batch Operations. No action and no resource is left open with `*`,
// except the keys below a prefix and the streams of one log.

import type { Variables } from '../check';
import { cacheStore, isInAnnotations } from './cache-store';
import { arnOf, bucketArn, fromThisAccount, keysArn, type NamedValues, policy, resource, sub } from './cloudformation';
import type { StackParameters } from './parameters';
import type { ReadBucket } from './settings';
import { sinkStatements } from './sinks';
import { allow, keyStatements } from './statements';

/** Short name (`http`) -> the function's name at AWS. */
export type FunctionNames = Readonly<Record<string, string>>;

/** The logical id of the role of a function. */
export function roleName(name: string): string {
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)}FunctionRole`;
}

/**
 * The roles. All functions write their log and read images and the cache; `http` also reads the callers' keys, and the others
 * send to the sinks.
 */
export function functionRoles(
  parameters: StackParameters,
  { settings, sinks, buckets }: Readonly<{ settings: Variables; sinks: Variables; buckets: readonly ReadBucket[] }>,
  functionNames: FunctionNames,
): NamedValues {
  const shared = [
    ...buckets.flatMap(imageStatements),
    ...cacheStatements(parameters.cache),
    ...annotationStatements(parameters.cache, buckets),
    ...kmsStatements(parameters),
  ];
  const toSinks = sinkStatements(parameters, sinks);
  const own: Readonly<Record<string, readonly NamedValues[]>> = {
    http: keyStatements(settings['EXIF_KEYS'] ?? ''),
    upload: [
      allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], arnOf('UploadQueue')),
      allow('sqs:SendMessage', arnOf('UploadDeadLetters')),
      ...toSinks,
    ],
    batch: toSinks,
  };
  const roles = Object.entries(functionNames).map(([name, functionName]) => {
    const statements = [logStatement(functionName), ...shared, ...(own[name] ?? [])];
    return [roleName(name), role('lambda.amazonaws.com', `exif-${name}`, statements)];
  });
  return Object.fromEntries(roles);
}

/**
 * The role of the jobs. They may call the function, let S3 list the bucket, and write this list and the report below `report`,
 * where a manifest may be too. There is no role without `report`.
 */
export function batchRole({ report }: StackParameters, bucket: string): NamedValues {
  const [, name, path = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(report) ?? [];
  if (name === undefined) return {};
  const statements = [
    // The second ARN is for versions of the function, which outputs and aliases name.
    allow('lambda:InvokeFunction', [
      arnOf('BatchLambdaFunction'),
      { 'Fn::Join': [':', [arnOf('BatchLambdaFunction'), '*']] },
    ]),
    allow('s3:PutInventoryConfiguration', bucketArn(bucket)),
    allow(['s3:GetObject', 's3:PutObject'], keysArn(name, `${path.replace(/\/$/, '')}/`)),
  ];
  return { BatchRole: role('batchoperations.s3.amazonaws.com', 'exif-batch', statements) };
}

function role(service: string, policyName: string, statements: readonly NamedValues[]): NamedValues {
  const trust = {
    Effect: 'Allow',
    Principal: { Service: service },
    Action: 'sts:AssumeRole',
    Condition: fromThisAccount,
  };
  return resource('AWS::IAM::Role', {
    AssumeRolePolicyDocument: policy(trust),
    Policies: [{ PolicyName: policyName, PolicyDocument: policy(...statements) }],
  });
}

/** Allows to write the log of a function; the stack creates the log. */
function logStatement(functionName: string): NamedValues {
  const group = `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:/aws/lambda/${functionName}`;
  return allow(['logs:CreateLogStream', 'logs:PutLogEvents'], sub(`${group}:log-stream:*`));
}

/** Allows to read images. */
function imageStatements({ name, prefix }: ReadBucket): readonly NamedValues[] {
  return [allow('s3:GetObject', keysArn(name, prefix)), listStatement(name, prefix)];
}

/**
 * With this right S3 answers 404 and not 403 for a missing key; nothing is listed. A GET sends no `s3:prefix`, so the
 * condition must allow requests without it, and with them a list without a prefix.
 */
function listStatement(name: string, prefix: string): NamedValues {
  const condition = prefix === '' ? undefined : { StringLikeIfExists: { 's3:prefix': `${prefix}*` } };
  return allow('s3:ListBucket', bucketArn(name), condition);
}

/** Allows to read and write entries of the cache; empty for a cache that IAM does not control. */
function cacheStatements(cache: string): readonly NamedValues[] {
  const store = cacheStore(cache);
  if (store === null) return [];
  if (store.kind === 's3') {
    const { bucket, prefix } = store;
    return [allow(['s3:GetObject', 's3:PutObject'], keysArn(bucket, prefix)), listStatement(bucket, prefix)];
  }
  const region = store.region ?? `\${AWS::Region}`;
  const table = sub(`arn:\${AWS::Partition}:dynamodb:${region}:\${AWS::AccountId}:table/${store.table}`);
  return [allow(['dynamodb:GetItem', 'dynamodb:PutItem'], table)];
}

/** Allows to read and write annotations of images, when they are the cache; every function does both, and none removes one. */
function annotationStatements(cache: string, buckets: readonly ReadBucket[]): readonly NamedValues[] {
  if (!isInAnnotations(cache)) return [];
  const actions = ['s3:GetObjectAnnotation', 's3:PutObjectAnnotation'];
  return buckets.map(({ name, prefix }) => allow(actions, keysArn(name, prefix)));
}

/**
 * Allows to use KMS keys of the account, only through the services that store the encrypted data. Writing to a cache in S3
 * or in annotations needs the right to encrypt.
 */
function kmsStatements({ kmsKeys, cache }: StackParameters): readonly NamedValues[] {
  if (kmsKeys.length === 0) return [];
  const services = ['s3', 'dynamodb', 'ssm', 'secretsmanager'].map((name) => `${name}.*`);
  const encrypts = cacheStore(cache)?.kind === 's3' || isInAnnotations(cache);
  const actions = encrypts ? ['kms:Decrypt', 'kms:GenerateDataKey'] : ['kms:Decrypt'];
  return [allow(actions, kmsKeys, { StringLike: { 'kms:ViaService': services } })];
}
