// The types that the files of this folder share: a signature scheme, the signature of a request, and the keys.

import type { HttpRequest } from '../types';
import type { Policy } from './policy';

export type Hash = 'sha1' | 'sha256';

/**
 * The HMAC of `text`, made with a secret that has `prefix` before it. The secret is only in the scope of this function, so that
 * no log or JSON of a key can show it.
 */
export type Secret = (hash: Hash, text: string, prefix?: string) => Uint8Array;

/**
 * A key: its id, its secrets (several during rotation) and its policy. `policy` null = the key may read everything that is
 * served. `isShort`: a secret is so short that it could be guessed.
 */
export type Key = Readonly<{ id: string; secrets: readonly Secret[]; policy: Policy | null; isShort?: true }>;

/**
 * All keys by id. `rounds` is the largest number of secrets that a key has: every verification computes this number of HMACs.
 */
export type KeyRing = Readonly<{ keys: ReadonlyMap<string, Key>; rounds: number }>;

/** The strings that were signed, to help a caller find a mistake. They contain no secret. */
export type SignedStrings = Readonly<{ stringToSign: string; formatString: string }>;

/**
 * The signature of a request, after all checks that need no secret. `signatures` returns the signatures that are right for a secret, in
 * lower-case hex. There are several when a setting allows a part to be unsigned, or when an SDK does not sort as documented.
 */
export type RequestSignature = Readonly<{
  keyId: string;
  signature: string;
  signatures(secret: Secret): readonly string[];
  strings: SignedStrings;
  /** A hint for the caller when none of them is right. */
  hint: string | null;
}>;

/** The place of a signature in a request. */
export type Carrier = 'header' | 'query' | 'sign';

/**
 * The facts and rules that a request is verified with. `operation` is the decoded name of the parameter that names the
 * operation.
 */
export type Terms = Readonly<{
  now: Date;
  /**
   * The path that was signed: `/` and the key that will be fetched. On a gateway's own host name, the gateway's prefix comes
   * before it.
   */
  path: string;
  /** The region that the scope of a SigV4 signature must name. */
  region: string;
  /** Whether `host` leads to the bucket: by configuration, or because the platform named it (`HttpRequest.gateway`). */
  hostKnown: boolean;
  operation: string;
  /** Seconds by which clocks may differ. */
  skew: number;
  /** The most seconds between the start and the end of a signature; null = no limit. */
  maxLifetime: number | null;
  /** The schemes in which the operation may be unsigned. */
  unsignedOperation: ReadonlySet<SchemeName>;
  /** Whether `host` may be unsigned in COS signatures. */
  unsignedHost: boolean;
}>;

export type SchemeName = 'cos' | 'sigv4';

/**
 * A signature scheme. `carriers` returns the places where a request has parts of such a signature, also broken ones;
 * `names` are those of `parameterNames`. `read` throws ProblemError for everything that can be refused without a secret.
 */
export type Scheme = Readonly<{
  name: SchemeName;
  carriers(request: HttpRequest, names: ReadonlySet<string>): readonly Carrier[];
  read(request: HttpRequest, carrier: Carrier, terms: Terms): RequestSignature;
}>;
