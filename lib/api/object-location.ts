// The text that names one object of a bucket, or with a key prefix several: `s3://bucket/key?options`.

import { s3Options } from '../s3/location';

/** The parts of the text. `bucket` has the scheme; `key` may be ''; `options` has the question mark, or is ''. */
export type LocationParts = Readonly<{ bucket: string; key: string; options: string }>;

/** The key is not encoded; a `?` that no known option follows is part of the key. */
const form = new RegExp(`^((?:s3|cos)://[^/?]+)(?:/(.*?))?(\\?(?:${s3Options.join('|')})=[^?]*)?$`, 's');

/** The parts; null when the text has no bucket. */
export function splitLocation(text: string): LocationParts | null {
  const [, bucket, key = '', options = ''] = form.exec(text) ?? [];
  return bucket === undefined ? null : { bucket, key, options };
}

/** The location of the bucket, with the options, and the key. null when the text has no key. */
export function splitObject(text: string): Readonly<{ location: string; key: string }> | null {
  const parts = splitLocation(text);
  return parts === null || parts.key === '' ? null : { location: parts.bucket + parts.options, key: parts.key };
}
