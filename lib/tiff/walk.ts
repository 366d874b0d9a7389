// The state of a walk through the IFDs of one TIFF stream.
import { maxWarnings } from '../limits';
import type { ByteRange, IfdPath, RangeReader, TagEntry, Warning } from '../types';
import type { Chain } from './chain';
import type { FoundIfd } from './gps-ifd';
import type { TiffHeader } from './header';
import type { LimitTotals } from './limit-totals';

export type Mutable<T> = { -readonly [K in keyof T]: T[K] };
/** An IFD that a pointer at `at` leads to; `chain` says whether its own pointer to a next IFD is followed. */
export type Target = Readonly<{ path: IfdPath; offset: number; chain: Chain | null; at: number }>;
export type PendingIfd = Target & Readonly<{ length: number; found: FoundIfd }>;
export type PendingValue = Readonly<{ entry: Mutable<TagEntry>; range: ByteRange }>;

export type Walk = Readonly<{
  header: TiffHeader;
  size: number;
  entries: Mutable<TagEntry>[];
  dropped: Set<TagEntry>;
  warnings: Warning[];
  /** Offset -> the IFD there. */
  visited: Map<number, FoundIfd>;
  paths: Set<IfdPath>;
  counts: { pages: number } & Record<Chain, number>;
  totals: LimitTotals;
  ifds: PendingIfd[];
  values: PendingValue[];
  reader: RangeReader;
  /** All bytes of the stream, if they are in memory. */
  whole: Uint8Array | null;
}>;

/** Adds a warning, unless there are enough. */
export function warn(walk: Walk, code: Warning['code'], at: number, detail: string): void {
  if (walk.warnings.length < maxWarnings) walk.warnings.push({ code, at, detail });
}

/** The number of a tag as warnings show it. */
export function hex(tag: number): string {
  return `0x${tag.toString(16).padStart(4, '0')}`;
}
