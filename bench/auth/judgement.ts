// What the oracle says of a request.

/**
 * `canonicals`: all that the signature covers, and the signature itself, as text: equal texts are equal requests. There
 * are two where a part of the request may be unsigned. `objections`: why the request must be refused, whatever is signed.
 */
export type Judgement = Readonly<{ canonicals: readonly string[]; objections: readonly string[]; keyId: string }>;

/** What one scheme says of a request. `covers` tells of the headers that are signed, by lower-case name. */
export type SchemeJudgement = Judgement & Readonly<{ covers(header: string): boolean }>;
