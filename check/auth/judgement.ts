// What the oracle says of a request.

import { cosName } from '../../testing/auth/signer';
import type { Param } from './view';

/**
 * `canonicals`: all that the signature covers, and the signature itself, as text: equal texts are equal requests. There
 * are two where a part of the request may be unsigned. `objections`: why the request must be refused, whatever is signed.
 */
export type Judgement = Readonly<{ canonicals: readonly string[]; objections: readonly string[]; keyId: string }>;

/** What one scheme says of a request. `covers` tells of the headers that are signed, by lower-case name. */
export type SchemeJudgement = Judgement & Readonly<{ covers(header: string): boolean }>;

const harmless = new Set(['x-amz-checksum-mode', 'x-amz-content-sha256', 'x-cos-traffic-limit']);

/**
 * True for a parameter, in any letter case, that leaves a request one for the object itself. Beside any other that is
 * signed, an operation that is not would make a signature for something else (`acl`, an upload) one for EXIF.
 */
export function isHarmless({ name, value }: Param): boolean {
  const lower = cosName(name);
  return lower.startsWith('response-') || harmless.has(lower) || (lower === 'x-id' && value === 'GetObject');
}
