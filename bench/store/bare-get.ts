// The least that a signed GET costs: node:http with one kept connection, and a signing key that is derived once.
import { createHash, createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';
import { cephKeys } from '../../testing/servers/ceph-rgw';

/** An object of a store on this machine. */
export type StoredObject = Readonly<{ port: number; bucket: string; key: string }>;

export type BareReply = Readonly<{ status: number; etag: string; length: number }>;

const emptyHash = sha256('');

/** A function that sends one GET with `headers`, which are not signed, and reads the whole reply. */
export function bareGet(object: StoredObject, headers: Readonly<Record<string, string>>): () => Promise<BareReply> {
  const agent = new Agent({ keepAlive: true });
  const { port, bucket, key } = object;
  const host = `127.0.0.1:${port}`;
  const path = `/${bucket}/${key}`;
  const date = timeNow().slice(0, 8);
  const scope = `${date}/us-east-1/s3/aws4_request`;
  const names = 'host;x-amz-content-sha256;x-amz-date';
  const signingKey = scope.split('/').reduce<string | Uint8Array>(hmac, `AWS4${cephKeys.secretAccessKey}`);
  const start = `AWS4-HMAC-SHA256 Credential=${cephKeys.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=`;
  return () => {
    const time = timeNow();
    const signed = `host:${host}\nx-amz-content-sha256:${emptyHash}\nx-amz-date:${time}\n`;
    const hash = sha256(`GET\n${path}\n\n${signed}\n${names}\n${emptyHash}`);
    const signature = createHmac('sha256', signingKey).update(`AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash}`);
    const all = {
      Host: host,
      'X-Amz-Content-Sha256': emptyHash,
      'X-Amz-Date': time,
      Authorization: start + signature.digest('hex'),
      ...headers,
    };
    return new Promise((resolve, reject) => {
      const outgoing = request({ host: '127.0.0.1', port, path, agent, headers: all }, (incoming) => {
        let length = 0;
        incoming.on('data', (chunk: Uint8Array) => {
          length += chunk.length;
        });
        incoming.on('end', () => {
          resolve({ status: incoming.statusCode ?? 0, etag: incoming.headers.etag ?? '', length });
        });
      });
      outgoing.on('error', reject);
      outgoing.end();
    });
  };
}

/** In the form of X-Amz-Date. */
function timeNow(): string {
  return new Date().toISOString().replace(/[-:]|\.\d+/g, '');
}

function hmac(key: string | Uint8Array, text: string): Uint8Array {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
