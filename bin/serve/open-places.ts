// Which objects and which buckets are open to everybody.
import { isPublic } from '../../lib/auth/public';
import { type BucketPlace, bucketName } from '../../service/config/bucket-settings';
import type { Config } from '../../service/config/config';

/** Whether everybody may read an object of `place`. */
export function isOpenKey(place: BucketPlace, auth: Config['auth']): (key: string) => boolean {
  return (key) => auth.callers === 'platform' || isPublic(auth.publicParts, toRef(place, key));
}

/** Whether everybody may read all objects of `place`. */
export function isOpenPlace(place: BucketPlace, auth: Config['auth']): boolean {
  if (auth.callers === 'platform') return true;
  return auth.publicParts.some(
    ({ bucket, prefix, exact }) => prefix === '' && !exact && [null, bucketName(place)].includes(bucket),
  );
}

function toRef(place: BucketPlace, key: string) {
  return { bucketId: place.text, bucket: bucketName(place), key };
}
