// Conditional requests: the entity tag of an answer, and the conditions of a request [RFC 9110 8.8, 13].
import { createHash } from 'node:crypto';
import { isWeakEtag, listedTags, opaqueEtag } from '../bytes/etag';
import type { HttpRequest, IsKnown, ObjectStat } from '../types';
import type { Encoding } from './negotiation';

/**
 * Which of the possible answers about an object. `id` is that of the view. `weak`: two answers with the same content may have
 * different bytes. `encoding`: how the caller accepts it compressed; absent when answers are never compressed.
 */
export type Representation = Readonly<{ id: string; weak: boolean; encoding?: Encoding }>;

/**
 * The entity tag of an answer about one version of an object, made from the object's ETag, the view and the revision. It is
 * weak when the object's tag or the view is weak, null when the object has no tag [RFC 9110 8.8.3]. A compressed answer has other
 * bytes, so the tag names the compression (`"..-gzip"`); so does that of a short answer, which is not compressed, so that the
 * tag is known without the body.
 */
export function answerETag(stat: ObjectStat, { id, weak, encoding }: Representation, revision: string): string | null {
  if (stat.etag === null) return null;
  return formatTag(tagName(stat, stat.etag, id, revision), weak || isWeakEtag(stat.etag), encoding);
}

/** The last name made for a version of an object, for versions that are kept in memory with their answers. */
const tagNames = new WeakMap<ObjectStat, Readonly<{ id: string; revision: string; name: string }>>();
/** Characters of an id that is kept with a name: callers choose the names of tags in a longer one. */
const maxKeptId = 64;

function tagName(stat: ObjectStat, etag: string, id: string, revision: string): string {
  const last = tagNames.get(stat);
  if (last !== undefined && last.id === id && last.revision === revision) return last.name;
  const hash = createHash('sha256').update(JSON.stringify([etag, id, revision]));
  const name = hash.digest('hex').slice(0, 32);
  if (id.length <= maxKeptId) tagNames.set(stat, { id, revision, name });
  return name;
}

/** An entity tag: `name`, and how the answer is compressed. */
export function formatTag(name: string, weak: boolean, encoding: Encoding | undefined): string {
  const suffix = encoding?.coding == null ? '' : `-${encoding.coding}${encoding.smallToo ? '-only' : ''}`;
  return `${weak ? 'W/' : ''}"${name}${suffix}"`;
}

/**
 * A function that says whether a tag is that of the same answer as `etag`, however it is compressed: the content is the same.
 * It is made once for `etag`, because a header may list thousands of tags.
 */
function sameAnswer(etag: string): (tag: string) => boolean {
  const stem = opaqueEtag(etag).replace(coding, '');
  return (tag) => {
    const other = opaqueEtag(tag);
    return other.length > stem.length && other.startsWith(stem) && other.replace(coding, '') === stem;
  };
}

/** The end of a tag: what `formatTag` adds for a compressed answer, and the quote. */
const coding = /(?:-(?:br|gzip)(?:-only)?)?"$/;

/**
 * The tag for a 304: `etag` when `If-None-Match` lists it, by weak comparison; otherwise the listed tag of the same answer in
 * another compression, because the caller has that one. Null when neither is listed [RFC 9110 13.1.2].
 */
export function matchingETag(ifNoneMatch: string | undefined, etag: string | null): string | null {
  if (ifNoneMatch === undefined || etag === null) return null;
  const tags = listedTags(ifNoneMatch).filter(sameAnswer(etag));
  return tags.some((tag) => opaqueEtag(tag) === opaqueEtag(etag)) ? etag : (tags[0] ?? null);
}

/** True when `If-None-Match` lists `etag`, by weak comparison [RFC 9110 13.1.2]. */
export function matchesETag(ifNoneMatch: string | undefined, etag: string | null): boolean {
  return matchingETag(ifNoneMatch, etag) !== null;
}

/** Whether an `If-Match` or `If-None-Match` header is `*`: any version that can be answered. */
function isAny(header: string): boolean {
  return header.trim() === '*';
}

/**
 * The result of the conditions of a request: `failed` is 412, `unchanged` is 304. `by` is the condition that made it
 * `unchanged`: only a `tag` proves that the caller once got an answer about this version.
 */
export type Verdict =
  | Readonly<{ kind: 'proceed' }>
  | Readonly<{ kind: 'failed' }>
  | Readonly<{ kind: 'unchanged'; by: 'tag' | 'any' | 'date' }>;

const proceed: Verdict = { kind: 'proceed' };
const failed: Verdict = { kind: 'failed' };

/** The validators of an answer: its tag, and when the object was written; null when the store does not say it. */
type Validators = Readonly<{ etag: string | null; lastModified: Date | null }>;

/**
 * A function that judges a version of the object by the conditions of the request. `representation` is what the caller would
 * get, `now` is for dates with a year of two digits.
 */
export function conditionsOf(
  request: HttpRequest,
  representation: Representation,
  revision: string,
  now: Date,
): (stat: ObjectStat) => Verdict {
  // Most requests have no condition, and then no tag has to be computed before the object is read.
  if (!isConditional(request)) return () => proceed;
  return (stat) =>
    judgeConditions(
      request,
      { etag: answerETag(stat, representation, revision), lastModified: stat.lastModified },
      now,
    );
}

function isConditional({ headers }: HttpRequest): boolean {
  return ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'].some((name) => name in headers);
}

/**
 * Judges a request by its conditions, in the order of precedence [RFC 9110 13.2.2]: `If-Match`, or else
 * `If-Unmodified-Since`; then `If-None-Match`, or else `If-Modified-Since`. A date is ignored when it is not valid, and when
 * the object has none. `now` is for dates with a year of two digits.
 */
export function judgeConditions({ headers }: HttpRequest, { etag, lastModified }: Validators, now: Date): Verdict {
  const [ifMatch, ifNoneMatch] = [headers['if-match'], headers['if-none-match']];
  // HTTP dates have whole seconds.
  const written = lastModified === null ? null : Math.floor(lastModified.getTime() / 1000) * 1000;
  if (ifMatch !== undefined) {
    if (!isAny(ifMatch) && !matchesStrongly(ifMatch, etag)) return failed;
  } else if (written !== null && written > (dateIn(headers['if-unmodified-since'], now) ?? Infinity)) {
    return failed;
  }
  if (ifNoneMatch !== undefined) {
    if (isAny(ifNoneMatch)) return { kind: 'unchanged', by: 'any' };
    return matchesETag(ifNoneMatch, etag) ? { kind: 'unchanged', by: 'tag' } : proceed;
  }
  const since = dateIn(headers['if-modified-since'], now);
  return written !== null && since !== null && written <= since ? { kind: 'unchanged', by: 'date' } : proceed;
}

/** Strong comparison: weak tags match nothing [RFC 9110 8.8.3.2]. */
function matchesStrongly(ifMatch: string, etag: string | null): boolean {
  if (etag === null || isWeakEtag(etag)) return false;
  const isSame = sameAnswer(etag);
  return listedTags(ifMatch).some((tag) => !isWeakEtag(tag) && isSame(tag));
}

function dateIn(header: string | undefined, now: Date): number | null {
  if (header === undefined) return null;
  // Loaded on first use: few requests have a date.
  const { parseHttpDate } = require('./http-date') as typeof import('./http-date');
  return parseHttpDate(header, now);
}

/**
 * Whether the caller needs only the stat of a version with this verdict. A tag that matches proves that the version can be
 * answered. No other condition does: a version that cannot be answered gets its error whatever the conditions say
 * [RFC 9110 13.2.1], as far as one GET can find it.
 */
export function toKnown(verdict: Verdict): ReturnType<IsKnown> {
  if (verdict.kind === 'unchanged') return verdict.by === 'date' ? 'presumed' : verdict.by === 'tag';
  return verdict.kind === 'failed' ? 'presumed' : false;
}
