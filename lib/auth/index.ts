// Who may ask: the one verdict on a request, before anything is fetched. And the list of signature schemes.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { ProblemError } from '../problem';
import type { HttpRequest, ObjectRef } from '../types';
import type { Carrier, Claim, Key, KeyRing, Scheme, SchemeName, Secret, Terms } from './claim';
import { cos } from './cos';
import { malformed, parameters } from './parts';
import { allows } from './policy';
import { sigv4 } from './sigv4';

export const schemes: readonly Scheme[] = [cos, sigv4];

/** What signatures are held to, as a deployment sets it. */
export type Rules = Pick<Terms, 'skew' | 'maxLifetime' | 'unsignedOperation' | 'unsignedHost'> &
  Readonly<{
    /** An unknown key id is answered as a wrong signature is. */
    hideKeys: boolean;
    /** A wrong signature is answered with the strings that were expected to be signed. */
    echo: boolean;
  }>;

/** Who may read what. */
export type Access = Readonly<{
  /**
   * `platform`: the platform checks callers (IAM, a private network), and signatures are ignored. A request whose `iamCaller`
   * is null is refused: the platform reports IAM callers and there was none, so it checked nobody.
   */
  callers: 'signed' | 'platform';
  isPublic(ref: ObjectRef): boolean;
  keys(): Promise<KeyRing>;
  /** The bucket that each host name leads to: a signature for one bucket's name is none for another's. */
  hosts: ReadonlyMap<string, Readonly<{ bucketId: string }>>;
  /** Region of each bucket by its id, '' when it has none. */
  regions: ReadonlyMap<string, string>;
  /** Region of every SigV4 scope; null = the bucket's, else us-east-1. */
  scopeRegion: string | null;
  rules: Rules;
}>;

/** What is asked, decoded: the object, the operation, and the host name without port. */
export type Question = Readonly<{ request: HttpRequest; ref: ObjectRef; operation: string; host: string }>;

/** Who was let in, and by which scheme. */
export type Caller = Readonly<{ keyId: string; scheme: SchemeName }>;

/** Characters of an Authorization header: the longest that an SDK makes has some 500. */
const maxAuthorization = 8 * 1024;
/** What other services sign with; a request that has them is not anonymous. */
const foreign = ['awsaccesskeyid', 'ossaccesskeyid', 'signature', 'x-oss-signature'];

/**
 * The caller who may read the object, or null when nobody needs to be known for it. Throws ProblemError for everybody
 * else: the codes of problem.ts under "access control". Nothing is fetched here but keys. `proved` is told whose signature is
 * right, before the policy has its say.
 */
export async function authorize(
  question: Question,
  access: Access,
  now: Date,
  proved: (caller: Caller) => void = () => undefined,
): Promise<Caller | null> {
  if (access.callers === 'platform') {
    if (question.request.iamCaller !== null) return null;
    throw new ProblemError(
      'CallerUnchecked',
      'Cannot read: EXIF_CALLERS is platform, but the platform checked no caller',
    );
  }
  const found = findSignature(question.request);
  if (found === null) {
    if (!access.isPublic(question.ref))
      throw new ProblemError('SignatureMissing', 'Cannot read unsigned: it is private');
    return null;
  }
  refuseTokens(question.request);
  const claim = found.scheme.read(question.request, found.carrier, toTerms(question, access, now));
  const key = prove(claim, await access.keys(), access.rules);
  const caller = { keyId: key.id, scheme: found.scheme.name };
  proved(caller);
  checkPolicy(key, question, access, now);
  return caller;
}

/** The one signature of a request; null when it has nothing that looks like one. */
function findSignature(request: HttpRequest): Readonly<{ scheme: Scheme; carrier: Carrier }> | null {
  if ((request.headers['authorization'] ?? '').length > maxAuthorization) throw malformed('Authorization is too long');
  const found = schemes.flatMap((scheme) => scheme.carriers(request).map((carrier) => ({ scheme, carrier })));
  const [first, ...more] = found;
  const inHeader = request.headers['authorization'] !== undefined;
  if (first === undefined) {
    const isForeign = inHeader || parameters(request).some(({ name }) => foreign.includes(name.toLowerCase()));
    if (isForeign) throw new ProblemError('AuthorizationUnsupported', 'Cannot verify an authorization of another kind');
    return null;
  }
  if (more.length > 0 || (inHeader && first.carrier !== 'header')) {
    throw new ProblemError('AuthorizationAmbiguous', 'Cannot choose between signatures');
  }
  return first;
}

/** Secrets of temporary keys are known to the platform alone. */
function refuseTokens(request: HttpRequest): void {
  const isToken = (name: string): boolean => /^x-(amz|cos|oss)-security-token$/i.test(name);
  if (Object.keys(request.headers).some(isToken) || parameters(request).some(({ name }) => isToken(name))) {
    throw new ProblemError('TokenUnsupported', 'Cannot verify a signature of temporary credentials');
  }
}

function toTerms({ request, ref, operation, host }: Question, access: Access, now: Date): Terms {
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
 * The key that made the signature. An unknown key id costs the same HMACs as a wrong signature, and no answer depends
 * on which secret failed where.
 */
function prove(claim: Claim, { keys, rounds }: KeyRing, rules: Rules): Key {
  const key = keys.get(claim.keyId);
  const secrets = key?.secrets ?? [];
  let matches = 0;
  for (let i = 0; i < Math.max(1, rounds); i++) {
    const found = claim.signatures(secrets[i] ?? decoy).filter((signature) => isEqual(signature, claim.signature));
    if (i < secrets.length) matches += found.length;
  }
  if (key !== undefined && matches > 0) return key;
  if (key === undefined && !rules.hideKeys)
    throw new ProblemError('KeyUnknown', 'Cannot verify: the key id is unknown');
  const { stringToSign, formatString } = claim.strings;
  const members = rules.echo ? { StringToSign: stringToSign, FormatString: formatString } : {};
  const safeDetail = claim.hint === null ? {} : { safeDetail: claim.hint };
  throw new ProblemError('SignatureDoesNotMatch', 'Cannot verify: the signature is another', {
    members,
    ...safeDetail,
  });
}

/** Stands in for a secret that is not there; what it makes is never accepted. */
const decoy: Secret = (hash, text, prefix = '') => createHmac(hash, `${prefix}decoy`).update(text).digest();

/** Compares texts of equal length in constant time. */
function isEqual(a: string, b: string): boolean {
  const encoder = new TextEncoder();
  const [bytesA, bytesB] = [encoder.encode(a), encoder.encode(b)];
  return bytesA.length === bytesB.length && timingSafeEqual(bytesA, bytesB);
}

function checkPolicy({ policy }: Key, { request, ref }: Question, access: Access, now: Date): void {
  const ask = {
    bucket: ref.bucket,
    region: access.regions.get(ref.bucketId) ?? '',
    key: ref.key,
    now,
    sourceIp: request.sourceIp ?? null,
    referer: request.headers['referer'] ?? null,
  };
  if (policy !== null && !allows(policy, ask)) {
    throw new ProblemError('PolicyDenied', 'Cannot read: the policy of the key does not allow it');
  }
}
