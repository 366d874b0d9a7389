// Leaves out of a video what belongs to the groups that a deployment drops (EXIF_DROP).
import type { TagGroup } from '../tag/groups';
import { answerOfText } from './answers';
import { noPlace } from './place';
import type { VideoAnswers, VideoRecord } from './record';

/** The group of each answer that belongs to one. The identifier of a Live Photo is `serial`, as in maker notes. */
const answerGroups: Readonly<Partial<Record<keyof VideoAnswers, TagGroup>>> = {
  livePhotoId: 'serial',
  author: 'owner',
  copyright: 'owner',
};
/** Groups whose content may also be in a text without a known meaning. */
const inTexts: readonly TagGroup[] = ['gps', 'serial', 'owner', 'makernote'];

/** `video` without what belongs to `groups`. With one of them, only texts with a known meaning are left. */
export function dropFromVideo(video: VideoRecord, groups: readonly TagGroup[]): VideoRecord {
  if (!inTexts.some((group) => groups.includes(group))) return video;
  const isDropped = (answer: keyof VideoAnswers): boolean => {
    const group = answerGroups[answer];
    return group !== undefined && groups.includes(group);
  };
  const shown = (answer: 'livePhotoId' | 'author' | 'copyright'): string | null =>
    isDropped(answer) ? null : video[answer];
  return {
    ...video,
    livePhotoId: shown('livePhotoId'),
    author: shown('author'),
    copyright: shown('copyright'),
    ...(groups.includes('gps') ? noPlace : {}),
    texts: video.texts.filter(({ name }) => {
      const answer = answerOfText(name);
      return answer === 'createdAt' || (answer !== null && !isDropped(answer));
    }),
  };
}
