// The text that names one object of a bucket: `s3://bucket/key?options`.

import { s3Options } from '../s3/location';

/** The key is not encoded; a `?` that no known option follows is part of the key. */
const objectForm = new RegExp(`^((?:s3|cos)://[^/?]+)/(.+?)(\\?(?:${s3Options.join('|')})=[^?]*)?$`, 's');

/** The location of the bucket, with the options, and the key. null when the text has no key. */
export function splitObject(text: string): Readonly<{ location: string; key: string }> | null {
  const [, bucket, key, options = ''] = objectForm.exec(text) ?? [];
  return bucket === undefined || key === undefined ? null : { location: bucket + options, key };
}
