// Access control: decides on a request before anything is fetched from the bucket. Has the list of signature schemes.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { ProblemError } from '../problem';
import type { HttpRequest, ObjectRef } from '../types';
import { cos } from './cos';
import type { KeysNow } from './keys';
import { allows } from './policy';
import { malformed, parameterNames, parameters } from './request-parts';
import type { Carrier, Key, KeyRing, RequestSignature, Scheme, SchemeName, Secret, Terms } from './scheme';
import { sigv4 } from './sigv4';

export const schemes: readonly Scheme[] = [cos, sigv4];

/** The rules for signatures, from the settings of a deployment. */
export type Rules = Pick<Terms, 'skew' | 'maxLifetime' | 'unsignedOperation' | 'unsignedHost'> &
  Readonly<{
    /** Whether the answer to an unknown key id is the same as the answer to a wrong signature. */
    hideKeys: boolean;
    /** Whether the answer to a wrong signature has the strings that should have been signed. */
    echo: boolean;
  }>;

/** Access control of a deployment. */
export type Access = Readonly<{
  /**
   * `platform`: the platform checks callers (IAM, a private network), and signatures are ignored. A request whose `iamCaller`
   * is null is refused: the platform reports IAM callers and there was none, so it checked nobody.
   */
  callers: 'signed' | 'platform';
  isPublic(ref: ObjectRef): boolean;
  keys: KeysNow;
  /** The bucket of each host name: a signature for the host name of one bucket is not valid for another bucket. */
  hosts: ReadonlyMap<string, Readonly<{ bucketId: string }>>;
  /** The region of each bucket by its id; '' when it has no region. */
  regions: ReadonlyMap<string, string>;
  /** The region that every SigV4 scope must name; null = the region of the bucket, or us-east-1 when it has none. */
  scopeRegion: string | null;
  rules: Rules;
}>;

/** A request to decide on, decoded: the object, the operation, and the host name without port. */
export type AccessRequest = Readonly<{ request: HttpRequest; ref: ObjectRef; operation: string; host: string }>;

/** The key that signed a request, and the scheme of the signature. */
export type Caller = Readonly<{ keyId: string; scheme: SchemeName }>;

/** The most characters of an Authorization header. The longest that an SDK sends has about 500. */
const maxAuthorization = 8 * 1024;
/** Parameters with which other services sign, in lower case. A request that has one of them is not anonymous. */
const foreign = ['awsaccesskeyid', 'ossaccesskeyid', 'signature', 'x-oss-signature'];

/**
 * Decides whether a request may read its object. Returns the caller, or null when the object can be read without a signature.
 * Otherwise throws ProblemError with a code of problem.ts under "access control". It fetches nothing except keys: it returns a
 * promise, which may reject with such an error, only when they must be read first. `proved` is called with the owner of a valid
 * signature, before the policy of the key is checked.
 */
export function authorize(
  asked: AccessRequest,
  access: Access,
  now: Date,
  proved: (caller: Caller) => void = () => undefined,
): Caller | null | Promise<Caller | null> {
  const permitted = ({ caller, permit }: Authenticated): Caller | null => {
    permit(asked.ref);
    return caller;
  };
  const authentic = authenticate(asked, access, now, proved);
  return 'permit' in authentic ? permitted(authentic) : authentic.then(permitted);
}

/** The caller of a request, and a function that throws ProblemError for an object which this caller may not read. */
export type Authenticated = Readonly<{ caller: Caller | null; permit: (ref: ObjectRef) => void }>;

/** The first half of `authorize`: checks the signature of a request, but not yet whether its owner may read an object. */
export function authenticate(
  asked: AccessRequest,
  access: Access,
  now: Date,
  proved: (caller: Caller) => void,
): Authenticated | Promise<Authenticated> {
  const { request } = asked;
  if (access.callers === 'platform') {
    if (request.iamCaller !== null) return { caller: null, permit: () => undefined };
    throw new ProblemError(
      'CallerUnchecked',
      'Cannot answer: EXIF_CALLERS is platform, but the platform did not check the caller',
    );
  }
  const found = findSignature(request);
  if (found === null) return { caller: null, permit: (ref) => refusePrivate(ref, access) };
  refuseTokens(request);
  refuseUncoveredBody(request, found);
  const signature = found.scheme.read(request, found.carrier, toTerms(asked, access, now));
  const proveWith = (ring: KeyRing): Authenticated => {
    const key = prove(signature, ring, access.rules);
    const caller = { keyId: key.id, scheme: found.scheme.name };
    proved(caller);
    return { caller, permit: (ref) => checkPolicy(key, { ...asked, ref }, access, now) };
  };
  const keys = access.keys();
  return 'rounds' in keys ? proveWith(keys) : keys.then(proveWith);
}

function refusePrivate(ref: ObjectRef, access: Access): void {
  if (!access.isPublic(ref))
    throw new ProblemError('SignatureMissing', 'Cannot answer an unsigned request: the object is private');
}

/** Refuses a signature that does not cover the body of the request: only a SigV4 header has the hash of the body. */
function refuseUncoveredBody({ body }: HttpRequest, { scheme, carrier }: FoundSignature): void {
  if (body === undefined || (scheme === sigv4 && carrier === 'header')) return;
  throw new ProblemError('AuthorizationUnsupported', 'Cannot verify: the signature does not cover the body', {
    safeDetail:
      'A batch must be signed with AWS4-HMAC-SHA256 in the header Authorization: no other signature covers the body.',
  });
}

type FoundSignature = Readonly<{ scheme: Scheme; carrier: Carrier }>;

/** The only signature of a request; null when nothing in it looks like a signature. */
function findSignature(request: HttpRequest): FoundSignature | null {
  if ((request.headers['authorization'] ?? '').length > maxAuthorization) throw malformed('Authorization is too long');
  const names = parameterNames(request);
  const found = schemes.flatMap((scheme) => scheme.carriers(request, names).map((carrier) => ({ scheme, carrier })));
  const [first, ...more] = found;
  const inHeader = request.headers['authorization'] !== undefined;
  if (first === undefined) {
    const isForeign = inHeader || foreign.some((name) => names.has(name));
    if (isForeign)
      throw new ProblemError('AuthorizationUnsupported', 'Cannot verify: this kind of authorization is not supported');
    return null;
  }
  if (more.length > 0 || (inHeader && first.carrier !== 'header')) {
    throw new ProblemError('AuthorizationAmbiguous', 'Cannot verify a request with more than one signature');
  }
  return first;
}

/** Refuses temporary credentials: only the platform knows their secrets. */
function refuseTokens(request: HttpRequest): void {
  const isToken = (name: string): boolean => /^x-(amz|cos|oss)-security-token$/i.test(name);
  if (Object.keys(request.headers).some(isToken) || parameters(request).some(({ name }) => isToken(name))) {
    throw new ProblemError('TokenUnsupported', 'Cannot verify a signature of temporary credentials');
  }
}

function toTerms({ request, ref, operation, host }: AccessRequest, access: Access, now: Date): Terms {
  const own = request.gateway?.host === host ? request.gateway : undefined;
  return {
    ...access.rules,
    now,
    operation,
    path: `${own?.prefix ?? ''}/${ref.key}`,
    region: access.scopeRegion ?? (access.regions.get(ref.bucketId) || 'us-east-1'),
    hostKnown: own !== undefined || access.hosts.get(host)?.bucketId === ref.bucketId,
  };
}

/**
 * The key that made the signature. An unknown key id takes the same number of HMACs as a wrong signature, so that the time of
 * an answer does not show whether the id exists.
 */
function prove(signature: RequestSignature, { keys, rounds }: KeyRing, rules: Rules): Key {
  const key = keys.get(signature.keyId);
  const secrets = key?.secrets ?? [];
  let matches = 0;
  for (let i = 0; i < Math.max(1, rounds); i++) {
    const found = signature
      .signatures(secrets[i] ?? decoy)
      .filter((accepted) => isEqual(accepted, signature.signature));
    if (i < secrets.length) matches += found.length;
  }
  if (key !== undefined && matches > 0) return key;
  if (key === undefined && !rules.hideKeys)
    throw new ProblemError('KeyUnknown', 'Cannot verify: the key id is unknown');
  const { stringToSign, formatString } = signature.strings;
  const members = rules.echo ? { StringToSign: stringToSign, FormatString: formatString } : {};
  const safeDetail = signature.hint === null ? {} : { safeDetail: signature.hint };
  throw new ProblemError('SignatureDoesNotMatch', 'Cannot verify: the signature does not match', {
    members,
    ...safeDetail,
  });
}

/** Used in place of a missing secret, so that the check takes the same time. A signature made with it is never accepted. */
const decoy: Secret = (hash, text, prefix = '') => createHmac(hash, `${prefix}decoy`).update(text).digest();

const encoder = new TextEncoder();

/** Whether two texts are equal. Texts of the same length are compared in constant time. */
function isEqual(a: string, b: string): boolean {
  const [bytesA, bytesB] = [encoder.encode(a), encoder.encode(b)];
  return bytesA.length === bytesB.length && timingSafeEqual(bytesA, bytesB);
}

function checkPolicy({ policy }: Key, { request, ref }: AccessRequest, access: Access, now: Date): void {
  const read = {
    bucket: ref.bucket,
    region: access.regions.get(ref.bucketId) ?? '',
    key: ref.key,
    now,
    sourceIp: request.sourceIp ?? null,
    referer: request.headers['referer'] ?? null,
  };
  if (policy !== null && !allows(policy, read)) {
    throw new ProblemError('PolicyDenied', 'Cannot answer: the policy of the key does not allow it');
  }
}
