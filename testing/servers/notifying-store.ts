// A real S3 server with two buckets. One of them reports its changes by HTTP.

import {
  CreateBucketCommand,
  PutBucketNotificationConfigurationCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { sign } from 'aws4';
import type { Env } from '../../lib/types';
import { cephClient } from './ceph-client';
import { cephKeys } from './ceph-rgw';

export const photos = 'photos';
export const entries = 'entries';
export const prefix = 'exif';

/** A client of the server at `port`. */
export function openClient(port: number): S3Client {
  return cephClient(port, {
    // Ceph 16 may wait forever for a push whose connection ended; a change made twice sends two events.
    requestHandler: { requestTimeout: 10_000, throwOnRequestTimeout: true },
    maxAttempts: 5,
  });
}

/** The settings of a function over these buckets. */
export function settingsOf(port: number): Env {
  const options = `region=us-east-1&endpoint=http://127.0.0.1:${port}&style=path`;
  return {
    EXIF_BUCKET: `s3://${photos}?${options}`,
    EXIF_CACHE: `s3://${entries}/${prefix}?${options}`,
    EXIF_CALLERS: 'platform',
    AWS_ACCESS_KEY_ID: cephKeys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: cephKeys.secretAccessKey,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}

/** Makes both buckets; what happens in the first is pushed to `url`. */
export async function makeBuckets(client: S3Client, port: number, url: string): Promise<void> {
  for (const Bucket of [photos, entries]) await client.send(new CreateBucketCommand({ Bucket }));
  const TopicArn = await createTopic(port, url);
  const all = { Id: 'uploads', TopicArn, Events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'] as const };
  const NotificationConfiguration = { TopicConfigurations: [{ ...all, Events: [...all.Events] }] };
  await client.send(new PutBucketNotificationConfigurationCommand({ Bucket: photos, NotificationConfiguration }));
}

/** [Ceph, "Bucket Notifications"]: topics are made as in SNS; here by a plain signed request, without an SDK client. */
async function createTopic(port: number, url: string): Promise<string> {
  const body = new URLSearchParams({
    Action: 'CreateTopic',
    Name: 'uploads',
    'Attributes.entry.1.key': 'push-endpoint',
    'Attributes.entry.1.value': url,
  }).toString();
  const request = {
    service: 'sns',
    region: 'us-east-1',
    host: `127.0.0.1:${port}`,
    method: 'POST',
    path: '/',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body,
  };
  const { headers } = sign(request, { accessKeyId: cephKeys.accessKeyId, secretAccessKey: cephKeys.secretAccessKey });
  const { Host: _, ...sent } = headers as Record<string, string>;
  const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers: sent, body });
  const text = await response.text();
  const [, arn] = /<TopicArn>([^<]+)<\/TopicArn>/.exec(text) ?? [];
  if (arn === undefined) throw new Error(`no topic: ${response.status} ${text}`);
  return arn;
}

/** All keys of a bucket. */
export async function listKeys(client: S3Client, bucket: string): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { Contents } of paginateListObjectsV2({ client }, { Bucket: bucket })) {
    for (const { Key } of Contents ?? []) if (Key !== undefined) keys.push(Key);
  }
  return keys;
}
