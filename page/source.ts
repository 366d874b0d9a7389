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

/** A thumbnail or preview and its orientation, 1 (upright) to 8 [EXIF 3.0 4.6.5.1.5]; null = that of the picture. */
export type Thumbnail = Readonly<{ blob: Blob; orientation: number | null }>;

/** How other programs can make the request: its address for an operation, and whether the address has a signature. */
export type SourceRequest = Readonly<{ isSigned: boolean; address(operation: string): Promise<string> }>;

/**
 * `only`: the only style in which it can be shown; null = all. `request`: null for a file. `see` answers an operation such as
 * `exif/style/flat` or `metadata`; a source with `only` has just one answer.
 */
export type Source = Readonly<{
  name: string;
  where: 'service' | 'file';
  only: string | null;
  request: SourceRequest | null;
  see(operation: string, signal: AbortSignal): Promise<StyleAnswer | PageProblem>;
  thumbnail(signal: AbortSignal): Promise<Thumbnail | null>;
  preview(signal: AbortSignal): Promise<Thumbnail | null>;
}>;

/** A reason without facts. */
export function pageProblem(title: string, detail: string): PageProblem {
  return { kind: 'problem', title, detail, facts: [], reads: null };
}

/** The styles, in the order of the switch. */
export const styleNames = ['flat', 'readable', 'typed', 'cos', 'oss', 'obs', 'qiniu'] as const;

/** The operation that asks for the EXIF in a style. */
export function exifIn(style: string): string {
  return `exif/style/${style}`;
}

/** An answer that is no longer wanted, because another object is shown, is not an error. */
export function ignoreAbort(error: unknown): void {
  if (!(error instanceof DOMException && error.name === 'AbortError')) throw error;
}

/** Whether the reason why there is no EXIF is one that a video has, too: its metadata can be shown. */
export function mayBeVideo(answer: StyleAnswer | PageProblem): boolean {
  if (answer.kind === 'answer') return false;
  return answer.facts.some(([name, text]) => name === 'Reason' && ['NotAnImage', 'ImageTooLarge'].includes(text));
}
