// The sources of a browser that arrive over the network: addresses, Responses and streams. Loaded when one is read.

import { wrongArgument } from '../api/arguments';
import type { Opened } from '../api/source';
import { openStreamed } from '../api/streams';
import type { Limits } from '../limits';
import { fetchedBucket } from './fetched';

/** Opens a source; null for one that does not arrive over the network. Throws ProblemError. */
export function openRemote(source: unknown, limits: Limits): Opened | null {
  if (typeof source !== 'string' && !(source instanceof URL)) return openStreamed(source, limits);
  const page = (globalThis as Readonly<{ location?: Readonly<{ href: string }> }>).location?.href;
  if (!URL.canParse(String(source), page)) throw wrongArgument('The address is not a URL');
  const url = new URL(source, page);
  const bucket = fetchedBucket(url, limits.readBytes);
  return { bucket, key: url.pathname, stop: bucket.stop };
}
