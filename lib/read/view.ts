// Reads the content of a view of an object: its record in a style, through the cache; or the thumbnail inside it.
import { encodeContent, type ViewResult } from '../http/answer';
import type { Encoding } from '../http/negotiation';
import type { View } from '../http/operation';
import type { WaitFor } from '../io/slots';
import type { IsKnown, ObjectRef, ObjectStat } from '../types';
import { type CachedDeps, readCached } from './cached';
import type { KeptObject, KeptView } from './kept-answers';
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
 * the caller has a version. `encoding`: how the content is compressed for the caller; undefined = it is not.
 */
export type ViewRequest = Readonly<{
  ref: ObjectRef;
  deps: Omit<CachedDeps, 'bucket'>;
  trace: Trace;
  read: <T>(read: (sources: Sources) => Promise<T>) => Promise<T>;
  isKnown: IsKnown;
  encoding: Encoding | undefined;
  signal: AbortSignal;
}>;

type RecordView = Extract<View, { kind: 'record' }>;

/** The content of `view`; none for a version that the caller has. Throws ProblemError, as reading the object does. */
export async function readView(view: View, request: ViewRequest): Promise<ViewResult> {
  if (view.kind === 'thumbnail') return readThumbnailView(view.upright, request);
  // Rendering and compressing are part of the read: both have the whole answer in memory.
  return freshView(view, request) ?? request.read((sources) => readRecordView(view, sources, request));
}

/**
 * The content of `view`, when the bucket confirmed the object so recently that nobody has to be asked: at once, without a
 * promise. Otherwise null.
 */
export function freshView(
  view: View,
  { ref, deps, trace, isKnown, encoding }: Pick<ViewRequest, 'ref' | 'deps' | 'trace' | 'isKnown' | 'encoding'>,
): ViewResult | null {
  const answers = deps.cache?.answers;
  const kept = answers?.find(ref) ?? null;
  if (view.kind !== 'record' || kept === null || answers?.isFresh(kept) !== true) return null;
  const shown = kept.views.get(viewName(view, encoding));
  if (shown === undefined && isKnown(kept.stat) !== true) return null;
  trace.cache = 'hit';
  return keptResult(kept.stat, shown ?? null, trace);
}

async function readRecordView(view: RecordView, sources: Sources, request: ViewRequest): Promise<ViewResult> {
  const { ref, deps, trace, isKnown, encoding, signal } = request;
  const name = viewName(view, encoding);
  const isEnough = (kept: KeptObject): boolean => kept.views.has(name) || isKnown(kept.stat) === true;
  const reading = { ref, deps: { ...deps, ...sources }, trace, isKnown, isEnough, signal };
  const { stat, record, kept } = await readCached(reading);
  const shown = kept?.views.get(name);
  if (shown !== undefined || record === null) return keptResult(stat, shown ?? null, trace);
  traceRecord(trace, record);
  trace.size = stat.size;
  const content = await encodeContent({ type: 'application/json', body: await view.render(record) }, encoding);
  if (kept === null) return { stat, content };
  const { container, warnings } = trace;
  return {
    stat,
    content: sources.cache?.answers?.add(ref, kept, name, { content, container, warnings }).content ?? content,
  };
}

/** The content that is kept of a version; null for a version that the caller has. */
function keptResult(stat: ObjectStat, shown: KeptView | null, trace: Trace): ViewResult {
  trace.size = stat.size;
  trace.container = shown?.container ?? null;
  trace.warnings = shown?.warnings ?? 0;
  return { stat, content: shown?.content ?? null };
}

/** Names an answer among those about one version of an object. */
function viewName({ id }: View, encoding: Encoding | undefined): string {
  return encoding?.coding == null ? id : `${id} ${encoding.coding}${encoding.smallToo ? '!' : ''}`;
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
