// The formats that are rare in browsers or cannot have EXIF. Loaded for a file of none of those in formats.ts.
import { cr3 } from '../container/cr3';
import { gif } from '../container/gif';
import { jp2 } from '../container/jp2';
import { jxl } from '../container/jxl';
import { mrw } from '../container/mrw';
import { psd } from '../container/psd';
import { raf } from '../container/raf';
import { bmp, crw, ico } from '../container/size-only';
import { svg } from '../container/svg';
import { x3f } from '../container/x3f';
import type { Container } from '../types';

export const containers: readonly Container[] = [jxl, cr3, raf, mrw, jp2, psd, x3f, crw, gif, bmp, ico, svg];
