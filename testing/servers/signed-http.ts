// Whether a request came with the Signature Version 4 of a key, computed by aws4 over what arrived.
import type { IncomingMessage } from 'node:http';
import { RequestSigner } from 'aws4';

/** The keys that signed requests to the servers of this folder are checked with. */
const keys = { accessKeyId: 'AKIDSERVER', secretAccessKey: 'server/secret+key' };
/** The same as credentials of lib/s3. */
export const serverKeys = { ...keys, sessionToken: null };

/** The environment of a program that signs with them. */
export const serverEnv = {
  AWS_ACCESS_KEY_ID: serverKeys.accessKeyId,
  AWS_SECRET_ACCESS_KEY: serverKeys.secretAccessKey,
};

/** True for a good signature in the headers; `body` is what arrived. */
export function isSigned(request: IncomingMessage, body: string): boolean {
  return signedScope(request, body) !== null;
}

/** The region and the service that a request is signed for; null without a good signature. */
export function signedScope(
  request: IncomingMessage,
  body: string,
): Readonly<{ region: string; service: string }> | null {
  const authorization = request.headers.authorization ?? '';
  const [, region = '', service = ''] = /Credential=[^/]+\/\d{8}\/([^/]+)\/([^/]+)\//.exec(authorization) ?? [];
  const names = /SignedHeaders=([^,]+)/.exec(authorization)?.[1]?.split(';') ?? [];
  const headers = Object.fromEntries(names.map((name) => [name, String(request.headers[name])]));
  const asked = { method: request.method ?? '', path: request.url ?? '', service, region, headers, body };
  // aws4 would add this one to what is signed.
  const extraHeadersToIgnore = names.includes('content-length') ? {} : { 'content-length': true };
  const { headers: expected } = new RequestSigner({ ...asked, ...{ extraHeadersToIgnore } }, keys).sign();
  return expected?.['Authorization'] === authorization ? { region, service } : null;
}
