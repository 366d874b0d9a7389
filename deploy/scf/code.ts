// The code on its way to SCF: in the request where that takes it, else through a bucket.
import { createHash } from 'node:crypto';
import type { Tried } from '../../lib/io/retry';
import { ProblemError } from '../../lib/problem';
import { orAgain, s3Client } from '../../lib/s3/client';
import { s3PlaceOf } from '../../lib/s3/location';
import { readRefusal, refusalPlan } from '../../lib/s3/refusal';
import type { S3Place } from '../../lib/s3/request';
import type { Keys } from './api';
import type { DeployOptions } from './options';

/** How the API is told of the code. */
export type Code = Readonly<
  { ZipFile: string } | { CosBucketName: string; CosObjectName: string; CosBucketRegion: string }
>;

/** Bytes of a request that is signed by TC3-HMAC-SHA256 [Tencent Cloud API, request structure: 10 MB]; some are for the rest. */
const maxRequestBytes = 10_000_000 - 20_000;
/** Milliseconds for one try of the upload: 13 MB at 1 Mbit/s. */
const uploadMs = 120_000;

/** Whether a zip of so many bytes goes into a request: there it has four bytes for three. */
export function fitsRequest(bytes: number): boolean {
  return Math.ceil(bytes / 3) * 4 <= maxRequestBytes;
}

/** The code in the request itself. */
export function codeInRequest(zip: Uint8Array): Code {
  return { ZipFile: Buffer.from(zip).toString('base64') };
}

/** The code in `options.codeBucket`, by its hash, so that the same code is one object; SCF wants the name without appid. */
export function codeInBucket(zip: Uint8Array, { codeBucket, region }: DeployOptions): Code & Readonly<{ key: string }> {
  const key = `bucket-exif/${createHash('sha256').update(zip).digest('hex')}.zip`;
  const name = (codeBucket ?? '').replace(/-\d+$/, '');
  return { CosBucketName: name, CosObjectName: `/${key}`, CosBucketRegion: region, key };
}

/** Puts the zip into the bucket; throws ProblemError when that fails. `place` is for tests. */
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
      read(head, _plan, bytes): Tried<null> {
        if (head.status === 200) return { value: null };
        const { text, again } = readRefusal(head, bytes, doing);
        return orAgain(new ProblemError('BucketFault', text), again);
      },
    },
    AbortSignal.timeout(3 * uploadMs),
  );
}
