// The bucket or table of the cache, created with `--param createCache=on`. It is deleted with the stack: a cache can be
// filled again.
import { parseCacheLocation } from '../../lib/cache';
import { DeployError, tryParse } from '../check';
import { bucketArn, keysArn, type NamedValues, policy, resource } from './cloudformation';
import type { StackParameters } from './parameters';
import { objectTable } from './sinks';

/** A cache at AWS. `prefix` is that of its keys, with `/` at the end; `region` null = the region of the stack. */
type CacheStore =
  | Readonly<{ kind: 's3'; bucket: string; prefix: string }>
  | Readonly<{ kind: 'dynamodb'; table: string; region: string | null }>;

/** Days after which an entry in a bucket is deleted; an image that is requested later is read again. */
const entryDays = 365;

/** Whether the cache is in annotations of the images. */
export function isInAnnotations(cache: string): boolean {
  return tryParse(parseCacheLocation, cache)?.kind === 'annotation';
}

/** The store that a location names; null when it is not at AWS, and when the location is wrong (refused later). */
export function cacheStore(cache: string): CacheStore | null {
  const location = tryParse(parseCacheLocation, cache);
  if (location?.kind === 's3' && location.endpoint === null) {
    const { bucket, prefix } = location;
    return { kind: 's3', bucket, prefix: prefix === '' ? '' : `${prefix}/` };
  }
  if (location?.kind === 'dynamodb' && location.endpoint === null) {
    return { kind: 'dynamodb', table: location.table, region: location.region };
  }
  return null;
}

/** The bucket or table; nothing with createCache=off. Throws DeployError for a store that the stack cannot create. */
export function cacheResources({ cache, createCache }: StackParameters): NamedValues {
  if (createCache === 'off') return {};
  const store = cacheStore(cache);
  if (store === null)
    throw new DeployError('--param createCache=on can only create a bucket or table at AWS: check --param cache');
  if (store.kind === 's3') return bucket(store.bucket);
  if (store.region !== null)
    throw new DeployError(
      '--param createCache=on creates the table in the region of the stack: remove ?region= from the cache',
    );
  return { CacheTable: objectTable(store.table) };
}

/** Encrypted, private to the account, with entries that expire. */
function bucket(BucketName: string): NamedValues {
  const tlsOnly = {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [bucketArn(BucketName), keysArn(BucketName, '')],
    Condition: { Bool: { 'aws:SecureTransport': false } },
  };
  const encryption = [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }];
  return {
    // CloudFormation does not delete a bucket with objects: empty it before you remove the stack.
    CacheBucket: resource('AWS::S3::Bucket', {
      BucketName,
      BucketEncryption: { ServerSideEncryptionConfiguration: encryption },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      LifecycleConfiguration: { Rules: [{ Id: 'old', Status: 'Enabled', ExpirationInDays: entryDays }] },
    }),
    CacheBucketPolicy: resource('AWS::S3::BucketPolicy', {
      Bucket: { Ref: 'CacheBucket' },
      PolicyDocument: policy(tlsOnly),
    }),
  };
}
