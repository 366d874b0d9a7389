// Text from files on a terminal: nothing in it may move the cursor, and colours only where they are wanted.

import type { Env } from '../../lib/bucket';

/** What a terminal may take as a command, or show in another order than it stands [Unicode: Cc, Bidi_Control]. */
const acting = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Surrogate}]/gu;

/** `text` with such characters as `\u001b`. */
export function printable(text: string): string {
  return text.replace(acting, escaped);
}

/** The same for JSON text, whose value stays: its own escapes are of that form. Line breaks between members stay too. */
export function printableJson(json: string): string {
  return json.replace(acting, (char) => (char === '\n' ? char : escaped(char)));
}

function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** At most `columns` characters. */
export function cut(text: string, columns: number): string {
  if (text.length <= columns) return text;
  const chars = [...text];
  return chars.length <= columns ? text : `${chars.slice(0, Math.max(0, columns - 1)).join('')}…`;
}

/** Whether to colour [no-color.org; FORCE_COLOR as Node reads it, which goes first]. */
export function wantsColor(isTerminal: boolean, env: Env): boolean {
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return !['0', 'false'].includes(forced);
  return isTerminal && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}

/** Marks text by what it is. */
export type Paint = Readonly<Record<'title' | 'section' | 'note' | 'warning', (text: string) => string>>;

/** With colours, or all text as it is. */
export function painter(color: boolean): Paint {
  const sgr = (code: string) => (text: string) => (color ? `\x1b[${code}m${text}\x1b[0m` : text);
  return { title: sgr('1'), section: sgr('1;36'), note: sgr('2'), warning: sgr('33') };
}
