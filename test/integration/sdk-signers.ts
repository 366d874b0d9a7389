// Clients of the service: public SDKs, each asked to sign a request for the EXIF of a key, in all the ways it has.
import { createHash, createHmac } from 'node:crypto';
import { GetObjectCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl, S3RequestPresigner } from '@aws-sdk/s3-request-presigner';
import { SignatureV4 } from '@smithy/signature-v4';
import aws4 from 'aws4';
import COS from 'cos-nodejs-sdk-v5';
import { pick, type Random } from '../../testing/random/keys';
import type { Credential, WireRequest } from '../../testing/servers/signed-server';

/** What is to be signed, all of it: `parameters` have the operation, `headers` are those besides `host`. */
export type Wish = Readonly<{
  key: string;
  host: string;
  credential: Credential;
  parameters: Readonly<Record<string, string>>;
  headers: Readonly<Record<string, string>>;
  random: Random;
}>;

/** A signed request; `key` is what the SDK signed, which is not always what it was told. */
export type SignedWireRequest = WireRequest & Readonly<{ key: string }>;

export type Signer = Readonly<{
  name: string;
  carrier: 'header' | 'query';
  sign(wish: Wish): SignedWireRequest | Promise<SignedWireRequest>;
}>;

export const region = 'us-east-1';
const bucket = 'examplebucket-1250000000';
const cosRegion = 'ap-guangzhou';
/** The name that the COS SDK gives to the bucket. */
export const cosHost = `${bucket}.cos.${cosRegion}.myqcloud.com`;

const methods = ['GET', 'GET', 'GET', 'HEAD'];

export const signers: readonly Signer[] = [
  { name: 'cos-nodejs-sdk-v5, header', carrier: 'header', sign: cosHeader },
  { name: 'cos-nodejs-sdk-v5, getObjectUrl', carrier: 'query', sign: cosUrl },
  { name: '@aws-sdk/s3-request-presigner', carrier: 'query', sign: presigner },
  { name: '@smithy/signature-v4, sign', carrier: 'header', sign: smithyHeader },
  { name: '@smithy/signature-v4, presign', carrier: 'query', sign: smithyQuery },
  { name: 'aws4, header', carrier: 'header', sign: (wish) => aws4Signed(wish, false) },
  { name: 'aws4, query', carrier: 'query', sign: (wish) => aws4Signed(wish, true) },
];

/** Percent-encoding of all but `A-Za-z0-9-_.~`. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

export function encodePath(key: string): string {
  return `/${key.split('/').map(encode).join('/')}`;
}

/** The same with `!'()*` left as they are. */
function encodeLoosely(key: string): string {
  return `/${key.split('/').map(encodeURIComponent).join('/')}`;
}

function encodeParameters(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&');
}

/** A target of a path and pieces of a query. */
function join(path: string, ...query: readonly string[]): string {
  const text = query.filter((piece) => piece !== '').join('&');
  return text === '' ? path : `${path}?${text}`;
}

/** Path and query of a URL, as they are. */
function targetOf(url: string): string {
  return url.replace(/^https?:\/\/[^/]+/, '');
}

// cos-nodejs-sdk-v5

function cosHeader(wish: Wish): SignedWireRequest {
  const { host, headers, random } = wish;
  const method = pick(random, methods);
  const { authorization, key } = cosAuthorization(wish, method);
  const query = encodeParameters(wish.parameters);
  const path = respell(random, key);
  // One parameter that holds it all: what the SDK makes of an Authorization it does not know.
  if (random(4) === 0)
    return { method, target: join(path, query, `sign=${encode(authorization)}`), headers: { ...headers, host }, key };
  const target = join(path, random(2) === 0 ? query : query.replace(/\bexif=(?=&|$)/, 'exif'));
  return { method, target, headers: { ...headers, host, authorization }, key };
}

/**
 * The Authorization of one of the SDK's ways to get it, and the key that is in it. `Key` loses leading slashes: one in
 * COS.getAuthorization, one in cos.getAuth and then one more. `Pathname` and `UseRawKey` keep them.
 */
function cosAuthorization(wish: Wish, method: string): Readonly<{ authorization: string; key: string }> {
  const { key, host, credential, headers, random } = wish;
  const common = {
    SecretId: credential.id,
    SecretKey: credential.secret,
    Method: method as COS.Method, // the types lack HEAD
    Query: { ...wish.parameters },
    Headers: { ...headers, Host: host },
    Expires: 60 + random(100_000_000),
  };
  const way = random(4);
  const once = key.replace(/^\//, '');
  if (way === 0 && once !== '') return { authorization: COS.getAuthorization({ ...common, Key: key }), key: once };
  const twice = once.replace(/^\//, '');
  if (way === 1 && twice !== '') {
    const place = host === cosHost ? { Headers: { ...headers }, Bucket: bucket, Region: cosRegion } : {};
    return { authorization: new COS({}).getAuth({ ...common, ...place, Key: key }), key: twice };
  }
  const rawKey = { UseRawKey: true }; // the types lack it too
  if (way === 2) return { authorization: COS.getAuthorization({ ...common, ...rawKey, Key: key }), key };
  return { authorization: COS.getAuthorization({ ...common, Pathname: `/${key}` }), key };
}

/** A path for the key in one of many spellings: what COS signs is decoded. */
function respell(random: Random, key: string): string {
  const path = encodePath(key);
  return pick(random, [
    () => path,
    () => path.replace(/%../g, (octet) => octet.toLowerCase()),
    () => encodeLoosely(key),
    () => path.replace(/%(?:24|26|2B|2C|3A|3B|3D|40|5B|5C|5D|7C)/g, decodeURIComponent),
    () => path.replace(/[a-z.~]/g, (char) => (random(4) === 0 ? `%${char.charCodeAt(0).toString(16)}` : char)),
  ])();
}

/** The SDK drops one leading slash, unless told to keep it. */
async function cosUrl({ key, host, credential, parameters, random }: Wish): Promise<SignedWireRequest> {
  const cut = key.replace(/^\//, '');
  const rawKey = random(2) === 0 || cut === '';
  const domain = host === cosHost ? {} : { Domain: host };
  const keys = { SecretId: credential.id, SecretKey: credential.secret };
  const client = new COS({ ...keys, Protocol: 'http:', UseRawKey: rawKey, ...domain });
  const method = pick(random, methods);
  const params = {
    Bucket: bucket,
    Region: cosRegion,
    Key: key,
    Sign: true,
    Method: method as COS.Method,
    Query: { ...parameters },
    Expires: 60 + random(100_000_000),
  };
  const url = await new Promise<string>((resolve, reject) => {
    const returned = client.getObjectUrl(params, (error, { Url }) => {
      if (error) reject(error);
      // What is returned does not encode the list of parameters once more, which matters to names that are encoded.
      else resolve(Object.keys(parameters).every((name) => encode(name) === name) && random(3) === 0 ? returned : Url);
    });
  });
  return { method, target: targetOf(url), headers: { host }, key: rawKey ? key : cut };
}

// AWS

/** SHA-256 as the AWS SDK takes it: a hash, or an HMAC when there is a secret. */
class Sha256 {
  private readonly hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', toBytes(secret));
  }
  update(data: Uint8Array): void {
    this.hash.update(data);
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.hash.digest()));
  }
  reset(): void {}
}

function toBytes(data: string | ArrayBuffer | ArrayBufferView): string | Uint8Array {
  if (typeof data === 'string') return data;
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}

function awsCredentials({ id, secret }: Credential): Readonly<{ accessKeyId: string; secretAccessKey: string }> {
  return { accessKeyId: id, secretAccessKey: secret };
}

/** SHA-256 of no bytes. */
const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** A date that a presigned URL may have which is good for `expiresIn` seconds. */
function signingDate(random: Random, expiresIn: number): Date {
  return new Date(Date.now() - 1000 * random(Math.max(1, expiresIn - 300)));
}

const clients = new Map<string, S3Client>();

/** `GET /<key>` on a host of one's own is what `bucketEndpoint` makes, with the endpoint for a bucket's name. */
function presigner(wish: Wish): Promise<SignedWireRequest> {
  return wish.random(4) === 0 ? presignRequest(wish) : presignCommand(wish);
}

/** The one client with the credential. */
export function s3Client(credential: Credential): S3Client {
  const name = `${credential.id} ${credential.secret}`;
  const known = clients.get(name);
  if (known !== undefined) return known;
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'; // Node 20 is what we support
  const client = new S3Client({ region, credentials: awsCredentials(credential), bucketEndpoint: true });
  clients.set(name, client);
  return client;
}

export async function presignCommand(wish: Wish): Promise<SignedWireRequest> {
  const { key, host, credential, random } = wish;
  const method = pick(random, methods);
  const input = { Bucket: `https://${host}`, Key: key };
  const command = new (method === 'GET' ? GetObjectCommand : HeadObjectCommand)(input) as GetObjectCommand;
  addParameters(command, wish.parameters);
  const expiresIn = 1000 + random(603_801);
  const options = { expiresIn, signingDate: signingDate(random, expiresIn) };
  const url = await getSignedUrl(s3Client(credential), command, options);
  return { method, target: targetOf(url), headers: { host }, key };
}

/** Puts parameters into what a command asks, before it is signed. */
export function addParameters(command: GetObjectCommand, parameters: Readonly<Record<string, string | null>>): void {
  command.middlewareStack.add(
    (next) => (args) => {
      Object.assign((args.request as { query: object }).query, parameters);
      return next(args);
    },
    { step: 'build', name: 'parameters' },
  );
}

/** A request for the signers of smithy: they take the path as it is sent. */
function toSmithy({ key, host, parameters, random }: Wish) {
  return {
    method: pick(random, methods),
    protocol: 'https:',
    hostname: host,
    path: encodePath(key),
    query: { ...parameters } as Record<string, string>,
    headers: { host } as Record<string, string>,
  };
}

async function presignRequest(wish: Wish): Promise<SignedWireRequest> {
  const signer = new S3RequestPresigner({ region, credentials: awsCredentials(wish.credential), sha256: Sha256 });
  return toSigned(await signer.presign(toSmithy(wish), { expiresIn: 604_800 }), wish.key);
}

export function smithySigner(credential: Credential): SignatureV4 {
  const credentials = awsCredentials(credential);
  return new SignatureV4({ service: 's3', region, credentials, sha256: Sha256, uriEscapePath: false });
}

async function smithyHeader(wish: Wish): Promise<SignedWireRequest> {
  const { credential, random, key } = wish;
  const request = toSmithy(wish);
  Object.assign(request.headers, wish.headers);
  if (random(3) === 0) request.headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
  const date = new Date(Date.now() + 1000 * (random(1700) - 850));
  return toSigned(await smithySigner(credential).sign(request, { signingDate: date }), key);
}

async function smithyQuery(wish: Wish): Promise<SignedWireRequest> {
  const { credential, random, key } = wish;
  const expiresIn = 1000 + random(603_801);
  const request = toSmithy(wish);
  // Hoisted into the query as it is spelled here.
  request.headers['X-Amz-Content-Sha256'] = pick(random, ['UNSIGNED-PAYLOAD', emptyHash]);
  const date = signingDate(random, expiresIn);
  return toSigned(await smithySigner(credential).presign(request, { expiresIn, signingDate: date }), key);
}

function toSigned(request: Awaited<ReturnType<SignatureV4['presign']>>, key: string): SignedWireRequest {
  const query = encodeParameters(request.query as Record<string, string>);
  return { method: request.method, target: `${request.path}?${query}`, headers: request.headers, key };
}

/**
 * aws4 takes the path encoded; for S3 it folds nothing. It encodes by itself a path with other than URL characters; but
 * it takes a raw `+` for a space, and what it leaves to the caller (`%`, `?`, `#`) must then not be in the key.
 */
function aws4Signed(
  { key, host, credential, parameters, headers, random }: Wish,
  signQuery: boolean,
): SignedWireRequest {
  const raw = random(2) === 0 && /^[^%?#+]*$/.test(key) && Object.keys(parameters).every((name) => name === 'exif');
  const encoded = random(2) === 0 ? encodePath(key) : encodeLoosely(key);
  const expires = signQuery ? { 'X-Amz-Expires': `${900 + random(600_000)}` } : {};
  const path = join(raw ? `/${key}` : encoded, encodeParameters({ ...parameters, ...expires }));
  const method = pick(random, methods);
  const wanted = { service: 's3', region, method, host, path, signQuery, headers: signQuery ? {} : { ...headers } };
  const request = aws4.sign(wanted, awsCredentials(credential));
  return { method, target: String(request.path), headers: { ...(request.headers as Record<string, string>) }, key };
}
