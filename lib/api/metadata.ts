// Reads the metadata of an opened source: what all entries of the library load on the first call.

import { withoutPixels } from '../container/bare-exif';
import { type MetadataAnswer, metadataContent } from '../metadata/content';
import type { MetadataRecord } from '../metadata/record';
import { ProblemError } from '../problem';
import { readMetadata } from '../read/metadata';
import { type CheckedOptions, wrongArgument } from './arguments';
import { readWith } from './reading';
import type { Opened } from './source';

/** Checks how to answer. Throws ProblemError `ConfigInvalid` for an unknown style, block or member. */
export function checkMetadata(style: unknown, only: unknown): MetadataAnswer {
  const isList = Array.isArray(only) && only.length > 0 && only.every((name) => typeof name === 'string');
  if (only !== undefined && !isList) throw wrongArgument("only must be an array of names such as 'xmp' or 'title'");
  try {
    return metadataContent(style === undefined ? undefined : String(style), isList ? only.join(',') : undefined);
  } catch (error) {
    throw error instanceof ProblemError ? wrongArgument(error.safeDetail ?? error.message) : error;
  }
}

/** The record of a source, with the blocks that an answer needs. Throws ProblemError. */
export async function readMetadataOf(
  source: Opened,
  options: CheckedOptions,
  answer: Pick<MetadataAnswer, 'wanted' | 'thumbnail'>,
): Promise<MetadataRecord> {
  const { record } = await readWith(source, options, (request) => readMetadata(request, answer));
  return source.mayBeExif === true ? { ...record, exif: withoutPixels(record.exif) } : record;
}
