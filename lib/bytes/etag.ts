// Entity tags: how they are compared, and which version of an object a read was of or is for [RFC 9110 8.8.3, 13.1].
import type { Condition, ObjectStat } from '../types';

/** Whether a text has the form of an entity tag, so that a header can carry it [RFC 9110 8.8.3]. */
export function isEtag(text: string): boolean {
  return /^(W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/.test(text);
}

/** Whether a tag is weak: two versions with the same weak tag may have different bytes. */
export function isWeakEtag(tag: string): boolean {
  return tag.startsWith('W/');
}

/** A tag without the mark of a weak one: weak comparison compares these [RFC 9110 8.8.3.2]. */
export function opaqueEtag(tag: string): string {
  return isWeakEtag(tag) ? tag.slice(2) : tag;
}

/** `etag` when If-Match can be sent with it, otherwise null: that header compares strongly [RFC 9110 13.1.1]. */
export function strongTag(etag: string | null): string | null {
  return etag !== null && isEtag(etag) && !isWeakEtag(etag) ? etag : null;
}

/**
 * `etag` when it identifies one version of an object, otherwise null: a weak or empty one may stand for several. Some stores
 * send tags without quotes; they count too, because they are only compared.
 */
export function versionTag(etag: string | null): string | null {
  return etag === null || isWeakEtag(etag) || /^"?"?$/.test(etag) ? null : etag;
}

/** The tags that an `If-Match` or `If-None-Match` header lists. */
export function listedTags(header: string): readonly string[] {
  return header
    .slice(0, 8192)
    .split(',')
    .map((tag) => tag.trim());
}

/**
 * Whether two replies are about the same version. For stores that send no ETag, so that a read cannot ask for a version: then
 * two versions of the same size within a second look the same.
 */
export function sameVersion(first: ObjectStat, later: ObjectStat): boolean {
  return (
    first.etag === later.etag &&
    first.size === later.size &&
    first.lastModified?.getTime() === later.lastModified?.getTime()
  );
}

/** The ETag of the only version that a read is for; null = any version. */
export function ifMatchEtag(condition: Condition): string | null {
  return condition !== null && 'ifMatch' in condition ? condition.ifMatch : null;
}

/** The ETag of the version that need not be read again; null = no such version. */
export function ifNoneMatchTag(condition: Condition): string | null {
  return condition !== null && 'ifNoneMatch' in condition ? condition.ifNoneMatch : null;
}

/** Whether the version with `etag` is the one that need not be read again, by weak comparison [RFC 9110 8.8.3.2]. */
export function isExcluded(condition: Condition, etag: string | null): boolean {
  const known = ifNoneMatchTag(condition);
  return known !== null && etag !== null && opaqueEtag(known) === opaqueEtag(etag);
}
