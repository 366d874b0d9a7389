// Opens the sources of a browser.

import { kindOf, wrongArgument } from '../api/arguments';
import { type Opened, openLocal, type PortableSource } from '../api/source';
import type { Limits } from '../limits';

/** Whatever EXIF can be read from. A string is an address, relative to that of the page. */
export type Source = string | URL | PortableSource;

/** Opens a source. Throws ProblemError `ConfigInvalid` for anything that is not a source. */
export async function openSource(source: unknown, limits: Limits): Promise<Opened> {
  const opened = isRemote(source) ? (await import('./extra')).openRemote(source, limits) : openLocal(source);
  if (opened !== null) return opened;
  const ways = 'a Blob, a File, bytes, a Response, a URL, a stream, or { size, read }';
  throw wrongArgument(`Cannot read EXIF from ${kindOf(source)}: pass ${ways}`);
}

function isRemote(source: unknown): boolean {
  if (typeof source !== 'object' || source === null) return typeof source === 'string';
  return source instanceof URL || 'body' in source || 'getReader' in source || Symbol.asyncIterator in source;
}
