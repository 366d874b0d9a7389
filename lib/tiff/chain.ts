// IFD chains.
import type { IfdPath } from '../types';

/** The pages of a file, and SubIFDs when the tag has only one offset [TIFF Tech Note 1]. */
export type Chain = 'IFD' | 'SubIFD';

/** The path of an IFD of a chain. For nearly all of them it is a constant: comparing it is faster than a text just made. */
export function chainPath(chain: Chain, index: number): IfdPath {
  if (chain === 'IFD' && index < 2) return index === 0 ? 'IFD0' : 'IFD1';
  return `${chain}${index}`;
}
