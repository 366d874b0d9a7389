// The formats that are read, in the order in which they are tried. A new one is a file here and a line below.
import type { Container } from '../types';
import { jpeg } from './jpeg';
import { png } from './png';
import { tiff } from './tiff';

export const containers: readonly Container[] = [jpeg, png, tiff];
