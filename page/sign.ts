// Signs a request in the scheme of COS with WebCrypto. The secret stays in this page's memory.

/** A key id and its secret. */
export type Credential = Readonly<{ id: string; secret: string }>;

/** The signed parts: the path as it is sent, the operation (the only query parameter, without a value), the Host header. */
export type RequestToSign = Readonly<{ host: string; path: string; operation: string }>;

/** Seconds for which the signature of a request of this page is valid, and that of an address for other programs. */
const lifetime = { header: 300, address: 3600 } as const;
/** Seconds by which the clock of this computer may be ahead. */
const slack = 60;

const utf8 = new TextEncoder();

/** The Authorization header of a GET [COS API, Request Signature]; `now` in milliseconds. */
export async function signGet(credential: Credential, request: RequestToSign, now: number): Promise<string> {
  return join(await sign(credential, request, now, lifetime.header));
}

/** The same signature as parameters of a query. It is valid for an hour. */
export async function signQuery(credential: Credential, request: RequestToSign, now: number): Promise<string> {
  const members = await sign(credential, request, now, lifetime.address);
  return join(members.map(([name, value]) => [name, percentEncode(value)]));
}

type Members = readonly (readonly [name: string, value: string])[];

function join(members: Members): string {
  return members.map((member) => member.join('=')).join('&');
}

async function sign(credential: Credential, request: RequestToSign, now: number, seconds: number): Promise<Members> {
  const start = Math.floor(now / 1000) - slack;
  const time = `${start};${start + slack + seconds}`;
  const name = percentEncode(request.operation).toLowerCase();
  const path = decodeURIComponent(request.path);
  const httpString = `get\n${path}\n${name}=\nhost=${percentEncode(request.host)}\n`;
  const stringToSign = `sha1\n${time}\n${hex(await crypto.subtle.digest('SHA-1', utf8.encode(httpString)))}\n`;
  const signKey = await hmac(credential.secret, time);
  return [
    ['q-sign-algorithm', 'sha1'],
    ['q-ak', credential.id],
    ['q-sign-time', time],
    ['q-key-time', time],
    ['q-header-list', 'host'],
    ['q-url-param-list', name],
    ['q-signature', await hmac(signKey, stringToSign)],
  ];
}

async function hmac(key: string, text: string): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-1' };
  const imported = await crypto.subtle.importKey('raw', utf8.encode(key), algorithm, false, ['sign']);
  return hex(await crypto.subtle.sign('HMAC', imported, utf8.encode(text)));
}

function hex(bytes: ArrayBuffer): string {
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Percent-encoding that leaves only unreserved characters [RFC 3986 2.3]. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
