// What anyone may read, as a deployment lists it.

import { ProblemError } from '../problem';
import type { ObjectRef } from '../types';
import { keyForms } from './key-forms';

/** Objects of a bucket: all whose key begins with `prefix`, or the one of that key when `exact`. `bucket` null = any. */
export type PublicPart = Readonly<{ bucket: string | null; prefix: string; exact: boolean }>;

/**
 * Reads a list with commas between: `*` everything, `photos/*` a bucket, `photos/shared/*` a prefix, `photos/logo.png`
 * an object. Throws ProblemError `ConfigInvalid` for anything else.
 */
export function parsePublic(text: string): readonly PublicPart[] {
  const parts = text.split(',').map((part) => part.trim());
  return parts.filter((part) => part !== '').map(parsePart);
}

function parsePart(text: string): PublicPart {
  if (text === '*') return { bucket: null, prefix: '', exact: false };
  const [, bucket, key = ''] = /^([^/*]+)\/([^*]*\*?)$/.exec(text) ?? [];
  if (bucket === undefined || key === '' || key.endsWith('/')) {
    throw new ProblemError(
      'ConfigInvalid',
      `Cannot read ${JSON.stringify(text)}: it must be * (everything), bucket/* (a bucket), bucket/prefix/* (a prefix) or bucket/key (an object)`,
    );
  }
  return { bucket, prefix: key.replace('*', ''), exact: !key.endsWith('*') };
}

/** True when anyone may read the object: every spelling of its key that a store may take for it is public. */
export function isPublic(parts: readonly PublicPart[], { bucket, key }: ObjectRef): boolean {
  const own = parts.filter((part) => part.bucket === null || part.bucket === bucket);
  return (
    own.length > 0 &&
    keyForms(key).every((spelling) =>
      own.some(({ prefix, exact }) => (exact ? spelling === prefix : spelling.startsWith(prefix))),
    )
  );
}
