// When the picture was taken, with the offset from UTC if it can be known.
import { isoDateTime } from '../style/derived/date-time';
import type { Member as ExifMember } from '../style/flat';
import { type Member, stated } from './member';
import { type Merged, mergedTexts } from './merge';
import type { MetadataRecord } from './record';

/** A date and a time of XMP without seconds [XMP part 1, 8.2.1.1]. */
const withoutSeconds = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(Z|[+-]\d\d:\d\d)?$/;

/**
 * `takenAt` and where it comes from: EXIF, else the video, else XMP or IIM. DateTime of EXIF comes last, because it is when the file was changed.
 */
export function takenMembers(
  record: MetadataRecord,
  exif: readonly ExifMember[],
): { members: readonly Member[]; warnings: readonly string[] } {
  const shown = (name: string): unknown => exif.find((member) => member.name === name)?.value;
  const ofTags = ofExif(shown);
  const taken =
    (ofTags?.source === 'DateTime' ? ofBlocks(record) : null) ?? ofTags ?? ofVideo(record) ?? ofBlocks(record);
  if (taken === null) return { members: [], warnings: [] };
  const own = /(?:Z|[+-]\d\d:\d\d)$/.exec(taken.value)?.[0] ?? null;
  const members = [
    stated('takenAt', taken.value),
    stated('takenAtSource', taken.source),
    stated('offset', own),
    stated('offsetSource', own === null ? null : 'stored'),
  ];
  return { members: members.filter((member) => member !== null), warnings: [] };
}

/** A time in ISO 8601, local when it has no offset. */
type Taken = Merged<string>;

function ofExif(shown: (name: string) => unknown): Taken | null {
  const [value, source] = [shown('takenAt'), shown('takenAtSource')];
  return typeof value === 'string' && typeof source === 'string' ? { value, source } : null;
}

function ofVideo({ video }: MetadataRecord): Taken | null {
  const time = video?.createdAt ?? null;
  return time === null ? null : { value: time.text, source: time.source };
}

function ofBlocks({ blocks }: MetadataRecord): Taken | null {
  const merged = mergedTexts('takenAt', blocks);
  const [text = ''] = merged?.value ?? [];
  const time = isoDateTime({ time: text.replace(withoutSeconds, '$1:00$2'), subSec: null, offset: null });
  return merged === null || time === null ? null : { value: time, source: merged.source };
}
