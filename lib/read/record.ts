// Reads the record of one object: the container by its bytes, the limits, the EXIF, its tags.
import { containers } from '../container';
import type { Limits } from '../limits';
import { ProblemError } from '../problem';
import { dropEntries } from '../tag/groups';
import { mergeDocuments, readStreams, type StreamDocuments } from '../tiff/document';
import type { Container, ExifRecord, ImageShape } from '../types';
import { checkShape } from './image-limits';
import { type NoReadReason, type OpenObject, type ReadDeps, type ReadRequest, readObject } from './object';

/** The version of the parser, a part of the revision. Change it whenever the same object may give another record. */
export const parserVersion = '5';

/** The result of reading an object: its record, or the reason why no record was needed. */
export type ReadResult = NoReadReason | Readonly<{ kind: 'record'; record: ExifRecord }>;

/** An image whose container and tags were read; `exif` is null for an image without EXIF. */
export type ReadImage = Readonly<{ container: string; shape: ImageShape; exif: StreamDocuments | null }>;

/** Reads the record of an object, as `readObject` reads. */
export function readRecord(request: ReadRequest): Promise<ReadResult> {
  return readObject(request, async (object) => ({
    kind: 'record' as const,
    record: await recordOf(object, request.deps),
  }));
}

/** Reads the record of an open object. */
export async function recordOf(object: OpenObject, { limits, dropGroups, formats }: ReadDeps): Promise<ExifRecord> {
  const { container, shape, exif } = await readImage(object, limits, formats);
  const document = exif === null ? null : dropEntries(mergeDocuments(exif), dropGroups);
  return { stat: object.stat, parser: parserVersion, container, shape, document };
}

/** Finds the container of an object by its bytes, and reads all tags. Throws ProblemError `NotAnImage`, or for a limit. */
export async function readImage(
  { head, reader }: Omit<OpenObject, 'openReader'>,
  limits: Limits,
  formats: readonly Container[] = containers,
): Promise<ReadImage> {
  const container = formats.find((candidate) => candidate.matches(head));
  if (container === undefined) throw new ProblemError('NotAnImage', 'No supported format begins with these bytes');
  const located = await container.locate(reader);
  checkShape(container.name, located.shape, limits);
  const exif = located.exif === null ? null : await readStreams(located.exif);
  const shape = completeShape(container, located.shape, exif);
  checkShape(container.name, shape, limits);
  return { container: container.name, shape, exif };
}

function completeShape(container: Container, shape: ImageShape, exif: StreamDocuments | null): ImageShape {
  return container.shapeOf === undefined || exif === null ? shape : container.shapeOf(mergeDocuments(exif));
}
