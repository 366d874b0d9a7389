// The location of objects that this service writes itself: a bucket in the S3 protocol, and the prefix of their keys.

import type { Refuse } from '../io/location-text';
import type { CosLocation, S3Location } from './location';

/** A bucket, and the prefix of the keys, without a `/` at its end; '' = no prefix. */
export type ObjectsLocation = (S3Location | CosLocation) & Readonly<{ prefix: string }>;

/** Characters of a prefix: a key of 1024 bytes has to fit after it. */
const maxPrefix = 200;

/** Reads `name/prefix?options`: `parse` gets `name?options`. */
export function objectsLocation(
  rest: string,
  refuse: Refuse,
  parse: (text: string, refuse: Refuse) => S3Location | CosLocation,
): ObjectsLocation {
  const [, name = '', path = '', options = ''] = /^([^/?]*)(\/[^?]*)?(.*)$/s.exec(rest) ?? [];
  const prefix = path.replace(/^\/|\/$/g, '');
  const isPlain = /^[A-Za-z0-9!_.*'()/-]*$/.test(prefix) && prefix.length <= maxPrefix;
  if (!isPlain || (prefix !== '' && prefix.split('/').some((segment) => /^\.{0,2}$/.test(segment)))) {
    throw refuse(
      `a prefix is up to ${maxPrefix} of A-Z, a-z, 0-9, /, !, _, ., *, ', (, ) and -, without empty parts, . and ..`,
    );
  }
  return { ...parse(name + options, refuse), prefix };
}
