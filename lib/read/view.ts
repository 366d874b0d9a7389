// Reads the content of a view of an object: its record in a style, through the cache; or the thumbnail inside it.
import type { Content, ViewResult } from '../http/answer';
import type { View } from '../http/operation';
import type { WaitFor } from '../io/slots';
import type { IsKnown, ObjectRef } from '../types';
import { type CachedDeps, readCached } from './cached';
import type { Thumbnail } from './thumbnail';
import { type Trace, traceRecord } from './trace';

export type { ViewResult } from '../http/answer';

/** The bucket and the cache that an object is read from. */
export type Sources = Pick<CachedDeps, 'bucket' | 'cache'>;

/** A request that wants to read from a bucket. `endsAt` is the end of its time, as `performance.now()` counts. */
export type AdmissionRequest = Readonly<{ bucketId: string; sources: Sources; endsAt: number; signal: AbortSignal }>;

/** Runs `read` as soon as it may begin, with the sources to use. Throws ProblemError `SlowDown` when that is too late. */
export type Admit = <T>(request: AdmissionRequest, read: (sources: Sources) => Promise<T>) => Promise<T>;

/**
 * The object to read for a view. `read` runs a read of its sources as soon as the process has room for it. `isKnown` says that
 * the caller has a version. `encode` compresses the content for the caller.
 */
export type ViewRequest = Readonly<{
  ref: ObjectRef;
  deps: Omit<CachedDeps, keyof Sources>;
  trace: Trace;
  read: <T>(read: (sources: Sources) => Promise<T>) => Promise<T>;
  isKnown: IsKnown;
  encode: (content: Content) => Promise<Content>;
  signal: AbortSignal;
}>;

/** The content of `view`; none for a version that the caller has. Throws ProblemError, as reading the object does. */
export async function readView(view: View, request: ViewRequest): Promise<ViewResult> {
  if (view.kind === 'thumbnail') return readThumbnailView(view.upright, request);
  const { ref, deps, trace, read, isKnown, encode, signal } = request;
  // Rendering and compressing are part of the read: both have the whole answer in memory.
  return read(async (sources) => {
    const { stat, record } = await readCached({ ref, deps: { ...deps, ...sources }, trace, isKnown, signal });
    traceRecord(trace, record);
    trace.size = stat.size;
    if (record === null) return { stat, content: null };
    return { stat, content: await encode({ type: 'application/json', body: await view.render(record) }) };
  });
}

/** Caches have no thumbnails: a thumbnail is part of the EXIF, which has to be read to find it. */
async function readThumbnailView(upright: boolean, request: ViewRequest): Promise<ViewResult> {
  request.trace.cache = 'off';
  if (!upright)
    return readThumbnailAs(
      request,
      (work) => work(),
      async ({ bytes }) => bytes,
    );
  const { inUprightSlot, uprightThumbnail } = require('./thumbnail-upright') as typeof import('./thumbnail-upright');
  return inUprightSlot(request.signal, (waitFor) =>
    readThumbnailAs(request, waitFor, (thumbnail) => uprightThumbnail(thumbnail, request.signal)),
  );
}

/** Reads the thumbnail, in `waitFor`. The content is what `toBytes` makes of it. */
async function readThumbnailAs(
  { ref, deps, trace, read, isKnown, signal }: ViewRequest,
  waitFor: WaitFor,
  toBytes: (thumbnail: Thumbnail) => Promise<Uint8Array>,
): Promise<ViewResult> {
  const { readThumbnail } = require('./thumbnail') as typeof import('./thumbnail');
  const known = { held: null, isKnown };
  const result = await waitFor(() =>
    read(({ bucket }) => readThumbnail({ ref, deps: { ...deps, bucket }, cost: trace.cost, known, signal })),
  );
  trace.size = result.stat.size;
  if (result.kind === 'known') return { stat: result.stat, content: null };
  trace.container = result.container;
  return { stat: result.stat, content: { type: 'image/jpeg', body: await toBytes(result) } };
}
