// Names in S3 that do not belong to a general purpose bucket, and the advice for each.

import type { Refuse } from '../io/location-text';

const refused: readonly (readonly [name: RegExp, advice: string])[] = [
  [
    /^arn:[a-z0-9-]*:s3::\d|\.mrap$/,
    'multi-Region access points are not supported: they need another kind of signature (SigV4A). Name the bucket of one ' +
      'region, s3://name?region=..',
  ],
  [
    /^arn:/,
    'ARNs are not supported: name the bucket itself, or the alias of its access point with the name of the bucket, ' +
      's3://alias-s3alias?region=..&events=name',
  ],
  [
    /--xa?-s3$/,
    'directory buckets (S3 Express One Zone) are not supported: they need sessions, and send no events. Copy the images ' +
      'to a general purpose bucket, and name that',
  ],
  [/--op-s3$/, 'access points of S3 on Outposts are not supported: name a general purpose bucket of a region'],
];

/** Throws the error of `refuse` for a name that does not belong to a general purpose bucket. */
export function refuseSpecialName(name: string, refuse: Refuse): void {
  const found = refused.find(([pattern]) => pattern.test(name));
  if (found !== undefined) throw refuse(found[1]);
}

/** The same for an endpoint of AWS that serves only such names. */
export function refuseSpecialEndpoint({ hostname }: URL, refuse: Refuse): void {
  if (/(^|\.)s3express-[a-z0-9-]+\.[a-z0-9-]+\.amazonaws\.com$/.test(hostname)) refuseSpecialName('--x-s3', refuse);
  if (/\.accesspoint\.s3-global\.amazonaws\.com$/.test(hostname)) refuseSpecialName('.mrap', refuse);
}

/** Whether a name is the alias of an access point: it is read like a bucket, but events have the name of its bucket. */
export function isAccessPointAlias(name: string): boolean {
  return /(-s3alias|--ol-s3)$/.test(name);
}
