// Reads the content of a view of an object: its record in a style, through the cache; the thumbnail or preview inside it; or its
// metadata.
import { encodeContent, type ViewResult } from '../http/answer';
import type { Encoding } from '../http/negotiation';
import type { View } from '../http/operation';
import type { JobTime } from '../io/request-time';
import type { IsKnown, ObjectRef, ObjectStat } from '../types';
import { type CachedDeps, type CachedRecord, type CachedRequest, readCached } from './cached';
import type { JpegView } from './jpeg-view';
import { type KeptView, objectId } from './kept-answers';
import type { MetadataView } from './metadata-view';
import type { Group, SharedReads } from './shared-reads';
import { type Trace, traceRecord } from './trace';

export type { ViewResult } from '../http/answer';

/** The bucket and the cache that an object is read from. */
export type Sources = Pick<CachedDeps, 'bucket' | 'cache'>;

/** A request that wants to read from a bucket. The time of a shared read may grow while it waits. */
export type AdmissionRequest = Readonly<{ bucketId: string; sources: Sources; time: JobTime }>;

/** Runs `read` as soon as it may begin, with the sources to use. Throws ProblemError `SlowDown` when that is too late. */
export type Admit = <T>(request: AdmissionRequest, read: (sources: Sources) => Promise<T>) => Promise<T>;

/**
 * The object to read for a view. `read` runs a read of its sources as soon as the process has room for it. `isKnown` says that
 * the caller has a version. `encoding`: how the content is compressed for the caller; undefined = it is not.
 */
export type ViewRequest = Readonly<{
  ref: ObjectRef;
  deps: Omit<CachedDeps, 'bucket'> & Readonly<{ shared?: SharedViews | null | undefined }>;
  trace: Trace;
  read: ReadSources;
  isKnown: IsKnown;
  encoding: Encoding | undefined;
  time: JobTime;
}>;

/** Runs a read over the sources of an object, within `time` (default: that of the request), when the process has room for it. */
export type ReadSources = <T>(read: (sources: Sources) => Promise<T>, time?: JobTime) => Promise<T>;

/** The reads that requests for one object share. */
export type SharedViews = SharedReads<ViewMember, ViewResult>;

/** A request for a view, as a member of a read. */
export type ViewMember = Pick<ViewRequest, 'isKnown' | 'encoding' | 'trace' | 'time'> &
  Readonly<{ view: Extract<View, { kind: 'record' }>; name: string }>;

/** The content of `view`; none for a version that the caller has. Throws ProblemError, as reading the object does. */
export async function readView(view: View, request: ViewRequest): Promise<ViewResult> {
  if (view.kind === 'thumbnail' || view.kind === 'preview') return readJpegView(view, request);
  if (view.kind === 'metadata') return readMetadataView(view, request);
  return freshView(view, request) ?? readRecordView({ ...request, view, name: viewName(view, request.encoding) });
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
  return resultOf(kept.stat, shown ?? null, trace);
}

/** Rendering and compressing are part of the read: both have the whole answer in memory. */
function readRecordView(request: ViewRequest & ViewMember): Promise<ViewResult> {
  const { ref, deps, trace, read, time } = request;
  if (deps.shared != null) return deps.shared.read(objectId(ref), request, (group) => readForAll(group, request));
  return read(async (sources) => {
    const work = { ref, deps: { ...deps, ...sources }, trace, signal: time.signal };
    const found = await readCached({ ...work, ...needsOf(() => [request]) });
    return resultOf(found.stat, await viewFor(request, found, work), trace);
  });
}

/** Reads an object once for all members of a group, and makes each of their views once. */
async function readForAll(
  group: Group<ViewMember, ViewResult>,
  { ref, deps, read }: Pick<ViewRequest, 'ref' | 'deps' | 'read'>,
): Promise<void> {
  await read(async (sources) => {
    group.begin();
    const work = { ref, deps: { ...deps, ...sources }, trace: group.trace, signal: group.time.signal };
    const found = await readCached({ ...work, ...needsOf(group.members) });
    group.end();
    const views = new Map<string, KeptView | null>();
    for (const member of group.members()) {
      try {
        const shown = views.get(member.name) ?? (await viewFor(member, found, work));
        views.set(member.name, shown);
        const isLacking = shown === null && member.isKnown(found.stat) === false;
        group.give(member, isLacking ? null : resultOf(found.stat, shown, member.trace));
      } catch (error) {
        group.fail(member, error);
      }
    }
  }, group.time);
}

/** What a read has to find so that all members can be answered. */
function needsOf(members: () => Iterable<ViewMember>): Pick<CachedRequest, 'isKnown' | 'isEnough'> {
  return {
    isKnown(stat) {
      let known: ReturnType<IsKnown> = true;
      for (const member of members()) {
        const own = member.isKnown(stat);
        if (own === false) return false;
        if (own === 'presumed') known = own;
      }
      return known;
    },
    isEnough({ stat, views }) {
      for (const { name, isKnown } of members()) if (!views.has(name) && isKnown(stat) !== true) return false;
      return true;
    },
  };
}

/** The view of a member, kept or made now; null when there is neither a kept one nor a record. */
async function viewFor(
  { view, name, encoding, trace }: ViewMember,
  { record, kept }: CachedRecord,
  { ref, deps }: Pick<CachedRequest, 'ref' | 'deps'>,
): Promise<KeptView | null> {
  const shown = kept?.views.get(name);
  if (shown !== undefined || record === null) return shown ?? null;
  traceRecord(trace, record);
  const content = await encodeContent({ type: 'application/json', body: await view.render(record) }, encoding);
  const made = { content, container: trace.container, warnings: trace.warnings };
  return kept === null ? made : (deps.cache?.answers?.add(ref, kept, name, made) ?? made);
}

/** The view `shown` of a version; null for a version that the caller has. */
function resultOf(stat: ObjectStat, shown: KeptView | null, trace: Trace): ViewResult {
  trace.size = stat.size;
  trace.container = shown?.container ?? null;
  trace.warnings = shown?.warnings ?? 0;
  return { stat, content: shown?.content ?? null };
}

/** Names an answer among those about one version of an object. */
function viewName({ id }: View, encoding: Encoding | undefined): string {
  return encoding?.coding == null ? id : `${id} ${encoding.coding}${encoding.smallToo ? '!' : ''}`;
}

/** The code for thumbnails and previews is loaded only for requests that ask for one. */
function readJpegView(view: JpegView, request: ViewRequest): Promise<ViewResult> {
  const jpegs = require('./jpeg-view') as typeof import('./jpeg-view');
  return jpegs.readJpegView(view, request);
}

/** The code for metadata is loaded only for requests that ask for it. */
function readMetadataView(view: MetadataView, request: ViewRequest): Promise<ViewResult> {
  const metadata = require('./metadata-view') as typeof import('./metadata-view');
  return metadata.readMetadataView(view, request);
}
