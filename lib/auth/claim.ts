// What the parts of this folder pass to each other: a signed request as a claim, and the key that may prove it.

import type { HttpRequest } from '../types';
import type { Policy } from './policy';

export type Hash = 'sha1' | 'sha256';

/**
 * HMAC of `text` with a secret, `prefix` put before the secret. The secret is closed over: no log, dump or JSON of a
 * key can show it.
 */
export type Secret = (hash: Hash, text: string, prefix?: string) => Uint8Array;

/**
 * A key: its id, its secrets (several during rotation) and its policy; `policy` null = it may read everything that is
 * served. `isShort` is set when a secret is so short that it may be guessed.
 */
export type Key = Readonly<{ id: string; secrets: readonly Secret[]; policy: Policy | null; isShort?: true }>;

/** All keys by id. `rounds` is the number of secrets of the key with the most: every verification computes so many HMACs. */
export type KeyRing = Readonly<{ keys: ReadonlyMap<string, Key>; rounds: number }>;

/** The strings behind a signature, as a caller may see them to find a mistake: they hold no secret. */
export type SignedStrings = Readonly<{ stringToSign: string; formatString: string }>;

/**
 * What a signed request says of itself, all checks done that need no secret. `signatures` are those that the request
 * may carry with a secret, in lower-case hex; more than one where a setting lets part of it be unsigned, or an SDK sorts
 * otherwise than documented.
 */
export type Claim = Readonly<{
  keyId: string;
  signature: string;
  signatures(secret: Secret): readonly string[];
  strings: SignedStrings;
  /** What the caller may have overlooked when none of them is right. */
  hint: string | null;
}>;

/** Where in a request a signature is. */
export type Carrier = 'header' | 'query' | 'sign';

/** What a request must fit to be verified. `operation` is the decoded name of the parameter that asks for something. */
export type Terms = Readonly<{
  now: Date;
  /** The path that was signed: `/` and the very key that is fetched, behind a gateway's prefix if the host is its own. */
  path: string;
  /** Region of a SigV4 scope. */
  region: string;
  /** True when `host` leads to the bucket by configuration, or the platform itself named it (`HttpRequest.gateway`). */
  hostKnown: boolean;
  operation: string;
  /** Seconds that clocks may differ. */
  skew: number;
  /** Most seconds between start and end of a signature; null = any. */
  maxLifetime: number | null;
  /** Schemes that may leave the operation unsigned. */
  unsignedOperation: ReadonlySet<SchemeName>;
  /** COS signatures may leave `host` unsigned. */
  unsignedHost: boolean;
}>;

export type SchemeName = 'cos' | 'sigv4';

/**
 * A signature scheme. `carriers` tells where the request has something of the scheme, be it broken; `read` throws
 * ProblemError for all that can be refused without a secret.
 */
export type Scheme = Readonly<{
  name: SchemeName;
  carriers(request: HttpRequest): readonly Carrier[];
  read(request: HttpRequest, carrier: Carrier, terms: Terms): Claim;
}>;
