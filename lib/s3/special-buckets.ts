// Names of S3 that are not those of general purpose buckets, and what to do about each.

import type { ProblemError } from '../problem';

const refused: readonly (readonly [name: RegExp, advice: string])[] = [
  [
    /^arn:[a-z0-9-]*:s3::\d|\.mrap$/,
    'multi-Region access points are not supported: they need signatures of another kind (SigV4A). Name the bucket of one ' +
      'region, s3://name?region=..',
  ],
  [
    /^arn:/,
    'ARNs are not read: name the bucket itself, or the alias of its access point with the name of the bucket, ' +
      's3://alias-s3alias?region=..&events=name',
  ],
  [
    /--xa?-s3$/,
    'directory buckets (S3 Express One Zone) are not supported: they need sessions, and send no events. Copy the images ' +
      'to a general purpose bucket, and name that',
  ],
  [/--op-s3$/, 'access points of S3 on Outposts are not supported: name a general purpose bucket of a region'],
];

/** Throws what `invalid` makes for a name that S3 gives to what is read in another way than a bucket. */
export function refuseSpecialName(name: string, invalid: (reason: string) => ProblemError): void {
  const found = refused.find(([pattern]) => pattern.test(name));
  if (found !== undefined) throw invalid(found[1]);
}

/** The same for an endpoint of AWS under which only such are served. */
export function refuseSpecialEndpoint({ hostname }: URL, invalid: (reason: string) => ProblemError): void {
  if (/(^|\.)s3express-[a-z0-9-]+\.[a-z0-9-]+\.amazonaws\.com$/.test(hostname)) refuseSpecialName('--x-s3', invalid);
  if (/\.accesspoint\.s3-global\.amazonaws\.com$/.test(hostname)) refuseSpecialName('.mrap', invalid);
}

/** Whether a name is the alias of an access point: it reads as a bucket, but events carry the name of the bucket behind it. */
export function isAccessPointAlias(name: string): boolean {
  return /(-s3alias|--ol-s3)$/.test(name);
}
