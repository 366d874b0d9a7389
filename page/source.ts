// Where an answer comes from: the service, or a file that was opened here. Both are seen the same way.
import type { Reads } from './reads';

/** An answer in one style: its text, the same parsed, what was read for it, what else there is to say. */
export type Seen = Readonly<{
  kind: 'seen';
  text: string;
  json: unknown;
  reads: Reads | null;
  notes: readonly string[];
}>;

/** Why there is none: what to say, and what a log may be searched for. */
export type Refusal = Readonly<{
  kind: 'refused';
  title: string;
  detail: string;
  facts: readonly (readonly [name: string, text: string])[];
  reads: Reads | null;
}>;

/** A thumbnail, and how it lies: 1 (upright) to 8 [EXIF 3.0 4.6.5.1.5], null = as the picture does. */
export type Thumbnail = Readonly<{ blob: Blob; orientation: number | null }>;

/** `only`: the one style that it can be seen in, null = all. */
export type Source = Readonly<{
  name: string;
  where: 'service' | 'file';
  only: string | null;
  see(style: string, signal: AbortSignal): Promise<Seen | Refusal>;
  thumbnail(signal: AbortSignal): Promise<Thumbnail | null>;
}>;

/** A refusal without particulars. */
export function refusal(title: string, detail: string): Refusal {
  return { kind: 'refused', title, detail, facts: [], reads: null };
}

/** The styles, in the order of the switch. */
export const styleNames = ['readable', 'typed', 'cos', 'oss', 'obs', 'qiniu'] as const;
