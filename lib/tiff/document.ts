// All TIFF streams of one EXIF block as one document.
import { maxWarnings } from '../limits';
import { ProblemError } from '../problem';
import type { ExifBlock, ExifDocument } from '../types';
import { readStream } from './ifd';

/**
 * Every tag of the block, the streams one after the other. A stream that is damaged or beyond the budget costs itself;
 * when none can be read, throws the ProblemError of the last.
 */
export async function readDocument(block: ExifBlock): Promise<ExifDocument> {
  const documents: ExifDocument[] = [];
  let failure: unknown = null;
  for (const stream of block.streams) {
    try {
      documents.push(await readStream(stream));
    } catch (error) {
      if (!(error instanceof ProblemError && ['DamagedImage', 'BudgetExceeded'].includes(error.code))) throw error;
      failure = error;
    }
  }
  const [first] = documents;
  if (first === undefined) throw failure ?? new ProblemError('InternalError', 'An EXIF block has no TIFF stream');
  if (documents.length === 1) return first;
  return {
    ...first,
    pages: Math.max(...documents.map(({ pages }) => pages)),
    entries: documents.flatMap(({ entries }) => entries),
    warnings: documents.flatMap(({ warnings }) => warnings).slice(0, maxWarnings),
  };
}
