// The judgement of the oracle about a request.

import { cosName } from '../../testing/auth/signer';
import type { Param } from './view';

/**
 * `canonicals`: everything that the signature covers, and the signature itself, as text; equal texts mean equal requests. There
 * are two when a part of the request may be unsigned. `objections`: reasons to refuse the request, whatever is signed.
 */
export type Judgement = Readonly<{ canonicals: readonly string[]; objections: readonly string[]; keyId: string }>;

/** The judgement by one scheme. `covers` has the signed headers, by lower-case name. */
export type SchemeJudgement = Judgement & Readonly<{ covers(header: string): boolean }>;

const harmless = new Set(['x-amz-checksum-mode', 'x-amz-content-sha256', 'x-cos-traffic-limit']);

/**
 * True for a parameter, in any letter case, with which a request is still one for the object itself. With any other signed
 * parameter, an unsigned operation would turn a signature for something else (`acl`, an upload) into one for EXIF.
 */
export function isHarmless({ name, value }: Param): boolean {
  const lower = cosName(name);
  return lower.startsWith('response-') || harmless.has(lower) || (lower === 'x-id' && value === 'GetObject');
}
