// Conditional requests: the entity tag of an answer, and what the conditions of a request make of it [RFC 9110 8.8, 13].
import { createHash } from 'node:crypto';
import type { HttpRequest, IsKnown, ObjectStat } from '../types';
import type { Encoding } from './negotiation';

/**
 * Which answer about an object: its id, whether it may come out in other bytes that show the same, and how it is coded.
 * `encoding` is absent where answers are never compressed.
 */
export type Representation = Readonly<{ id: string; weak: boolean; encoding?: Encoding }>;

/**
 * The entity tag of an answer about one version of an object: derived from its ETag, the view and the revision; weak where the object's or the view is weak, null where the object has none [RFC 9110 8.8.3]. It also
 * tells the coding, because a compressed answer is other bytes: `"..-gzip"`. A short answer to a caller that accepts gzip has
 * that tag too, so that the tag is known without the body.
 */
export function answerETag(stat: ObjectStat, { id, weak, encoding }: Representation, revision: string): string | null {
  if (stat.etag === null) return null;
  const hash = createHash('sha256').update(JSON.stringify([stat.etag, id, revision]));
  const suffix = encoding?.coding == null ? '' : `-${encoding.coding}${encoding.smallToo ? '-only' : ''}`;
  return `${weak || stat.etag.startsWith('W/') ? 'W/' : ''}"${hash.digest('hex').slice(0, 32)}${suffix}"`;
}

/** A tag without the mark of a weak one. */
function opaque(tag: string): string {
  return tag.startsWith('W/') ? tag.slice(2) : tag;
}

/**
 * Whether a tag is that of the same answer as `etag`, in any coding: all codings show the same, so a caller may ask with the
 * tag of any. Made once for `etag`, because a header may list thousands of tags.
 */
function sameAnswer(etag: string): (tag: string) => boolean {
  const stem = opaque(etag).replace(coding, '');
  return (tag) => {
    const other = opaque(tag);
    return other.length > stem.length && other.startsWith(stem) && other.replace(coding, '') === stem;
  };
}

/** The end of a tag: what the codings of an answer add, and the quote. */
const coding = /(?:-(?:br|gzip)(?:-only)?)?"$/;

/** The tags of an `If-Match` or `If-None-Match` header. */
function tagsIn(header: string): readonly string[] {
  return header
    .slice(0, 8192)
    .split(',')
    .map((tag) => tag.trim());
}

/**
 * The tag that a 304 sends: `etag` where `If-None-Match` lists it, by weak comparison, otherwise the listed tag of the same
 * answer in another coding, which is the one that the caller keeps. Null when it lists neither [RFC 9110 13.1.2].
 */
export function matchingETag(ifNoneMatch: string | undefined, etag: string | null): string | null {
  if (ifNoneMatch === undefined || etag === null) return null;
  const tags = tagsIn(ifNoneMatch).filter(sameAnswer(etag));
  return tags.some((tag) => opaque(tag) === opaque(etag)) ? etag : (tags[0] ?? null);
}

/** True when `If-None-Match` lists `etag`, by weak comparison [RFC 9110 13.1.2]. */
export function matchesETag(ifNoneMatch: string | undefined, etag: string | null): boolean {
  return matchingETag(ifNoneMatch, etag) !== null;
}

/** `*` in `If-Match` and `If-None-Match`: whatever has an answer, which shows only when it is there. */
function isAny(header: string): boolean {
  return header.trim() === '*';
}

/**
 * What the conditions of a request say: `failed` is 412, `unchanged` 304. `by` says what an `unchanged` rests on: only a
 * `tag` proves that the caller once got an answer about this version.
 */
export type Verdict =
  | Readonly<{ kind: 'proceed' }>
  | Readonly<{ kind: 'failed' }>
  | Readonly<{ kind: 'unchanged'; by: 'tag' | 'any' | 'date' }>;

const proceed: Verdict = { kind: 'proceed' };
const failed: Verdict = { kind: 'failed' };

/** The validators of an answer: its tag, and when the object was written; null for what the store does not say. */
type Validators = Readonly<{ etag: string | null; lastModified: Date | null }>;

/** Whether a request has a condition. Most have none, and then no tag must be computed before the object is read. */
export function isConditional({ headers }: HttpRequest): boolean {
  return ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'].some((name) => name in headers);
}

/**
 * The verdict on a request that reads, in the order of precedence [RFC 9110 13.2.2]: `If-Match`, without it
 * `If-Unmodified-Since`; then `If-None-Match`, without it `If-Modified-Since`. A date that is not valid, and one for an
 * object without a date, is ignored. `now` is for dates with a year of two digits.
 */
export function judge({ headers }: HttpRequest, { etag, lastModified }: Validators, now: Date): Verdict {
  const [ifMatch, ifNoneMatch] = [headers['if-match'], headers['if-none-match']];
  // A date of HTTP has whole seconds.
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
  if (etag === null || etag.startsWith('W/')) return false;
  const isSame = sameAnswer(etag);
  return tagsIn(ifMatch).some((tag) => !tag.startsWith('W/') && isSame(tag));
}

function dateIn(header: string | undefined, now: Date): number | null {
  if (header === undefined) return null;
  // On first use: few requests have a date.
  const { parseHttpDate } = require('./http-date') as typeof import('./http-date');
  return parseHttpDate(header, now);
}

/**
 * What a verdict means for reading the object. A tag that matches proves that there is an answer. Nothing else does: an object
 * that cannot be answered gets its error whatever the conditions say [RFC 9110 13.2.1], as far as one GET shows it.
 */
export function toKnown(verdict: Verdict): ReturnType<IsKnown> {
  if (verdict.kind === 'unchanged') return verdict.by === 'date' ? 'presumed' : verdict.by === 'tag';
  return verdict.kind === 'failed' ? 'presumed' : false;
}
