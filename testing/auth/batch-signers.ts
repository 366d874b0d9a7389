// Public signers, which sign the body of a batch with SigV4 in a header.
import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import aws4 from 'aws4';

/** `host` has no scheme. `body` is signed as it is sent. */
export type BatchWish = Readonly<{
  host: string;
  region: string;
  body: string;
  date: Date;
  key: Readonly<{ id: string; secret: string }>;
}>;

/** Makes the headers of `POST /-/batch`, with names in lower case. */
export type BatchSigner = (wish: BatchWish) => Promise<Readonly<Record<string, string>>>;

export const batchSigners: Readonly<Record<'aws4' | 'smithy', BatchSigner>> = {
  aws4: async ({ host, region, body, date, key }) => {
    const stamp = date.toISOString().replace(/[-:]|\.\d+/g, '');
    const hash = createHash('sha256').update(body).digest('hex');
    const headers = { 'X-Amz-Date': stamp, 'X-Amz-Content-Sha256': hash, 'Content-Type': 'application/json' };
    const wanted = { service: 's3', region, method: 'POST', host, path: '/-/batch', body, headers };
    const signed = aws4.sign(wanted, { accessKeyId: key.id, secretAccessKey: key.secret });
    return inLowerCase(signed.headers as Record<string, string>);
  },
  smithy: async ({ host, region, body, date, key }) => {
    const credentials = { accessKeyId: key.id, secretAccessKey: key.secret };
    const signer = new SignatureV4({ service: 's3', region, credentials, sha256: NodeSha256, uriEscapePath: false });
    const request = {
      method: 'POST',
      protocol: 'https:',
      hostname: host,
      path: '/-/batch',
      query: {},
      headers: { host },
      body,
    };
    const { headers } = await signer.sign(request, { signingDate: date });
    return inLowerCase(headers);
  },
};

function inLowerCase(headers: Readonly<Record<string, string | number>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

type Data = string | ArrayBuffer | ArrayBufferView;

/** The hash that the signer takes as an argument. */
class NodeSha256 {
  private readonly hash;

  constructor(key?: Data) {
    this.hash = key === undefined ? createHash('sha256') : createHmac('sha256', toBytes(key));
  }

  update(data: Data): void {
    this.hash.update(toBytes(data));
  }

  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.hash.digest());
  }
}

function toBytes(data: Data): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
