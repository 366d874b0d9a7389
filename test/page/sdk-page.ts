// What runs in the browser in sdk-browser.system.ts: the SDKs of both clouds, as a web page of another origin uses them.
import { GetObjectCommand, type GetObjectCommandInput, S3Client } from '@aws-sdk/client-s3';
import COS from 'cos-js-sdk-v5';

type Key = Readonly<{ id: string; secret: string; token?: string }>;

/** What came of a call: the body, or the error as the SDK tells it; null in it where the SDK could read no answer. */
export type CallResult = Readonly<{
  body?: string;
  status: number | null;
  code?: string | null;
  message?: string | null;
}>;

/** The EXIF of an object by `GetObject` of AWS SDK v3, which adds `exif` before it signs. */
async function byAws(
  service: string,
  { id, secret, token }: Key,
  input: Omit<GetObjectCommandInput, 'Bucket'>,
): Promise<CallResult> {
  const credentials = { accessKeyId: id, secretAccessKey: secret, ...(token && { sessionToken: token }) };
  const client = new S3Client({ region: 'us-east-1', bucketEndpoint: true, maxAttempts: 1, credentials });
  client.middlewareStack.add(
    (next) => (args) => {
      (args.request as { query: Record<string, string> }).query['exif'] = '';
      return next(args);
    },
    { step: 'build' },
  );
  try {
    const { Body, $metadata } = await client.send(new GetObjectCommand({ Bucket: service, ...input }));
    return { status: $metadata.httpStatusCode ?? null, body: (await Body?.transformToString()) ?? '' };
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return { status: $metadata?.httpStatusCode ?? null, code: name, message };
  }
}

/** The same by the SDK of COS; `headers` are the caller's own. */
function byCos(service: string, { id, secret, token }: Key, key: string, headers = {}): Promise<CallResult> {
  const { host, protocol } = new URL(service);
  const cos = new COS({
    Domain: host,
    Protocol: protocol,
    SecretId: id,
    SecretKey: secret,
    SecurityToken: token ?? '',
  });
  const place = { Bucket: 'photos-1250000000', Region: 'ap-guangzhou', Key: key };
  return new Promise((resolve) => {
    cos.request({ ...place, Method: 'GET', Query: { exif: '' }, Headers: headers, RawBody: true }, (error, data) => {
      if (error === null) resolve({ status: data.statusCode ?? null, body: String(data.Body) });
      else {
        const { statusCode, code, message } = error;
        resolve({ status: statusCode || null, code: String(code ?? ''), message: String(message ?? '') });
      }
    });
  });
}

Object.assign(globalThis, { byAws, byCos });
