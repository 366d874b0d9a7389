// Sends the code to SCF: in the request when it fits, otherwise through a bucket.
import { createHash } from 'node:crypto';
import type { TryResult } from '../../lib/io/retry';
import { ProblemError } from '../../lib/problem';
import { orAgain, s3Client } from '../../lib/s3/client';
import { s3PlaceOf } from '../../lib/s3/location';
import { readRefusal, refusalPlan } from '../../lib/s3/refusal';
import type { S3Place } from '../../lib/s3/request';
import type { Keys } from './api';
import type { DeployOptions } from './options';

/** The code in a request to the API. */
export type Code = Readonly<
  { ZipFile: string } | { CosBucketName: string; CosObjectName: string; CosBucketRegion: string }
>;

/**
 * Bytes for the code in a request signed with TC3-HMAC-SHA256. The whole request can have 10 MB [Tencent Cloud API, request
 * structure].
 */
const maxRequestBytes = 10_000_000 - 20_000;
/** Milliseconds for one try of the upload: 13 MB at 1 Mbit/s. */
const uploadMs = 120_000;

/** Whether a zip of this size fits into a request as base64, which makes four bytes of three. */
export function fitsRequest(bytes: number): boolean {
  return Math.ceil(bytes / 3) * 4 <= maxRequestBytes;
}

/** The code in the request itself. */
export function codeInRequest(zip: Uint8Array): Code {
  return { ZipFile: Buffer.from(zip).toString('base64') };
}

/** The code in `options.codeBucket`, named by its hash; SCF takes the name of the bucket without the appid. */
export function codeInBucket(
  zip: Uint8Array,
  { codeBucket, region }: DeployOptions,
): Readonly<{ code: Code; key: string }> {
  const key = `bucket-exif/${createHash('sha256').update(zip).digest('hex')}.zip`;
  const name = (codeBucket ?? '').replace(/-\d+$/, '');
  return { code: { CosBucketName: name, CosObjectName: `/${key}`, CosBucketRegion: region }, key };
}

/** Uploads the zip to the bucket. Throws ProblemError when that fails. `place` is for tests. */
export async function uploadCode(
  zip: Uint8Array,
  key: string,
  options: DeployOptions,
  keys: Keys,
  place?: S3Place,
): Promise<void> {
  const location = { kind: 'cos', bucket: options.codeBucket ?? '', region: options.region, signed: true } as const;
  const credentials = { accessKeyId: keys.secretId, secretAccessKey: keys.secretKey, sessionToken: keys.token };
  const send = s3Client({
    ...(place ?? s3PlaceOf(location, null).place),
    credentials: async () => credentials,
    tryMs: uploadMs,
    maxTries: 3,
  });
  const doing = `put the code into ${location.bucket}`;
  await send(
    {
      method: 'PUT',
      key,
      body: zip,
      headers: { 'Content-Type': 'application/zip' },
      doing,
      plan: () => refusalPlan,
      read(head, _plan, bytes): TryResult<null> {
        if (head.status === 200) return { value: null };
        const { text, again } = readRefusal(head, bytes, doing);
        return orAgain(new ProblemError('BucketFault', text), again);
      },
    },
    AbortSignal.timeout(3 * uploadMs),
  );
}
