// Published vectors and those of real SDKs, which lie beside the project; without them only what is quoted here runs.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cos } from '../../../lib/auth/cos';
import { parseKeyRing } from '../../../lib/auth/key-ring';
import { parameterNames } from '../../../lib/auth/request-parts';
import type { Carrier, RequestSignature, Scheme, Terms } from '../../../lib/auth/scheme';
import {
  type CanonicalRequest,
  canonicalRequest,
  sign,
  signingKey,
  sigv4,
  toStringToSign,
} from '../../../lib/auth/sigv4';
import { percentDecode } from '../../../lib/bytes/percent';
import { ProblemError } from '../../../lib/problem';
import type { HttpRequest } from '../../../lib/types';
import { toHttpRequest } from '../../../service/server/server';

const folder = join(__dirname, '..', '..', '..', '..', 'shared', 'vectors');
const here = existsSync(folder);
if (!here) process.stderr.write(`no vectors at ${folder}: left out\n`);
const whenHere = here ? describe : describe.skip;

const load = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'));

function toRequest(method: string, target: string, headers: Readonly<Record<string, string>>): HttpRequest {
  const socket = { remoteAddress: '127.0.0.1' };
  return toHttpRequest({
    method: method.toUpperCase(),
    url: target,
    rawHeaders: Object.entries(headers).flat(),
    socket,
  });
}

function termsFor(request: HttpRequest, now: Date, more: Partial<Terms> = {}): Terms {
  return {
    now,
    path: percentDecode(request.path),
    region: 'us-east-1',
    hostKnown: true,
    operation: 'exif',
    skew: 900,
    maxLifetime: null,
    unsignedOperation: new Set(['cos']),
    unsignedHost: false,
    ...more,
  };
}

const only = <Item>(list: readonly Item[]): Item => {
  const [first, ...more] = list;
  if (first === undefined || more.length > 0) throw new Error(`${list.length} where one was expected`);
  return first;
};

/** True when the signature is the one that `secret` makes. Throws what the scheme throws. */
function proves(scheme: Scheme, request: HttpRequest, terms: Terms, secret: string): boolean {
  const carrier: Carrier = only(scheme.carriers(request, parameterNames(request)));
  const claim: RequestSignature = scheme.read(request, carrier, terms);
  const key = only(parseKeyRing(JSON.stringify({ id: secret })).keys.get('id')?.secrets ?? []);
  return claim.signatures(key).includes(claim.signature);
}

function verdict(work: () => boolean): string {
  try {
    return work() ? 'accept' : 'SignatureDoesNotMatch';
  } catch (error) {
    if (error instanceof ProblemError) return error.code;
    throw error;
  }
}

/** A url as the target and Host that a client sends for it, byte for byte. */
function wire(url: string): Readonly<{ target: string; host: string }> {
  const [, host = '', target = ''] = /^https?:\/\/([^/]+)(\/.*)$/.exec(url) ?? [];
  return { target, host };
}

whenHere('COS', () => {
  test('the 7 published ones verify', () => {
    const vectors: readonly {
      name: string;
      method: string;
      wire: string;
      headers: Record<string, string>;
      query: [string, string][];
      signTime: string;
      secretId: string;
      secretKey: string;
      expect: string;
      httpString: string;
    }[] = load('cos-official.json');
    expect(vectors).toHaveLength(7);
    for (const vector of vectors) {
      const isSigned = /q-signature|sign=/.test(vector.wire);
      const names = Object.keys(vector.headers).sort().join(';');
      const parameters = vector.query
        .map(([name]) => name.toLowerCase())
        .sort()
        .join(';');
      const authorization = `q-sign-algorithm=sha1&q-ak=${vector.secretId}&q-sign-time=${vector.signTime}&q-key-time=${vector.signTime}&q-header-list=${names}&q-url-param-list=${parameters}&q-signature=${vector.expect}`;
      const headers = isSigned ? vector.headers : { ...vector.headers, authorization };
      const request = toRequest(vector.method, vector.wire, headers);
      const now = new Date(Number(vector.signTime.split(';')[0]) * 1000);
      // None asks for EXIF: what they ask for is what must be signed.
      const operation = vector.query[0]?.[0] ?? 'exif';
      const terms = termsFor(request, now, { unsignedHost: true, operation });
      const claim = cos.read(request, only(cos.carriers(request, parameterNames(request))), terms);
      expect([vector.name, claim.strings.formatString]).toEqual([vector.name, vector.httpString]);
      expect([vector.name, claim.signature]).toEqual([vector.name, vector.expect]);
      expect([vector.name, verdict(() => proves(cos, request, terms, vector.secretKey))]).toEqual([
        vector.name,
        'accept',
      ]);
    }
  });

  test('the 46 of the SDK have the verdicts of the file', () => {
    const file = load('cos-node-sdk.json');
    const refused: Readonly<Record<string, string>> = {
      'plain-nohost': 'HostUnsigned',
      'headers-value-spaces': 'SignatureDoesNotMatch',
      'keytime-inverted': 'AuthorizationMalformed',
      'url-nohost': 'HostUnsigned',
      'url-neg-expires': 'AuthorizationMalformed',
      'url-sts-token': 'ParameterUnsigned',
    };
    // Refused by what comes before the signature: a token, and an operation that is not `exif`.
    const elsewhere = ['headers-token', 'query-key-upper'];
    // Sorted by raw names, which the file lets us accept or refuse: real clients of that SDK work.
    const lenient = ['query-cjk'];
    const seen = file.vectors.map(
      (vector: {
        name: string;
        strict: string;
        request: { method: string; target?: string; url?: string; headers?: Record<string, string> };
        intermediate?: { httpString: string };
      }) => {
        const { method, url, target, headers = {} } = vector.request;
        const request =
          url === undefined
            ? toRequest(method, target ?? '', headers)
            : toRequest(method, wire(url).target, { host: wire(url).host });
        const terms = termsFor(request, new Date(file.verdictClock * 1000));
        const found = verdict(() => proves(cos, request, terms, file.secretKey));
        expect([vector.name, found]).toEqual([vector.name, refused[vector.name] ?? 'accept']);
        if (!elsewhere.includes(vector.name)) {
          const accepts = /^accept/.test(vector.strict) || lenient.includes(vector.name);
          expect([vector.name, found === 'accept']).toEqual([vector.name, accepts]);
        }
        return vector.name;
      },
    );
    expect(seen).toHaveLength(46);
    expect(seen).toEqual(expect.arrayContaining([...elsewhere, ...lenient, ...Object.keys(refused)]));
  });
});

whenHere('S3', () => {
  test('the 39 of SDKs and guide have the verdicts of the file', () => {
    const file = load('s3-sigv4.json');
    expect(file.vectors).toHaveLength(39);
    for (const vector of file.vectors) {
      const host = vector.headers?.host ?? wire(vector.url).host;
      const request = toRequest(vector.method ?? 'GET', vector.target, {
        ...vector.headers,
        ...vector.requestHeaders,
        host,
      });
      const date = /X-Amz-Date=(\w+)/.exec(vector.target)?.[1] ?? vector.headers['x-amz-date'];
      const now = new Date(date.replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z'));
      const terms = termsFor(request, now);
      const secret = file.credentials.secretAccessKey;
      const written = parseCanonical(vector.canonicalRequest, request);
      expect([vector.name, canonicalRequest(written)]).toEqual([vector.name, vector.canonicalRequest]);
      // A worked example writes an object: its body's hash is none that a request to read can have.
      if (vector.name === 'awsdoc-put') {
        expect(verdict(() => proves(sigv4, request, terms, secret))).toBe('AuthorizationMalformed');
        expect(signs(written, { time: date, service: 's3' }, secret)).toBe(vector.expectedSignature);
        expect(vector.accepts).toBe(true);
        continue;
      }
      const claim = sigv4.read(request, only(sigv4.carriers(request, parameterNames(request))), terms);
      expect([vector.name, claim.strings]).toEqual([
        vector.name,
        { formatString: vector.canonicalRequest, stringToSign: vector.stringToSign },
      ]);
      const found = verdict(() => proves(sigv4, request, terms, secret));
      expect([vector.name, found]).toEqual([vector.name, vector.accepts ? 'accept' : 'SignatureDoesNotMatch']);
    }
  });

  test('one bare exif that was added later is accepted where the setting says so', () => {
    const file = load('s3-sigv4.json');
    const later = file.vectors.filter(({ name }: { name: string }) => name.endsWith('-after'));
    expect(later).toHaveLength(3);
    for (const vector of later) {
      const request = toRequest('GET', vector.target, { host: wire(vector.url).host });
      const terms = termsFor(request, new Date(file.signingDate), { unsignedOperation: new Set(['sigv4']) });
      const secret = file.credentials.secretAccessKey;
      expect(verdict(() => proves(sigv4, request, terms, secret))).toBe('accept');
      const twice = toRequest('GET', `${vector.target}&exif`, { host: wire(vector.url).host });
      expect(verdict(() => proves(sigv4, twice, terms, secret))).toBe('SignatureDoesNotMatch');
      const other = toRequest('GET', vector.target.replace(/exif$/, 'exif/style/cos'), { host: wire(vector.url).host });
      if (vector.target.endsWith('exif')) {
        expect(verdict(() => proves(sigv4, other, terms, secret))).toBe('SignatureDoesNotMatch');
      }
    }
  });
});

/** The parts of a canonical request as a vector has it, parameters and headers taken from the request itself. */
function parseCanonical(text: string, request: HttpRequest): CanonicalRequest {
  const [method = '', path = ''] = text.split('\n');
  const [names = '', bodyHash = ''] = text.split('\n').slice(-2);
  const parameters = request.query.map(([name, value]) => ({
    name: percentDecode(name),
    value: percentDecode(value ?? ''),
  }));
  return {
    method,
    path: percentDecode(path),
    parameters: parameters.filter(({ name }) => name !== 'X-Amz-Signature'),
    headers: names.split(';').map((name) => [name, request.headers[name]?.trim() ?? '?'] as const),
    bodyHash,
  };
}

function signs(
  canonical: CanonicalRequest,
  { time, service }: { time: string; service: string },
  secretText: string,
): string {
  const secret = only(parseKeyRing(JSON.stringify({ id: secretText })).keys.get('id')?.secrets ?? []);
  const scope = { date: time.slice(0, 8), region: 'us-east-1', service };
  return sign(signingKey(secret, scope), toStringToSign(time, scope, canonicalRequest(canonical)));
}

whenHere('the suite of AWS', () => {
  let root = '';
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'aws-suite-'));
    execFileSync('tar', ['-xzf', join(folder, 'aws-signing-test-suite-v4.tar.gz'), '-C', root]);
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  /** A request file: its first line, headers (repeated ones joined, continued lines too), and a body. */
  function parseFile(text: string): Readonly<{ request: HttpRequest; body: string }> {
    const [head = '', ...body] = text.split('\n\n');
    const [first = '', ...lines] = head.split('\n');
    const [, method = '', target = ''] = /^(\S+) (.*) HTTP\/1\.1$/.exec(first) ?? [];
    const pairs: [string, string][] = [];
    for (const line of lines) {
      const last = pairs.at(-1);
      const colon = line.indexOf(':');
      if (/^\s/.test(line) && last !== undefined) last[1] += ` ${line.trim()}`;
      else pairs.push([line.slice(0, colon), line.slice(colon + 1).trim()]);
    }
    const socket = { remoteAddress: '127.0.0.1' };
    return {
      request: toHttpRequest({ method, url: target, rawHeaders: pairs.flat(), socket }),
      body: body.join('\n\n'),
    };
  }

  test('76 intermediates are equal; by the rules of S3 64 are accepted and the 12 normalised ones refused', () => {
    const suite = join(root, 'aws-signing-test-suite', 'v4');
    const seen = { accepted: 0, refused: 0 };
    for (const name of readdirSync(suite)) {
      const read = (file: string) => readFileSync(join(suite, name, file), 'utf8');
      const { credentials, omit_session_token: addsToken } = JSON.parse(read('context.json'));
      for (const form of ['header', 'query']) {
        const { request, body } = parseFile(read(`${form}-signed-request.txt`));
        const expected = read(`${form}-canonical-request.txt`);
        const parsed = parseCanonical(expected, request);
        // Two cases add the token after signing.
        const signed = parsed.parameters.filter(({ name: own }) => !(addsToken && own === 'X-Amz-Security-Token'));
        const given = { ...parsed, parameters: signed };
        expect([name, canonicalRequest(given)]).toEqual([name, expected]);
        expect([name, given.bodyHash]).toEqual([name, createHash('sha256').update(body).digest('hex')]);
        const scope = { date: '20150830', region: 'us-east-1', service: 'service' };
        expect(toStringToSign('20150830T123600Z', scope, canonicalRequest(given))).toBe(
          read(`${form}-string-to-sign.txt`),
        );
        const signature = read(`${form}-signature.txt`);
        const asSent = { ...given, path: percentDecode(request.path) };
        const made = signs(asSent, { time: '20150830T123600Z', service: 'service' }, credentials.secret_access_key);
        if (made === signature) seen.accepted++;
        else {
          expect(name).toMatch(/-normalized$/);
          seen.refused++;
        }
      }
    }
    expect(seen).toEqual({ accepted: 64, refused: 12 });
  });
});
