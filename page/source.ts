// A source of answers: the service, or a file that was opened in the page. Both are shown in the same way.
import type { Reads } from './reads';

/** An answer in one style: its text, the parsed JSON, what was read for it, and notes to show. */
export type StyleAnswer = Readonly<{
  kind: 'answer';
  text: string;
  json: unknown;
  reads: Reads | null;
  notes: readonly string[];
}>;

/** The reason why there is no answer: a title and details to show, and facts to search the log for. */
export type PageProblem = Readonly<{
  kind: 'problem';
  title: string;
  detail: string;
  facts: readonly (readonly [name: string, text: string])[];
  reads: Reads | null;
}>;

/** A thumbnail and its orientation, 1 (upright) to 8 [EXIF 3.0 4.6.5.1.5]; null = that of the picture. */
export type Thumbnail = Readonly<{ blob: Blob; orientation: number | null }>;

/** How other programs can make the request: its address for a style, and whether the address has a signature. */
export type SourceRequest = Readonly<{ isSigned: boolean; address(style: string): Promise<string> }>;

/** `only`: the only style in which it can be shown; null = all. `request`: null for a file. */
export type Source = Readonly<{
  name: string;
  where: 'service' | 'file';
  only: string | null;
  request: SourceRequest | null;
  see(style: string, signal: AbortSignal): Promise<StyleAnswer | PageProblem>;
  thumbnail(signal: AbortSignal): Promise<Thumbnail | null>;
}>;

/** A reason without facts. */
export function pageProblem(title: string, detail: string): PageProblem {
  return { kind: 'problem', title, detail, facts: [], reads: null };
}

/** The styles, in the order of the switch. */
export const styleNames = ['flat', 'readable', 'typed', 'cos', 'oss', 'obs', 'qiniu'] as const;
