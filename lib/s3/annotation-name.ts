// What a location of a cache in annotations may contain. A file for this alone: each process reads the location of its cache.
import { fitsUtf8 } from '../bytes/utf8';

/** Bytes of a name [S3 User Guide, object annotations]. */
const maxNameBytes = 512;

/** The rules for a name, for messages. */
export const annotationNameRules =
  'must have 1 to 512 bytes of letters, digits, "_", "." and "-", and must not begin with "aws" or "s3"';

/** Whether S3 accepts a name. Digits other than 0 to 9 are refused here: the documents do not say whether they count. */
export function isAnnotationName(name: string): boolean {
  return /^[\p{L}0-9_.-]+$/u.test(name) && !/^(aws|s3)/i.test(name) && fitsUtf8(name, maxNameBytes);
}

/** Whether a text has the form of the token of a bucket that passed the check. */
export function isToken(text: string): boolean {
  return /^[0-9a-f]{16}$/.test(text);
}
