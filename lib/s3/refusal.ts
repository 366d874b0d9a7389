// Reads a refusal of a store in the S3 protocol: its code, and whether a retry makes sense.

import type { BodyPlan, Head } from '../io/http-exchange';
import type { ProblemCode } from '../problem';

/** The part of a refusal's body to read: real ones have code and message in the first 600 bytes. */
export const refusalPlan: BodyPlan = { start: 0, end: 8 * 1024, rest: 'any' };

/**
 * `code` is '' when the store sends none; `text` is for the log; `again`: a retry of the same request makes sense.
 * `cause` names a cause that does not depend on the request, or is null.
 */
export type StoreRefusal = Readonly<{
  status: number;
  code: string;
  text: string;
  again: boolean;
  cause: 'throttled' | 'timeout' | 'customer-key' | null;
}>;

/** Codes for too many requests. Their status is 503, 429, 400 or 403, depending on the store. */
const throttling =
  /^(KMS\.)?(SlowDown\w*|Throttl(ing|ed)\w*|RequestLimitExceeded|RequestThrottled\w*|TooManyRequests\w*|BandwidthLimitExceeded|LimitExceededException|ServerBusy)$/;

/** The store did not receive the request in time. S3 sends it with 400 when a connection stalls [Amazon S3 Error Responses]. */
const timeout = /^RequestTime(out|Out)(Exception)?$/;

/** Other codes of temporary faults, with any status: S3 sends OperationAborted with 409. */
const passing =
  /^(InternalError|InternalFailure|OperationAborted|ServiceUnavailable|PriorRequestNotComplete|KMS\.(KMSInternalException|DependencyTimeoutException|KeyUnavailableException))$/;

/** Codes of 400 and 403 that are about our keys, our clock or the bucket's address, not about the object. */
export const aboutSettings: ReadonlySet<string> = new Set([
  'SignatureDoesNotMatch',
  'InvalidAccessKeyId',
  'RequestTimeTooSkewed',
  'RequestExpired',
  'ExpiredToken',
  'InvalidToken',
  'InvalidTokenId',
  'InvalidSecurityToken',
  'TokenRefreshRequired',
  'CredentialsNotSupported',
  'InvalidSecurity',
  'MissingSecurityHeader',
  'AuthorizationHeaderMalformed',
  'AuthorizationQueryParametersError',
  'XAmzContentSHA256Mismatch',
  'InvalidBucketName',
  'InvalidLocationConstraint',
  'IllegalLocationConstraintException',
]);

/** Reads a refusal. Of the body, `text` repeats only the code: bodies may echo the request with its headers. */
export function readRefusal({ status, headers }: Head, body: Uint8Array, doing: string): StoreRefusal {
  const xml = new TextDecoder().decode(body);
  const code = /<Code>\s*([A-Za-z0-9.]{1,48})\s*<\/Code>/.exec(xml)?.[1] ?? '';
  const region = String(headers['x-amz-bucket-region'] ?? '');
  const where = /^[a-z0-9-]{1,32}$/.test(region) ? `, the bucket is in region ${region}` : '';
  const cause = causeOf(status, code, xml);
  const text = `Cannot ${doing}: the store answered ${status}${code === '' ? '' : ` ${code}`}${where}`;
  const isFault = status === 500 || (status >= 502 && status <= 504);
  const again = isFault || cause === 'throttled' || cause === 'timeout' || (status >= 400 && passing.test(code));
  return { status, code, text, again, cause };
}

function causeOf(status: number, code: string, xml: string): StoreRefusal['cause'] {
  if (status === 429 || (status >= 400 && throttling.test(code))) return 'throttled';
  if (status === 408 || (status >= 400 && timeout.test(code))) return 'timeout';
  return status === 400 && needsCustomerKey(code, xml) ? 'customer-key' : null;
}

/**
 * Whether the object is encrypted with a key that only its owner has (SSE-C). S3, MinIO and Ceph have no
 * separate code for that: InvalidRequest and InvalidArgument have other meanings, too, so the message decides.
 */
function needsCustomerKey(code: string, xml: string): boolean {
  if (code === 'ResourceIsEncryptedWithCustomerEncryptionKey') return true; // Google Cloud Storage
  if (code !== 'InvalidRequest' && code !== 'InvalidArgument') return false;
  const message = /<Message>([^<]{0,1024})/.exec(xml)?.[1] ?? '';
  return /server[- ]side encryption|customer[- ](provided|supplied)|\bSSE-?C\b/i.test(message) && !/KMS/.test(message);
}

/** The code of the problem that a refusal is for a bucket that is listed or written. */
export function refusalCode({ status, code, cause, again }: StoreRefusal): ProblemCode {
  if (cause === 'throttled') return 'SlowDown';
  if (cause === 'timeout') return 'Timeout';
  if (again) return 'BucketFault';
  if (aboutSettings.has(code)) return 'BucketMisconfigured';
  if (status === 401 || status === 403) return 'AccessDenied';
  if (status === 404) return 'NoSuchBucket';
  return status < 500 ? 'BucketMisconfigured' : 'BucketFault';
}
