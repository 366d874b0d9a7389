// The objects of a bucket, as its store lists them: sorted by the bytes of their keys.

import type { S3Client } from '@aws-sdk/client-s3';
import { percentDecode } from '../../lib/bytes/percent';
import { ProblemError } from '../../lib/problem';
import { type ObjectSource, type Page, pageSize } from './source';
import { storeProblem } from './store-client';

/** The store that is listed. COS documents only the first version of the request. */
export type Listing = Readonly<{ open(): Promise<S3Client>; bucket: string; prefix: string; kind: 's3' | 'cos' }>;

/** The members of a reply to ListObjects or ListObjectsV2 that are used. */
type Reply = Readonly<{
  Contents?: readonly Readonly<{ Key?: string | undefined; Size?: number | undefined }>[] | undefined;
  EncodingType?: string | undefined;
  IsTruncated?: boolean | undefined;
  NextContinuationToken?: string | undefined;
  NextMarker?: string | undefined;
}>;

/** Where a request continues: after a key, or at the mark with which the store ended the last reply. */
type ListingStart = Readonly<{ after: string | null; mark: string | null }>;

/** The objects whose key begins with `prefix`. A cursor is a key. */
export function s3Source(listing: Listing): ObjectSource {
  return { pages: (after) => pages(listing, after) };
}

async function* pages(listing: Listing, start: string | null): AsyncGenerator<Page> {
  const doing = `list ${listing.kind}://${listing.bucket}`;
  const list = await lister(listing, doing);
  let after = start;
  for (let from: ListingStart = { after, mark: null }; ; ) {
    const reply = await list(from);
    const objects = objectsOf(reply, listing.kind);
    const cursor = objects.at(-1)?.cursor ?? after;
    if (objects.length > 0 && cursor !== null) yield { objects, cursor };
    if (reply.IsTruncated !== true) return;
    const mark = markOf(reply, listing, cursor);
    // A store that ignores the parameters would return its first page again and again.
    if (mark === null || mark === from.mark || (objects.length > 0 && after !== null && !isBehind(cursor, after))) {
      throw new ProblemError('BucketFault', `Cannot ${doing}: the store returned the same page twice`);
    }
    after = cursor;
    from = { after, mark };
  }
}

async function lister(
  { open, bucket, prefix, kind }: Listing,
  doing: string,
): Promise<(from: ListingStart) => Promise<Reply>> {
  const { ListObjectsCommand, ListObjectsV2Command } = await import('@aws-sdk/client-s3');
  const client = await open();
  // Keys may have characters that are not allowed in XML, so the store is asked to encode them.
  const common = { Bucket: bucket, Prefix: prefix, EncodingType: 'url', MaxKeys: pageSize } as const;
  return async ({ after, mark }) => {
    try {
      if (kind === 'cos') {
        const marker = mark ?? after;
        return await client.send(new ListObjectsCommand({ ...common, ...(marker === null ? {} : { Marker: marker }) }));
      }
      const place = mark !== null ? { ContinuationToken: mark } : after !== null ? { StartAfter: after } : {};
      return await client.send(new ListObjectsV2Command({ ...common, ...place }));
    } catch (error) {
      throw storeProblem(error, doing);
    }
  };
}

function markOf(reply: Reply, { kind }: Listing, cursor: string | null): string | null {
  if (kind === 's3') return reply.NextContinuationToken ?? null;
  const { NextMarker } = reply;
  return NextMarker === undefined ? cursor : decodeKey(NextMarker, reply, kind);
}

function objectsOf(reply: Reply, kind: Listing['kind']): Page['objects'] {
  return (reply.Contents ?? []).flatMap(({ Key, Size }) => {
    if (Key === undefined) return [];
    const key = decodeKey(Key, reply, kind);
    return [{ key, size: Size ?? null, cursor: key, problem: null }];
  });
}

/** S3 writes a space as `+` and a plus sign as `%2B`, COS percent-encodes. */
function decodeKey(text: string, { EncodingType }: Reply, kind: Listing['kind']): string {
  if (EncodingType !== 'url') return text;
  return percentDecode(kind === 's3' ? text.replaceAll('+', ' ') : text);
}

function isBehind(key: string | null, other: string): boolean {
  return key !== null && Buffer.compare(Buffer.from(key), Buffer.from(other)) > 0;
}
