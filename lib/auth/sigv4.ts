// Request signatures of AWS, version 4, with the rules of S3: the path is decoded once and encoded once, never normalised
// [Amazon S3 API Reference, Authenticating Requests (AWS Signature Version 4)].
//
//   CanonicalRequest = method \n path \n parameters \n headers \n names of headers \n hash of the body
//   StringToSign     = AWS4-HMAC-SHA256 \n time \n scope \n hex(SHA256(CanonicalRequest))
//   Signature        = hex(HMAC(HMAC(HMAC(HMAC(HMAC("AWS4" secret, date), region), service), "aws4_request"), StringToSign))

import { createHmac, hash } from 'node:crypto';
import { percentEncode } from '../bytes/percent';
import { ProblemError } from '../problem';
import type { HttpRequest } from '../types';
import {
  absent,
  ambiguous,
  authorization,
  checkHost,
  checkWindow,
  headerValue,
  isForObject,
  malformed,
  type Parameter,
  parameters,
  refuseUnsignedHeaders,
  tooSkewed,
  wholeSeconds,
} from './request-parts';
import type { Carrier, RequestSignature, Scheme, Secret, SignedStrings, Terms } from './scheme';

const algorithm = 'AWS4-HMAC-SHA256';
const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'; // SHA-256 of no bytes
const unsignedBody = 'UNSIGNED-PAYLOAD';
/** The most seconds that a presigned request may be valid: seven days. */
const maxExpires = 604_800;

/** The parameters of a presigned request. X-Amz-Content-Sha256 is optional; X-Amz-Security-Token was refused earlier. */
const required = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Date',
  'X-Amz-Expires',
  'X-Amz-SignedHeaders',
  'X-Amz-Signature',
] as const;
const requiredInLowerCase: readonly string[] = required.map((name) => name.toLowerCase());

/** The date, region and service that a signature is valid for. */
export type Scope = Readonly<{ date: string; region: string; service: string }>;

/** The parts of a canonical request. `path` is decoded and starts with a slash; values of `headers` are not yet canonical. */
export type CanonicalRequest = Readonly<{
  method: string;
  path: string;
  parameters: readonly Parameter[];
  headers: readonly (readonly [name: string, value: string])[];
  bodyHash: string;
}>;

/** The members of a signature, as texts. */
type Fields = Readonly<{
  credential: string;
  time: string;
  signedHeaders: string;
  signature: string;
}>;

export const sigv4: Scheme = { name: 'sigv4', carriers, read };

function carriers(request: HttpRequest, names: ReadonlySet<string>): readonly Carrier[] {
  const found: Carrier[] = [];
  if (/^AWS4/i.test(authorization(request))) found.push('header');
  if (requiredInLowerCase.some((name) => names.has(name))) found.push('query');
  return found;
}

function read(request: HttpRequest, carrier: Carrier, terms: Terms): RequestSignature {
  const all = parameters(request);
  const fields = carrier === 'header' ? readAuthorization(request) : readQuery(all);
  const { keyId, scope } = readCredential(fields, terms);
  const headers = signedHeaders(request, fields.signedHeaders);
  checkHost(terms);
  checkTime(fields.time, carrier === 'header' ? null : readExpires(all), terms);
  const bodyHash = readBodyHash(request, all, carrier);
  const canonical = { method: request.method, path: terms.path, headers, bodyHash };
  const toStrings = (signed: readonly Parameter[]): SignedStrings => {
    const formatString = canonicalRequest({ ...canonical, parameters: signed });
    return { formatString, stringToSign: toStringToSign(fields.time, scope, formatString) };
  };
  const signed = all.filter(({ name }) => name !== 'X-Amz-Signature');
  const strings = toStrings(signed);
  const others = withoutAdded(signed, terms).map(toStrings);
  return {
    keyId,
    signature: fields.signature,
    signatures: (secret) => {
      const key = signingKey(secret, scope);
      return [strings, ...others].map(({ stringToSign }) => sign(key, stringToSign));
    },
    strings,
    hint: all.some(isBareExif) && others.length === 0 ? addedHint : null,
  };
}

const addedHint =
  'The signature is wrong: the request, the key id and the secret give another one. ' +
  'If exif was added to a signed URL: AWS signs every parameter, so it must be there before, or be allowed by EXIF_UNSIGNED_OPERATION.';

/** The canonical request with the rules of S3. It sorts the parameters; the headers must be sorted already. */
export function canonicalRequest({ method, path, parameters: all, headers, bodyHash }: CanonicalRequest): string {
  const query = all
    .map(({ name, value }) => [percentEncode(name), percentEncode(value)] as const)
    .sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const lines = headers.map(([name, value]) => `${name}:${value.replace(/[ \t]+/g, ' ')}\n`).join('');
  const names = headers.map(([name]) => name).join(';');
  return [method, path.split('/').map(percentEncode).join('/'), query, lines, names, bodyHash].join('\n');
}

/** The string to sign. `time` has the form of `X-Amz-Date`. */
export function toStringToSign(time: string, scope: Scope, canonical: string): string {
  const scopeText = `${scope.date}/${scope.region}/${scope.service}/aws4_request`;
  return `${algorithm}\n${time}\n${scopeText}\n${hash('sha256', canonical)}`;
}

/** The signing key for one date, region and service. */
export function signingKey(secret: Secret, { date, region, service }: Scope): Uint8Array {
  return hmac(hmac(hmac(secret('sha256', date, 'AWS4'), region), service), 'aws4_request');
}

/** The signature, 64 lower-case hex digits. */
export function sign(key: Uint8Array, stringToSign: string): string {
  return createHmac('sha256', key).update(stringToSign).digest('hex');
}

function hmac(key: Uint8Array, text: string): Uint8Array {
  return createHmac('sha256', key).update(text).digest();
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Reads `AWS4-HMAC-SHA256 Credential=.., SignedHeaders=.., Signature=..`, with each member once. */
function readAuthorization(request: HttpRequest): Fields {
  const [token, ...rest] = authorization(request).split(' ');
  checkAlgorithm(token);
  const members = rest
    .join(' ')
    .split(',')
    .map((member) => /^[ \t]*([A-Za-z]+)=([^ \t]*)[ \t]*$/.exec(member) ?? []);
  const member = (name: string): string => {
    const [first, ...more] = members.filter(([, found]) => found === name);
    if (more.length > 0) throw ambiguous(`${name} is given twice`);
    if (!first?.[2]) throw malformed(`${name} is missing`);
    return first[2];
  };
  if (members.length !== 3)
    throw malformed('Authorization must have exactly the members Credential, SignedHeaders and Signature');
  const time = headerValue(request, 'x-amz-date');
  if (time === null) throw malformed('the header x-amz-date is missing');
  return checkSignature({
    credential: member('Credential'),
    time,
    signedHeaders: member('SignedHeaders'),
    signature: member('Signature'),
  });
}

/** Reads the parameters of a presigned request. Each must be there once, with exactly the specified name. */
function readQuery(all: readonly Parameter[]): Fields {
  checkAlgorithm(only(all, 'X-Amz-Algorithm'));
  return checkSignature({
    credential: only(all, 'X-Amz-Credential'),
    time: only(all, 'X-Amz-Date'),
    signedHeaders: only(all, 'X-Amz-SignedHeaders'),
    signature: only(all, 'X-Amz-Signature'),
  });
}

/** The value of a parameter. It must be there once, must not be empty, and the case of its name must be right. */
function only(all: readonly Parameter[], name: string): string {
  const [first, ...more] = all.filter((parameter) => parameter.name.toLowerCase() === name.toLowerCase());
  if (more.length > 0) throw ambiguous(`${name} is given twice`);
  if (first === undefined || first.value === '') throw malformed(`${name} is missing or empty`);
  if (first.name !== name) throw malformed(`${name} has other upper and lower case letters in the query`);
  return first.value;
}

function checkAlgorithm(token: string | undefined): void {
  if (token === algorithm) return;
  throw new ProblemError(
    'AuthorizationUnsupported',
    `Cannot verify an AWS signature: its algorithm must be ${algorithm}`,
  );
}

function checkSignature(fields: Fields): Fields {
  if (!/^[0-9a-f]{64}$/.test(fields.signature)) throw malformed('the signature must be 64 lower-case hex digits');
  return fields;
}

/**
 * Reads `<key id>/<date>/<region>/s3/aws4_request`. Only the key id can vary; each of the other parts has exactly one right
 * value.
 */
function readCredential({ credential, time }: Fields, { region }: Terms): Readonly<{ keyId: string; scope: Scope }> {
  const [keyId, date, ...rest] = credential.split('/');
  if (!keyId || date === undefined)
    throw malformed('the credential must have the form <key id>/<date>/<region>/s3/aws4_request');
  if (rest.join('/') !== `${region}/s3/aws4_request`) {
    throw malformed(`the scope of the credential must end in ${region}/s3/aws4_request`);
  }
  if (date !== time.slice(0, 8)) throw malformed('the date of the credential and the date of the request differ');
  return { keyId, scope: { date, region, service: 's3' } };
}

/** Names and values of the signed headers, each once and sorted by name. `host` and every `x-amz-` header must be signed. */
function signedHeaders(request: HttpRequest, text: string): readonly (readonly [string, string])[] {
  const names = text.split(';');
  const listed = new Set(names);
  if (text !== text.toLowerCase() || text !== [...listed].sort().join(';')) {
    throw malformed('SignedHeaders must be sorted, in lower case, and without repeated names');
  }
  if (!listed.has('host')) throw new ProblemError('HostUnsigned', 'Cannot accept a signature without host');
  refuseUnsignedHeaders(request, (name) => listed.has(name));
  return names.map((name) => {
    const value = headerValue(request, name);
    if (value === null) throw absent('header');
    return [name, value];
  });
}

/** Seconds that a presigned request is valid. */
function readExpires(all: readonly Parameter[]): number {
  const text = only(all, 'X-Amz-Expires');
  const seconds = /^[1-9]\d{0,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(seconds <= maxExpires)) throw malformed(`X-Amz-Expires must be a whole number from 1 to ${maxExpires}`);
  return seconds;
}

/**
 * A presigned request is valid until it expires. A request with a signature in its header (`expires` null) is valid for the
 * allowed clock skew.
 */
function checkTime(time: string, expires: number | null, terms: Terms): void {
  const seconds = readTime(time);
  if (expires !== null) checkWindow(seconds, seconds + expires, terms);
  else if (Math.abs(wholeSeconds(terms.now) - seconds) > terms.skew) throw tooSkewed(terms.now);
}

/** Reads a time such as `20240102T030405Z`; in unix seconds. */
function readTime(time: string): number {
  const iso = time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6.000Z');
  const date = new Date(iso);
  // Date accepts 30 February, and returns a day of March.
  if (iso === time || Number.isNaN(date.getTime()) || date.toISOString() !== iso) {
    throw malformed('the date must have the form 20240102T030405Z');
  }
  return date.getTime() / 1000;
}

/** The signed hash of the body. A read request has no body, so this is the hash of no bytes, or UNSIGNED-PAYLOAD. */
function readBodyHash(request: HttpRequest, all: readonly Parameter[], carrier: Carrier): string {
  const name = 'x-amz-content-sha256';
  if (request.body !== undefined) return checkBody(request.body, headerValue(request, name));
  // Signers of presigned requests move the header into the query, with the case of its name unchanged.
  const inQuery = all.filter((parameter) => parameter.name.toLowerCase() === name).map(({ value }) => value);
  if (inQuery.length > 1) throw ambiguous('X-Amz-Content-Sha256 is given twice');
  const stated = carrier === 'header' ? (headerValue(request, name) ?? emptyHash) : (inQuery[0] ?? unsignedBody);
  if (stated !== emptyHash && stated !== unsignedBody)
    throw malformed('x-amz-content-sha256 must be the hash of an empty body or UNSIGNED-PAYLOAD');
  return stated;
}

function checkBody(body: Uint8Array, stated: string | null): string {
  if (stated === null || !/^[0-9a-f]{64}$/.test(stated))
    throw malformed('x-amz-content-sha256 must be the hash of the body, UNSIGNED-PAYLOAD is not enough for a batch');
  if (hash('sha256', body) === stated) return stated;
  throw new ProblemError('BodyMismatch', 'Cannot verify: x-amz-content-sha256 is not the hash of the body');
}

/**
 * The parameters without one bare `exif`, which may have been added after signing; empty when that is not allowed. It is
 * allowed by a setting, and only for a request that reads the object itself: `exif` then selects a view of an object that
 * the signer granted completely.
 */
function withoutAdded(all: readonly Parameter[], terms: Terms): readonly (readonly Parameter[])[] {
  const others = all.filter((parameter) => !isBareExif(parameter));
  const selecting = others.filter(({ name }) => !required.some((own) => own === name));
  if (!terms.unsignedOperation.has('sigv4') || others.length !== all.length - 1 || !isForObject(selecting)) return [];
  return [others];
}

function isBareExif({ name, value }: Parameter): boolean {
  return name === 'exif' && value === '';
}
