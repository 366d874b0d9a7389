// The function `metadata` in a browser: an entry for itself, because bundlers would make the other one larger.

import type { MetadataAnswers } from '../api/answers';
import { checkMembers, checkOptions, readOptionNames } from '../api/arguments';
import { checkMetadata, readMetadataOf } from '../api/metadata';
import type { MetadataOptions, ReadOptions } from '../api/reading';
import { ProblemError } from '../problem';
import { containers as rare } from './extra';
import { containers as common } from './formats';
import { openSource, type Source } from './open';

export type * from '../api/answers';
export type { MetadataOptions, ReadOptions } from '../api/reading';
export type { Source } from './open';
export { ProblemError };

const formats = [...common, ...rare];

/**
 * Reads the metadata of an image or a video: EXIF, XMP, IPTC, ICC, C2PA and more, merged to one object, or with the style
 * `typed` each block as it is. Throws as `parse` does.
 */
export async function metadata<Name extends keyof MetadataAnswers = 'flat'>(
  source: Source,
  options: MetadataOptions<Name> & ReadOptions = {},
): Promise<MetadataAnswers[Name]> {
  const { style, only, ...reading } = checkMembers(options, 'option', [...readOptionNames, 'style', 'only']);
  const answer = checkMetadata(style, only);
  const checked = checkOptions(reading);
  const opened = await openSource(source, checked.limits);
  try {
    return JSON.parse(await answer.render(await readMetadataOf({ formats, ...opened }, checked, answer)));
  } finally {
    opened.stop?.();
  }
}
