// Object annotations of Amazon S3: named texts of one version of an object [Amazon S3 API Reference, PutObjectAnnotation,
// GetObjectAnnotation]. Their limits, their requests, and the buckets that can have them.
import { hash } from 'node:crypto';
import { encodeBase64 } from '../bytes/base64';
import { crc32 } from '../bytes/crc32';
import { percentEncode } from '../bytes/percent';
import type { CosLocation, S3Location } from './location';
import { isAccessPointAlias } from './special-buckets';

/** Bytes of one annotation [S3 User Guide, object annotations]. */
export const maxAnnotationBytes = 1024 * 1024;

/**
 * The query of a request for one annotation. Throws RangeError for an empty name: without a value of `annotationName`, S3 would
 * list the annotations.
 */
export function annotationQuery(name: string): string {
  if (name === '') throw new RangeError('An annotation needs a name');
  return `annotation=&annotationName=${percentEncode(name)}`;
}

/** The headers of a PUT: it succeeds only while the object has the ETag `objectTag`; null = whatever it has. */
export function annotationPutHeaders(body: Uint8Array, objectTag: string | null): Readonly<Record<string, string>> {
  const crc = new Uint8Array(4);
  new DataView(crc.buffer).setUint32(0, crc32(body));
  return {
    'x-amz-sdk-checksum-algorithm': 'CRC32',
    'x-amz-checksum-crc32': encodeBase64(crc),
    ...(objectTag === null ? {} : { 'x-amz-object-if-match': objectTag }),
  };
}

/** `etag` when it can be the value of `x-amz-object-if-match`, otherwise null. */
export function objectTag(etag: string | null): string | null {
  return etag !== null && /^"[\x21\x23-\x7e]{1,1022}"$/.test(etag) ? etag : null;
}

/** Regions of AWS without annotations. */
const lackingRegions: ReadonlySet<string> = new Set(['me-central-1', 'me-south-1']);

/**
 * Why the objects of a bucket cannot have annotations, as the rest of a sentence about it; null when they can. `region` is that
 * of the bucket, or null when it is not known. `emulator`: a store at an endpoint counts as one that has them.
 */
export function annotationsRefused(
  location: S3Location | CosLocation | Readonly<{ kind: 'directory' }>,
  region: string | null,
  emulator: boolean,
): string | null {
  if (location.kind === 'directory') return 'is a folder, and only objects on AWS S3 have annotations';
  if (location.kind === 'cos') return 'is on Tencent COS, which has no annotations';
  const { bucket, endpoint } = location;
  if (endpoint !== null && !emulator)
    return 'has an endpoint, and only AWS S3 has annotations. For an emulator that has them, add ?emulator=1 to the cache';
  if (endpoint === null && emulator) return 'is on AWS: remove emulator=1 from the cache';
  if (isAccessPointAlias(bucket))
    return 'is the alias of an access point, and annotations are not documented for these: name the bucket itself';
  if (endpoint === null && region !== null && lackingRegions.has(region))
    return `is in the region ${region}, which has no annotations`;
  if (!location.signed) return 'is read without credentials (credentials=none), but annotations need them';
  return null;
}

/** Changes with the rules that `bucket-exif check annotations` tries: then each bucket has to be checked again. */
const rulesVersion = 1;

/** The token of a bucket that passed the check: 16 hex digits. It says which bucket was checked; it is not a secret. */
export function checkedToken({ bucket, endpoint }: Pick<S3Location, 'bucket' | 'endpoint'>): string {
  const text = JSON.stringify(['bucket-exif check annotations', rulesVersion, endpoint?.origin ?? 'aws', bucket]);
  return hash('sha256', text).slice(0, 16);
}
