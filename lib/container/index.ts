// The formats that are read, in the order in which they are tried. CONTRIBUTING.md says how to add one.
import type { Container } from '../types';
import { cr3 } from './cr3';
import { gif } from './gif';
import { heif } from './heif';
import { jp2 } from './jp2';
import { jpeg } from './jpeg';
import { jxl } from './jxl';
import { mrw } from './mrw';
import { png } from './png';
import { psd } from './psd';
import { raf } from './raf';
import { rw2 } from './rw2';
import { bmp, crw, ico } from './size-only';
import { svg } from './svg';
import { tiff } from './tiff';
import { webp } from './webp';
import { x3f } from './x3f';

export const containers: readonly Container[] = [
  jpeg,
  png,
  webp,
  heif,
  jxl,
  rw2,
  tiff,
  cr3,
  raf,
  mrw,
  jp2,
  psd,
  gif,
  x3f,
  crw,
  bmp,
  ico,
  svg,
];
