// All TIFF streams of one EXIF block as one document.
import { maxWarnings } from '../limits';
import { ProblemError } from '../problem';
import type { ExifBlock, ExifDocument, TiffStream } from '../types';
import { readStream } from './ifd';

/** A TIFF stream and what it holds: offsets in the document count from the start of the stream. */
export type StreamDocument = Readonly<{ stream: TiffStream; document: ExifDocument }>;

/**
 * Every tag of the block, the streams one after the other. A stream that is damaged or beyond the budget costs itself;
 * when none can be read, throws the ProblemError of the last.
 */
export async function readDocument(block: ExifBlock): Promise<ExifDocument> {
  return mergeDocuments(await readStreams(block));
}

/** The same, each stream for itself: at least one. */
export async function readStreams(block: ExifBlock): Promise<readonly StreamDocument[]> {
  const parts: StreamDocument[] = [];
  let failure: unknown = null;
  for (const stream of block.streams) {
    try {
      parts.push({ stream, document: await readStream(stream) });
    } catch (error) {
      if (!(error instanceof ProblemError && ['DamagedImage', 'BudgetExceeded'].includes(error.code))) throw error;
      failure = error;
    }
  }
  if (parts.length === 0) throw failure ?? new ProblemError('InternalError', 'An EXIF block has no TIFF stream');
  return parts;
}

/** At least one document as one, in their order. Byte order is that of the first. */
export function mergeDocuments(parts: readonly StreamDocument[]): ExifDocument {
  const documents = parts.map(({ document }) => document);
  const [first] = documents;
  if (first === undefined) throw new ProblemError('InternalError', 'There is no document to merge');
  if (documents.length === 1) return first;
  return {
    ...first,
    pages: Math.max(...documents.map(({ pages }) => pages)),
    entries: documents.flatMap(({ entries }) => entries),
    warnings: documents.flatMap(({ warnings }) => warnings).slice(0, maxWarnings),
  };
}
