// The members of `flat` that a video has.
import { list, type Member, one, shownText, stated } from './member';
import { cleanTexts, type Merged } from './merge';
import type { MetadataRecord } from './record';

/** The names of the members that only a video has, in the order of the answer. */
export const videoNames: readonly string[] = ['duration', 'rotation', 'videoCodec', 'audioCodec'];

/** The members that the headers of a video give. Times are a part of `takenMembers`. */
export function videoMembers({ video }: MetadataRecord): readonly Member[] {
  if (video === null) return [];
  const text = (value: string | null): Merged<readonly string[]> | null => {
    const texts = cleanTexts(value === null ? [] : [value]);
    return texts.length === 0 ? null : { value: texts, source: 'video' };
  };
  const members = [
    one('title', text(video.title)),
    one('description', text(video.description)),
    list('keywords', text(video.keywords)),
    list('creator', text(video.author)),
    one('copyright', text(video.copyright)),
    one('make', text(video.make)),
    one('model', text(video.model)),
    one('lens', text(video.lensModel)),
    one('software', text(video.software)),
    stated('latitude', video.latitude),
    stated('longitude', video.longitude),
    stated('altitude', video.altitude),
    stated('width', video.width),
    stated('height', video.height),
    stated('duration', video.duration),
    stated('rotation', video.rotation),
    shownText('videoCodec', video.videoCodec),
    shownText('audioCodec', video.audioCodec),
  ];
  return members.filter((member) => member !== null);
}
