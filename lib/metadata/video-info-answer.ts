// The answer of the operation `ci-process=videoinfo`: a video in the XML of Tencent Cloud Infinite.
import { ProblemError } from '../problem';
import { videoInfo } from '../video/video-info';
import type { MetadataAnswer } from './content';

/** Throws ProblemError `NotAnImage` for an object that is not a video. */
export const videoInfoAnswer: MetadataAnswer = {
  id: 'videoinfo',
  wanted: new Set(),
  type: 'application/xml',
  render({ video }) {
    if (video !== null) return videoInfo(video);
    const safeDetail = 'The object is not a video of a supported format.';
    throw new ProblemError('NotAnImage', 'Cannot answer videoinfo for an image', { safeDetail });
  },
};
