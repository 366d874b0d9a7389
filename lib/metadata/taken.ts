// When the picture was taken, with the offset from UTC if it can be known.

import { isoDateTime } from '../style/derived/date-time';
import { placeOf } from '../style/derived/place';
import type { Member as ExifMember } from '../style/flat';
import { indexEntries } from '../tag/lookup';
import { type Member, stated } from './member';
import { mergedTexts } from './merge';
import type { MetadataRecord } from './record';
import { type GpsFix, needsZones, type Taken, zoneOf } from './time-zone';
import { xmpMembers } from './xmp-members';
import { loadZones } from './zones';

/** A date and a time of XMP without seconds [XMP part 1, 8.2.1.1]. */
const withoutSeconds = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(Z|[+-]\d\d:\d\d)?$/;

/**
 * `takenAt` and where it comes from: EXIF, else the video, else XMP or IIM. DateTime of EXIF comes last, because it is when the
 * file was changed. The offset is the one that is stored, else that of the place.
 */
export async function takenMembers(
  record: MetadataRecord,
  exif: readonly ExifMember[],
): Promise<{ members: readonly Member[]; warnings: readonly string[] }> {
  const shown = (name: string): unknown => exif.find((member) => member.name === name)?.value;
  const ofTags = ofExif(shown);
  const taken =
    (ofTags?.source === 'DateTime' ? ofBlocks(record) : null) ?? ofTags ?? ofVideo(record) ?? ofBlocks(record);
  if (taken === null) return { members: [], warnings: [] };
  const fix = fixOf(record);
  const zones = needsZones(taken, fix) ? await loadZones() : null;
  const { offset, offsetSource, warnings } = zoneOf(record.exif, taken, fix, zones);
  const isComplete = offset === null || taken.value.endsWith(offset);
  const members = [
    stated('takenAt', isComplete ? taken.value : `${taken.value}${offset}`),
    stated('takenAtSource', taken.source),
    stated('offset', offset),
    stated('offsetSource', offsetSource),
  ];
  return { members: members.filter((member) => member !== null), warnings };
}

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

/** Of EXIF, else of the video, else of XMP. */
function fixOf({ exif, wanted, video, blocks }: MetadataRecord): GpsFix {
  const fix: GpsFix =
    wanted.has('exif') && exif.document !== null ? placeOf(indexEntries(exif.document)) : (video ?? {});
  if (fix.latitude != null || blocks.xmp === null) return fix;
  const members = new Map(xmpMembers(blocks.xmp).map(({ name, value }) => [name, value]));
  const degrees = (name: string): number | null => {
    const value = members.get(name);
    return typeof value === 'number' ? value : null;
  };
  return { ...fix, latitude: degrees('latitude'), longitude: degrees('longitude') };
}
