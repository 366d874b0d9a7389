// The real S3 server with the images that the functions are asked for.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { sign } from 'aws4';
import { projectRoot } from '../../deploy/artifact/files';
import { cephKeys, startCephRgw } from '../../testing/servers/ceph-rgw';
import { entries, openClient, photos } from '../../testing/servers/notifying-store';
import { pictures } from '../pictures';

/** `objects`: each name in the bucket, and what it is. */
export type Store = Readonly<{
  port: number;
  objects: readonly Readonly<{ name: string; file: string; size: number }>[];
  stop(): Promise<void>;
}>;

/** Starts a server with the images in one bucket, and an empty bucket for the cache. */
export async function pictureStore(corpus: string, samples: string): Promise<Store> {
  const { port, stop } = await startCephRgw();
  const client = openClient(port);
  try {
    for (const Bucket of [photos, entries]) await client.send(new CreateBucketCommand({ Bucket }));
    const objects = [];
    for (const { name, corpus: path, sample } of pictures) {
      const isThere = existsSync(join(corpus, path));
      const bytes = readFileSync(isThere ? join(corpus, path) : join(samples, sample));
      await client.send(new PutObjectCommand({ Bucket: photos, Key: name, Body: bytes }));
      objects.push({ name, file: isThere ? path : sample, size: bytes.length });
    }
    return { port, objects, stop };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    client.destroy();
  }
}

const keys = {
  AWS_ACCESS_KEY_ID: cephKeys.accessKeyId,
  AWS_SECRET_ACCESS_KEY: cephKeys.secretAccessKey,
  AWS_SESSION_TOKEN: '',
};

/** The settings of our function for that server, or for a proxy before it. */
export function ourSettings(port: number, cache: 'none' | 'memory' | 's3'): Readonly<Record<string, string>> {
  const options = `region=us-east-1&endpoint=http://127.0.0.1:${port}&style=path`;
  const location = { none: 'none', memory: 'memory:', s3: `s3://${entries}/exif?${options}` }[cache];
  return { ...keys, EXIF_BUCKET: `s3://${photos}?${options}`, EXIF_CALLERS: 'platform', EXIF_CACHE: location };
}

/** What the SDK of the baseline finds. */
export function baselineSettings(port: number): Readonly<Record<string, string>> {
  return { ...keys, AWS_REGION: 'us-east-1', BUCKET: photos, AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}` };
}

/** An event of a Function URL for an object. */
export function eventOf(name: string): Readonly<Record<string, unknown>> {
  const text = readFileSync(join(projectRoot(__dirname), 'events', 'function-url.json'), 'utf8');
  return { ...(JSON.parse(text) as object), rawPath: `/${name}` };
}

/** Where and with which headers `range` of an object is asked for. */
export function signedTarget(port: number, key: string, range: string) {
  const at = { host: '127.0.0.1', port, path: `/${photos}/${key}` };
  const request = { ...at, host: `127.0.0.1:${port}`, service: 's3', region: 'us-east-1', headers: { range } };
  const { headers } = sign(request, { accessKeyId: cephKeys.accessKeyId, secretAccessKey: cephKeys.secretAccessKey });
  return { ...at, headers: headers as Record<string, string> };
}
