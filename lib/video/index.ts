// The video formats that are read, in the order in which they are tried: after all formats of images.
import { avi } from './avi';
import { matroska } from './matroska';
import { mp4 } from './mp4';
import type { VideoFormat } from './record';

export const videoFormats: readonly VideoFormat[] = [mp4, avi, matroska];
