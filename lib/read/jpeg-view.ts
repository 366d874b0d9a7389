// Reads the content of a view that is a JPEG inside the image: its thumbnail or its preview, as stored or upright.
import type { ViewResult } from '../http/answer';
import type { View } from '../http/operation';
import type { JobTime } from '../io/request-time';
import type { WaitFor } from '../io/slots';
import type { Bucket, IsKnown, ObjectRef } from '../types';
import type { ReadDeps, ReadRequest } from './object';
import type { Thumbnail, ThumbnailResult } from './thumbnail';
import type { Trace } from './trace';

/** A view that is a JPEG inside the image. */
export type JpegView = Extract<View, { kind: 'thumbnail' } | { kind: 'preview' }>;

/** What such a view needs of a request. `read` runs a read of the bucket as soon as the process has room for it. */
export type JpegRequest = Readonly<{
  ref: ObjectRef;
  deps: Omit<ReadDeps, 'bucket'>;
  trace: Trace;
  read<T>(read: (sources: Readonly<{ bucket: Bucket }>) => Promise<T>): Promise<T>;
  isKnown: IsKnown;
  time: JobTime;
}>;

/**
 * Requests for thumbnails and previews share no read, and caches have none of them: they are parts of the image, which has to
 * be read to find them.
 */
export async function readJpegView(view: JpegView, request: JpegRequest): Promise<ViewResult> {
  request.trace.cache = 'off';
  if (!view.upright)
    return readJpegAs(
      view,
      request,
      (work) => work(),
      async ({ bytes }) => bytes,
    );
  const upright = require('./thumbnail-upright') as typeof import('./thumbnail-upright');
  const { signal } = request.time;
  const image = view.kind === 'preview' ? upright.previewImage(request.deps.previewBytes) : undefined;
  return upright.inUprightSlot(signal, (waitFor) =>
    readJpegAs(view, request, waitFor, (jpeg) => upright.uprightThumbnail(jpeg, signal, image)),
  );
}

/** Reads the thumbnail or preview, in `waitFor`. The content is what `toBytes` makes of it. */
async function readJpegAs(
  view: JpegView,
  { ref, deps, trace, read, isKnown, time: { signal } }: JpegRequest,
  waitFor: WaitFor,
  toBytes: (thumbnail: Thumbnail) => Promise<Uint8Array>,
): Promise<ViewResult> {
  const known = { held: null, isKnown };
  const result = await waitFor(() =>
    read(({ bucket }) => readerOf(view)({ ref, deps: { ...deps, bucket }, cost: trace.cost, known, signal })),
  );
  trace.size = result.stat.size;
  if (result.kind === 'known') return { stat: result.stat, content: null };
  trace.container = result.container;
  return { stat: result.stat, content: { type: 'image/jpeg', body: await toBytes(result) } };
}

/** The code for previews is loaded only for requests that ask for one. */
function readerOf({ kind, upright }: JpegView): (request: ReadRequest) => Promise<ThumbnailResult> {
  if (kind === 'thumbnail') return (require('./thumbnail') as typeof import('./thumbnail')).readThumbnail;
  const { readPreview } = require('./preview') as typeof import('./preview');
  return (request) => readPreview(request, upright);
}
