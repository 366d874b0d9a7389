// Request signatures of Tencent COS, `q-sign-algorithm=sha1` [COS API, Request Signature].
//
//   HttpString   = method \n path \n parameters \n headers \n
//   StringToSign = sha1 \n sign time \n hex(SHA1(HttpString)) \n
//   SignKey      = hex(HMAC-SHA1(secret, key time))
//   Signature    = hex(HMAC-SHA1(SignKey, StringToSign))

import { createHmac, hash } from 'node:crypto';
import { percentDecode, percentEncode } from '../bytes/percent';
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
  refuseUnsignedParameters,
} from './request-parts';
import type { Carrier, RequestSignature, Scheme, Secret, SignedStrings, Terms } from './scheme';

const members = [
  'q-sign-algorithm',
  'q-ak',
  'q-sign-time',
  'q-key-time',
  'q-header-list',
  'q-url-param-list',
  'q-signature',
] as const;
type Members = Readonly<Record<(typeof members)[number], string>>;

/** One header or parameter in HttpString: its encoded lower-case name, and its encoded value. */
export type Entry = readonly [name: string, value: string];

export const cos: Scheme = { name: 'cos', carriers, read };

function carriers(request: HttpRequest, names: ReadonlySet<string>): readonly Carrier[] {
  const found: Carrier[] = [];
  if (/^q-/i.test(authorization(request))) found.push('header');
  if (members.some((name) => names.has(name))) found.push('query');
  if (names.has('sign')) found.push('sign');
  return found;
}

function read(request: HttpRequest, carrier: Carrier, terms: Terms): RequestSignature {
  const all = parameters(request);
  const fields = readMembers(request, all, carrier);
  const times = readTimes(fields);
  const headerNames = readList(fields['q-header-list'], 'q-header-list');
  const parameterNames = readList(fields['q-url-param-list'], 'q-url-param-list');
  checkSigned(request, headerNames, terms);
  const own = carrier === 'query' ? members : carrier === 'sign' ? ['sign'] : [];
  const free = all.filter(({ name }) => !own.some((member) => member === name));
  const lines = parameterEntries(free, parameterNames, terms);
  checkWindow(times.start, times.end, terms);
  const headers = [...headerEntries(request, headerNames)].sort(byName);
  const toStrings = (order: Order): SignedStrings => {
    const formatString = httpString(request.method, terms.path, [...lines].sort(order), headers);
    return { formatString, stringToSign: toStringToSign(times.text, formatString) };
  };
  const strings = toStrings(byName);
  const others = [toStrings(byRawName)].filter(({ formatString }) => formatString !== strings.formatString);
  return {
    keyId: fields['q-ak'],
    signature: fields['q-signature'],
    signatures: (secret) => [strings, ...others].map(({ stringToSign }) => sign(secret, times.text, stringToSign)),
    strings,
    hint: null,
  };
}

type Order = (a: Entry, b: Entry) => number;

/** The documented order, by encoded name. */
function byName([a]: Entry, [b]: Entry): number {
  return a < b ? -1 : 1;
}

/** The order of cos-nodejs-sdk-v5, by decoded name. It differs from the documented one for names such as `k[0]` and `k1`. */
function byRawName([a]: Entry, [b]: Entry): number {
  return percentDecode(a).toLowerCase() < percentDecode(b).toLowerCase() ? -1 : 1;
}

/** The HttpString of a request. `path` is decoded and starts with a slash; the entries are already sorted. */
export function httpString(
  method: string,
  path: string,
  parameters: readonly Entry[],
  headers: readonly Entry[],
): string {
  const join = (entries: readonly Entry[]): string => entries.map(([name, value]) => `${name}=${value}`).join('&');
  return `${method.toLowerCase()}\n${path}\n${join(parameters)}\n${join(headers)}\n`;
}

/** The StringToSign. `time` is `<start>;<end>` in unix seconds. */
export function toStringToSign(time: string, formatString: string): string {
  return `sha1\n${time}\n${hash('sha1', formatString)}\n`;
}

/** The signature, 40 lower-case hex digits. */
export function sign(secret: Secret, time: string, stringToSign: string): string {
  const signKey = [...secret('sha1', time)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return createHmac('sha1', signKey).update(stringToSign).digest('hex');
}

/** The entry for a decoded name and value. */
export function toEntry(name: string, value: string): Entry {
  return [encodedName(name), percentEncode(value)];
}

function encodedName(name: string): string {
  return percentEncode(name).toLowerCase();
}

/** The seven members of a signature. Each must be there exactly once, and there must be no other member. */
function readMembers(request: HttpRequest, all: readonly Parameter[], carrier: Carrier): Members {
  const found = new Map<string, string>();
  for (const { name, value } of memberPairs(request, all, carrier)) {
    if (!members.some((member) => member === name)) throw malformed('it has an unknown member');
    if (found.has(name)) throw ambiguous(`${name} is given twice`);
    found.set(name, value);
  }
  const missing = members.find((name) => !found.has(name));
  if (missing !== undefined) throw malformed(`${missing} is missing`);
  const fields = Object.fromEntries(found) as Members; // has all seven members
  if (fields['q-sign-algorithm'] !== 'sha1') {
    throw new ProblemError('AuthorizationUnsupported', 'Cannot verify a COS signature: q-sign-algorithm must be sha1');
  }
  if (fields['q-ak'] === '') throw malformed('q-ak is empty');
  if (!/^[0-9a-f]{40}$/.test(fields['q-signature'])) throw malformed('q-signature must be 40 lower-case hex digits');
  return fields;
}

function memberPairs(request: HttpRequest, all: readonly Parameter[], carrier: Carrier): readonly Parameter[] {
  if (carrier === 'query') return all.filter(({ name }) => members.some((member) => member === name.toLowerCase()));
  if (carrier === 'header') return splitMembers(authorization(request));
  const [first, ...more] = all.filter(({ name }) => name.toLowerCase() === 'sign');
  if (more.length > 0) throw ambiguous('sign is given twice');
  if (first?.name !== 'sign') throw malformed('the parameter sign must be in lower case');
  return splitMembers(first.value);
}

function splitMembers(text: string): readonly Parameter[] {
  return text.split('&').map((part) => {
    const end = part.indexOf('=');
    return end < 0 ? { name: part, value: '' } : { name: part.slice(0, end), value: part.slice(end + 1) };
  });
}

/** Reads `<start>;<end>`. Every SDK sends the same value in both members; implementations differ in which one they use. */
function readTimes(fields: Members): Readonly<{ start: number; end: number; text: string }> {
  const text = fields['q-sign-time'];
  if (text !== fields['q-key-time']) throw malformed('q-sign-time and q-key-time differ');
  const match = /^(0|[1-9]\d{0,11});(0|[1-9]\d{0,11})$/.exec(text);
  if (match === null) throw malformed('q-sign-time must be two unix times with ; between them');
  const [start, end] = [Number(match[1]), Number(match[2])];
  if (start >= end) throw malformed('q-sign-time ends before it begins');
  return { start, end, text };
}

/** Reads names separated by `;`, each once. An empty text is an empty list. */
function readList(text: string, member: string): ReadonlySet<string> {
  const names = text === '' ? [] : text.split(';');
  const set = new Set(names);
  if (set.size < names.length) throw malformed(`${member} has a repeated name`);
  if (set.has('')) throw malformed(`${member} has an empty name`);
  return set;
}

function checkSigned(request: HttpRequest, headerNames: ReadonlySet<string>, terms: Terms): void {
  refuseUnsignedHeaders(request, (name) => headerNames.has(encodedName(name)));
  if (headerNames.has('host')) checkHost(terms);
  else if (!terms.unsignedHost) throw new ProblemError('HostUnsigned', 'Cannot accept a signature without host');
}

function headerEntries(request: HttpRequest, listed: ReadonlySet<string>): readonly Entry[] {
  const entries = Object.keys(request.headers)
    .filter((name) => listed.has(encodedName(name)))
    .map((name) => toEntry(name, String(headerValue(request, name))));
  if (entries.length < listed.size) throw absent('header');
  return entries;
}

/** The parameter of operations that COS answers only when they are signed [Cloud Infinite, ImageAIGCMetadata]. */
const alwaysSigned = 'ci-process';

/**
 * The entries of the listed parameters. The request may have other parameters too, except those that have a meaning for a
 * store.
 */
function parameterEntries(free: readonly Parameter[], listed: ReadonlySet<string>, terms: Terms): readonly Entry[] {
  const entries = new Map<string, Entry>();
  const names = free.map(({ name, value }) => {
    const entry = toEntry(name, value);
    if (listed.has(entry[0]) && entries.has(entry[0])) throw ambiguous('a signed parameter is given twice');
    entries.set(entry[0], entry);
    return entry[0];
  });
  refuseUnsignedParameters(names, (name) => listed.has(name));
  const signed = free.filter(({ name }) => listed.has(encodedName(name)));
  const mayBeAdded = terms.unsignedOperation.has('cos') && terms.operation !== alwaysSigned && isForObject(signed);
  if (!listed.has(encodedName(terms.operation)) && !mayBeAdded) {
    throw new ProblemError('OperationUnsigned', 'Cannot accept a signature without the operation');
  }
  return [...listed].map((name) => {
    const entry = entries.get(name);
    if (entry === undefined) throw absent('parameter');
    return entry;
  });
}
