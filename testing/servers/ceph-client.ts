import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { cephKeys } from './ceph-rgw';

/** A client of the AWS SDK for a server on this machine that `startCephRgw` started. */
export function cephClient(port: number, more: S3ClientConfig = {}): S3Client {
  return new S3Client({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: cephKeys.accessKeyId, secretAccessKey: cephKeys.secretAccessKey },
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...more,
  });
}
