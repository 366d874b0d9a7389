// The answers of the operations that the parameter `ci-process` has as its value [Cloud Infinite].
import { aigcAnswer } from './aigc-answer';
import type { MetadataAnswer } from './content';
import { videoInfoAnswer } from './video-info-answer';

export const processAnswers = {
  ImageAIGCMetadata: aigcAnswer,
  videoinfo: videoInfoAnswer,
} as const satisfies Readonly<Record<string, MetadataAnswer>>;
