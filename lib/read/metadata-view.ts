// Reads the content of a view that is the metadata of an object.
import { encodeContent, type ViewResult } from '../http/answer';
import type { Encoding } from '../http/negotiation';
import type { View } from '../http/operation';
import { ProblemError } from '../problem';
import type { JpegRequest } from './jpeg-view';
import { readMetadata } from './metadata';
import { traceRecord } from './trace';

/** A view that is the metadata of an object. */
export type MetadataView = Extract<View, { kind: 'metadata' }>;

/** What such a view needs of a request. `encoding`: how the content is compressed for the caller; undefined = it is not. */
type MetadataRequest = JpegRequest & Readonly<{ encoding: Encoding | undefined }>;

/** Caches have no metadata blocks, so these are read for each request that does not know the version. */
export async function readMetadataView(
  view: MetadataView,
  { ref, deps, trace, read, isKnown, encoding, time: { signal } }: MetadataRequest,
): Promise<ViewResult> {
  trace.cache = 'off';
  return read(async ({ bucket }) => {
    const request = { ref, deps: { ...deps, bucket }, cost: trace.cost, known: { held: null, isKnown }, signal };
    const result = await readMetadata(request, view);
    if (result.kind === 'fault') throw result.problem;
    if (result.kind === 'unchanged') throw new ProblemError('InternalError', 'A cache never has metadata blocks');
    const { stat } = result.kind === 'known' ? result : result.record.exif;
    trace.size = stat.size;
    if (result.kind === 'known') return { stat, content: null };
    traceRecord(trace, result.record.exif);
    const body = await view.render(result.record);
    return { stat, content: await encodeContent({ type: view.type, body }, encoding) };
  });
}
