// Checks the settings of a cache in annotations against the buckets. Loaded only when there is such a cache.
import type { AnnotationLocation } from '../../lib/cache/location';
import type { Freshness } from '../../lib/job';
import { annotationsRefused, checkedToken } from '../../lib/s3/annotation';
import { type BucketPlace, bucketName } from './bucket-settings';
import { settingInvalid } from './setting';

/**
 * Throws ProblemError `ConfigInvalid` for a bucket whose objects cannot have annotations, and for `trust` when a bucket has not
 * passed the check. `region` is that of buckets that name none; null = not known.
 */
export function checkAnnotations(
  { emulator, checked }: AnnotationLocation,
  freshness: Freshness,
  places: readonly BucketPlace[],
  region: string | null,
): void {
  for (const place of places) {
    const { location } = place;
    const own = location.kind === 'directory' ? null : location.region;
    const refused = annotationsRefused(location, own ?? region, emulator);
    if (refused !== null)
      throw settingInvalid('EXIF_CACHE', `is annotation:, but the bucket ${bucketName(place)} ${refused}`);
  }
  if (freshness !== 'trust') return;
  const unchecked = [...new Set(places)].filter(
    ({ location }) => location.kind === 's3' && !checked.includes(checkedToken(location)),
  );
  if (unchecked.length === 0) return;
  const names = [...new Set(unchecked.map(bucketName))].join(', ');
  throw settingInvalid(
    'EXIF_FRESHNESS',
    `is trust, and no check of ${names} is named in EXIF_CACHE: no document guarantees what trust needs from annotations. Run ` +
      `bucket-exif check annotations ${unchecked.map(({ text }) => text).join(' ')}, and set EXIF_CACHE as it prints it`,
  );
}
