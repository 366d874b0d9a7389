// Annotations of the images as a place that forgets. S3 removes them with their object, so only objects that exist have any.

import { annotationRemoval } from '../../lib/cache/annotation-removal';
import type { AnnotationLocation } from '../../lib/cache/location';
import { maxTries } from '../../lib/limits';
import { credentialSource } from '../../lib/s3/credentials';
import { listedBucket, listObjects } from '../../lib/s3/list';
import { type S3Location, s3PlaceOf } from '../../lib/s3/location';
import type { Config } from '../../service/config/config';
import type { OpenPlace } from './place';

/** The place of the annotations of the bucket at `location`. */
export function annotationPlace({ name }: AnnotationLocation, location: S3Location, config: Config): OpenPlace {
  const { env, region, limits } = config;
  const { place, cloud } = s3PlaceOf(location, region);
  const credentials = credentialSource(env, cloud);
  const annotations = annotationRemoval(name, { ...place, env, credentials, tryMs: limits.tryMs, maxTries });
  return {
    kind: 'open',
    name: `annotation ${name}`,
    // An annotation belongs to one version of its object, and needs no order.
    look: async ({ key }, signal) => ({ order: 0, hasData: await annotations.has(key, signal), token: null }),
    async remove({ key }, _held, _order, signal) {
      await annotations.remove(key, signal);
      return true;
    },
    async *find(prefix, signal) {
      for await (const page of listObjects(listedBucket(location, region, env), { prefix, after: null, signal }))
        for (const { key } of page) yield key;
    },
    cost: async () => 'Annotations: the bucket is listed, and each object needs a GET and a DELETE',
  };
}
