// Reads an object for the cache and for sinks that want its metadata, with the same GETs.
import { versionTag } from '../bytes/etag';
import { metadataContent } from '../metadata/content';
import { isLasting, ProblemError } from '../problem';
import { checkSize } from './image-limits';
import { metadataOf } from './metadata';
import { nothingKnown, type OpenObject, type ReadDeps, type ReadRequest, readObject } from './object';
import { type ReadResult, recordOf } from './record';

/** The answer to `?metadata`, or the code of the problem for which the object has none. */
export type SinkMetadata = Readonly<{ text: string; code: null }> | Readonly<{ text: null; code: string }>;

/** The result for the cache, as `readRecord` returns it, and the metadata of the same version. */
export type SharedRead = Readonly<{ result: ReadResult; metadata: SinkMetadata }>;

const answer = metadataContent('flat');

/**
 * Reads an object once for both. Of an object that still has the ETag `known.held`, the result is `unchanged`, but the metadata
 * is read too. The limits hold for each of the two alone, so that both are what a read of only one would give. Throws
 * ProblemError as `readRecord` does.
 */
export async function readWithMetadata(request: ReadRequest): Promise<SharedRead> {
  const { deps, known } = request;
  // A video may be of any size.
  const whole: ReadRequest = { ...request, purpose: 'metadata', anySize: true, known: nothingKnown };
  const read = await readObject(whole, async (object) => ({
    kind: 'read' as const,
    // The metadata first: it needs nearly all that the record needs, and more.
    metadata: await metadataTextOf(object, deps),
    result: await resultFor(object, deps, known.held),
  }));
  if (read.kind === 'read') return { result: read.result, metadata: read.metadata };
  if (read.kind !== 'fault') throw new ProblemError('InternalError', 'An object was asked for without a condition');
  return { result: read, metadata: { text: null, code: read.problem.code } };
}

async function metadataTextOf(object: OpenObject, deps: ReadDeps): Promise<SinkMetadata> {
  try {
    return { text: await answer.render(await metadataOf(object, deps, answer)), code: null };
  } catch (error) {
    const lasts = error instanceof ProblemError && (isLasting(error.code) || error.code === 'BudgetExceeded');
    if (!lasts) throw error;
    return { text: null, code: error.code };
  }
}

async function resultFor(object: OpenObject, deps: ReadDeps, held: string | null): Promise<ReadResult> {
  const { stat } = object;
  if (held !== null && versionTag(stat.etag) === held) return { kind: 'unchanged' };
  try {
    checkSize(stat, deps.limits);
    return {
      kind: 'record',
      record: await recordOf({ ...object, reader: object.openReader(object.reader.held) }, deps),
    };
  } catch (problem) {
    if (!(problem instanceof ProblemError && isLasting(problem.code))) throw problem;
    return { kind: 'fault', problem, stat };
  }
}
