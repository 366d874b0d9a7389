// Reads all TIFF streams of one EXIF block, and merges them into one document.
import { maxWarnings } from '../limits';
import { ProblemError } from '../problem';
import { isBeyondLimits } from '../tag/pointer';
import type { ExifBlock, ExifDocument, IfdPath, TagEntry, TiffStream, Warning } from '../types';
import { readStream } from './ifd';
import { zeroTotals } from './limit-totals';

/** A TIFF stream and its document, in which offsets count from the start of the stream. */
export type StreamDocument = Readonly<{ stream: TiffStream; document: ExifDocument }>;

/** The streams of a block that can be read, in their order, and a warning for each other one. */
export type StreamDocuments = Readonly<{ parts: readonly StreamDocument[]; warnings: readonly Warning[] }>;

/** Every tag of the block. Throws as `readStreams` does. */
export async function readDocument(block: ExifBlock): Promise<ExifDocument> {
  return mergeDocuments(await readStreams(block));
}

/**
 * Reads each stream of the block, all of them together within the limits for one document. A stream that is damaged or exceeds
 * the budget of reads is left out; the others are still read. When none can be read, throws ProblemError `BudgetExceeded` if
 * one exceeded the budget, and `DamagedImage` if the file itself is the stream.
 */
export async function readStreams({ streams, isFile }: ExifBlock): Promise<StreamDocuments> {
  const parts: StreamDocument[] = [];
  const failures: ProblemError[] = [];
  const totals = zeroTotals();
  for (const stream of streams) {
    try {
      parts.push({ stream, document: await readStream(stream, totals) });
    } catch (error) {
      if (!(error instanceof ProblemError && ['DamagedImage', 'BudgetExceeded'].includes(error.code))) throw error;
      failures.push(error);
    }
  }
  const fatal =
    failures.find(({ code }) => code === 'BudgetExceeded') ?? (isFile === true ? failures.at(-1) : undefined);
  if (parts.length === 0 && fatal !== undefined) throw fatal;
  return { parts, warnings: failures.map(toWarning) };
}

function toWarning({ code, message }: ProblemError): Warning {
  return { code: code === 'BudgetExceeded' ? 'limit' : 'bad-header', at: 0, detail: message };
}

/**
 * The documents of all streams as one. Streams with the same root are blocks of the same kind. When several of them have a tag,
 * the first one whose value is within the limits counts. The byte order is that of the first stream. Without a stream, the
 * document has no entries.
 */
export function mergeDocuments({ parts, warnings }: StreamDocuments): ExifDocument {
  const documents = parts.map(({ document }) => document);
  const [first] = documents;
  if (first !== undefined && documents.length === 1 && warnings.length === 0) return first;
  return {
    littleEndian: first?.littleEndian ?? false,
    pages: Math.max(0, ...documents.map(({ pages }) => pages)),
    entries: mergeEntries(parts),
    warnings: [...documents.flatMap((document) => document.warnings), ...warnings].slice(0, maxWarnings),
  };
}

function mergeEntries(parts: readonly StreamDocument[]): readonly TagEntry[] {
  const taken = new Map<IfdPath, Set<string>>();
  return parts.flatMap(({ stream: { root }, document: { entries } }) => {
    const before = taken.get(root) ?? new Set();
    const own = entries.filter((entry) => !isBeyondLimits(entry)).map(entryKey);
    taken.set(root, new Set([...before, ...own]));
    return entries.filter((entry) => !before.has(entryKey(entry)));
  });
}

function entryKey({ ifd, tag }: TagEntry): string {
  return `${ifd}:${tag}`;
}
