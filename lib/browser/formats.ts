// The formats that the entry for browsers has at once, in place of lib/container/index.ts. more-formats.ts has the others.
import { heif } from '../container/heif';
import { jpeg } from '../container/jpeg';
import { png } from '../container/png';
import { rw2 } from '../container/rw2';
import { tiff } from '../container/tiff';
import { webp } from '../container/webp';
import type { Container } from '../types';

export const containers: readonly Container[] = [jpeg, png, webp, heif, rw2, tiff];
