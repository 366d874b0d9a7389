// When the picture was taken, with the offset from UTC if it can be known.

import { isoDateTime } from '../style/derived/date-time';
import { placeOf } from '../style/derived/place';
import { indexEntries } from '../tag/lookup';
import { type Member, stated } from './member';
import { mergedTexts } from './merge';
import type { MetadataRecord } from './record';
import { type GpsFix, needsZones, type Taken, zoneOf } from './time-zone';
import { loadZones } from './zones';

/** A date and a time of XMP without seconds [XMP part 1, 8.2.1.1]. */
const withoutSeconds = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(Z|[+-]\d\d:\d\d)?$/;

/**
 * `takenAt` and where it comes from: EXIF, else the video, else XMP or IIM. DateTime of EXIF comes last, because it is when the
 * file was changed. The offset is the one that is stored, else that of the place.
 */
export async function takenMembers(
  record: MetadataRecord,
  own: ReadonlyMap<string, Member>,
): Promise<{ members: readonly Member[]; warnings: readonly string[] }> {
  const ofTags = ofExif(own);
  const taken =
    (ofTags?.source === 'DateTime' ? ofBlocks(record) : null) ?? ofTags ?? ofVideo(record) ?? ofBlocks(record);
  if (taken === null) return { members: [], warnings: [] };
  const fix = fixOf(record, own);
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

function ofExif(own: ReadonlyMap<string, Member>): Taken | null {
  const [value, source] = [own.get('takenAt')?.value, own.get('takenAtSource')?.value];
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

/** The place that is shown, and the time of GPS. */
function fixOf({ exif: { document } }: MetadataRecord, own: ReadonlyMap<string, Member>): GpsFix {
  const degrees = (name: string): number | null => {
    const value = own.get(name)?.value;
    return typeof value === 'number' ? value : null;
  };
  const gpsDateTime = document === null ? null : placeOf(indexEntries(document)).gpsDateTime;
  return { latitude: degrees('latitude'), longitude: degrees('longitude'), gpsDateTime };
}
