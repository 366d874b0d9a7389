// Statements of IAM, each for one thing that a function does. No action and no resource is left open by `*`, but for the
// keys below a prefix and the streams of one log.

const sub = (text) => ({ 'Fn::Sub': text });
const arnOf = (resource) => ({ 'Fn::GetAtt': [resource, 'Arn'] });
const allow = (Action, Resource, Condition) => ({ Effect: 'Allow', Action, Resource, ...(Condition && { Condition }) });
const bucketArn = (name) => sub(`arn:\${AWS::Partition}:s3:::${name}`);
const keysArn = (name, prefix) => sub(`arn:\${AWS::Partition}:s3:::${name}/${prefix}*`);

/** To write the log of a function, which the stack has made. */
function logStatement(functionName) {
  const group = `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:/aws/lambda/${functionName}`;
  return allow(['logs:CreateLogStream', 'logs:PutLogEvents'], sub(`${group}:log-stream:*`));
}

/**
 * To read the images of buckets `{ name, prefix }`. The second is so that S3 answers 404 and not 403 for a key that is not
 * there; nothing is listed. A GET has no `s3:prefix`, so the condition must let that pass, and with it a list without one.
 */
function imageStatements(buckets) {
  return buckets.flatMap(({ name, prefix }) => [
    allow('s3:GetObject', keysArn(name, prefix)),
    listStatement(name, prefix),
  ]);
}

function listStatement(name, prefix) {
  const condition = prefix === '' ? undefined : { StringLikeIfExists: { 's3:prefix': `${prefix}*` } };
  return allow('s3:ListBucket', bucketArn(name), condition);
}

/** The store of a cache that IAM knows: `{ kind: 's3', name, prefix }` or `{ kind: 'dynamodb', name, region }`; null for others. */
function cacheStore(cache) {
  const [, kind, name, path = '', query = ''] = /^(s3|dynamodb):\/\/([^/?]+)(\/[^?]*)?(\?.*)?$/.exec(cache) ?? [];
  const options = new URLSearchParams(query);
  if (kind === undefined || options.has('endpoint')) return null;
  if (kind === 'dynamodb') return { kind, name, region: options.get('region') };
  const prefix = path.replace(/^\/|\/$/g, '');
  return { kind, name, prefix: prefix === '' ? '' : `${prefix}/` };
}

/** To read and write entries of the cache; none for the kinds that IAM knows nothing of. */
function cacheStatements(cache) {
  const store = cacheStore(cache);
  if (store === null) return [];
  if (store.kind === 'dynamodb') {
    const region = store.region ?? `\${AWS::Region}`;
    const table = sub(`arn:\${AWS::Partition}:dynamodb:${region}:\${AWS::AccountId}:table/${store.name}`);
    return [allow(['dynamodb:GetItem', 'dynamodb:PutItem'], table)];
  }
  return [
    allow(['s3:GetObject', 's3:PutObject'], keysArn(store.name, store.prefix)),
    listStatement(store.name, store.prefix),
  ];
}

/** To read the text that holds the keys of callers, at the one place that `EXIF_KEYS` names. */
function keyStatements(location) {
  const [, scheme, name, query = ''] = /^(ssm|secretsmanager):([^?]+)(\?.*)?$/.exec(location ?? '') ?? [];
  const options = new URLSearchParams(query);
  if (name === undefined || options.has('endpoint')) return [];
  const action = scheme === 'ssm' ? 'ssm:GetParameter' : 'secretsmanager:GetSecretValue';
  if (name.startsWith('arn:')) return [allow(action, name)];
  const place = `arn:\${AWS::Partition}:${scheme}:${options.get('region') ?? `\${AWS::Region}`}:\${AWS::AccountId}`;
  // Secrets Manager puts six characters of its own behind the name.
  const resource = scheme === 'ssm' ? `parameter/${name.replace(/^\//, '')}` : `secret:${name}-??????`;
  return [allow(action, sub(`${place}:${resource}`))];
}

/** To use KMS keys of the account, through the services that hold what they lock; entries in S3 are locked, too. */
function kmsStatements(keys, cache) {
  if (keys.length === 0) return [];
  const services = ['s3', 'dynamodb', 'ssm', 'secretsmanager'].map((name) => `${name}.*`);
  const actions = cacheStore(cache)?.kind === 's3' ? ['kms:Decrypt', 'kms:GenerateDataKey'] : ['kms:Decrypt'];
  return [allow(actions, keys, { StringLike: { 'kms:ViaService': services } })];
}

module.exports = {
  allow,
  arnOf,
  sub,
  bucketArn,
  keysArn,
  logStatement,
  imageStatements,
  cacheStore,
  cacheStatements,
  keyStatements,
  kmsStatements,
};
