// What a view shows of an object: its record in a style, through the cache, or the thumbnail inside it.
import type { Content, Seen } from '../http/answer';
import type { View } from '../http/operation';
import type { HeldPlace } from '../io/lent-place';
import type { ExifRecord, IsKnown, ObjectRef } from '../types';
import { type CachedDeps, type Noted, readCached } from './cached';
import type { Thumbnail } from './thumbnail';

/** What is noted of looking at an object, for the log and `x-exif-reads`. `container`: what it is where no record says so. */
export type ViewNotes = Noted & { record: ExifRecord | null; container: string | null; size: number | null };

/** What an object is read from. */
export type Sources = Pick<CachedDeps, 'bucket' | 'cache'>;

/**
 * Which object is looked at, and with what. `reading` runs what reads the object, and gives it the sources, as soon as the
 * process has room for it. `isKnown` says that the caller has a version. `encode` codes what is shown for the caller.
 */
export type Look = Readonly<{
  ref: ObjectRef;
  deps: Omit<CachedDeps, keyof Sources>;
  reading: <T>(read: (sources: Sources) => Promise<T>) => Promise<T>;
  noted: ViewNotes;
  isKnown: IsKnown;
  encode: (content: Content) => Promise<Content>;
  signal: AbortSignal;
}>;

/** What `view` shows of an object; nothing of a version that is known. Throws ProblemError, as reading the object does. */
export async function readView(view: View, look: Look): Promise<Seen> {
  if (view.kind === 'thumbnail') return readThumbnailView(view.upright, look);
  const { ref, deps, reading, noted, isKnown, encode, signal } = look;
  // Showing and coding a record is part of the reading: both hold the whole answer in memory.
  return reading(async (sources) => {
    const { stat, record } = await readCached(ref, { ...deps, ...sources }, noted, isKnown, signal);
    noted.record = record;
    noted.size = stat.size;
    if (record === null) return { stat, content: null };
    return { stat, content: await encode({ type: 'application/json', body: await view.render(record) }) };
  });
}

/** No cache keeps thumbnails: one lies where the EXIF does, which has to be read to find it. */
async function readThumbnailView(upright: boolean, look: Look): Promise<Seen> {
  look.noted.cache = 'off';
  if (!upright) return readStored(look, atOnce, async ({ bytes }) => bytes);
  const { uprightJob, uprightThumbnail } = require('./thumbnail-upright') as typeof import('./thumbnail-upright');
  return uprightJob(look.signal, ({ waitFor }) =>
    readStored(look, waitFor, (read) => uprightThumbnail(read, look.signal)),
  );
}

const atOnce: HeldPlace['waitFor'] = (work) => work();

/** Reads a thumbnail in `waitFor`, and shows what `use` makes of it. */
async function readStored(
  look: Look,
  waitFor: HeldPlace['waitFor'],
  use: (read: Thumbnail) => Promise<Uint8Array>,
): Promise<Seen> {
  const { ref, deps, reading, noted, isKnown, signal } = look;
  const { readThumbnail } = require('./thumbnail') as typeof import('./thumbnail');
  const read = await waitFor(() =>
    reading(({ bucket }) => readThumbnail(ref, { ...deps, bucket }, noted.cost, { held: null, isKnown }, signal)),
  );
  noted.size = read.stat.size;
  if (read.kind === 'known') return { stat: read.stat, content: null };
  noted.container = read.container;
  return { stat: read.stat, content: { type: 'image/jpeg', body: await use(read) } };
}
