// A member of the style `flat` of the metadata.
import { cleanText } from '../style/text/clean-text';
import type { Merged } from './merge';

/** A member of the answer. `source` is where the value comes from, when there are several possible places. */
export type Member = Readonly<{ name: string; value: unknown; source?: string }>;

/** The first text as a member; null when there is none. */
export function one(name: string, merged: Merged<readonly string[]> | null): Member | null {
  const value = merged?.value[0];
  return merged === null || value === undefined ? null : { name, value, source: merged.source };
}

/** All texts as a member; null when there are none. */
export function list(name: string, merged: Merged<readonly string[]> | null): Member | null {
  return merged === null || merged.value.length === 0 ? null : { name, value: merged.value, source: merged.source };
}

/** A value as a member; null without one. */
export function stated(name: string, value: unknown, source?: string): Member | null {
  if (value === null || value === undefined) return null;
  return { name, value, ...(source === undefined ? {} : { source }) };
}

/** A text of the file as a member, cleaned; null when it is blank or absent. */
export function shownText(name: string, text: string | null | undefined, source?: string): Member | null {
  const shown = cleanText(text ?? '');
  return shown === '' ? null : stated(name, shown, source);
}
