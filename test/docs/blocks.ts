// The blocks of code of the pages, and how each says what may be done with it.
import type { Page } from './markdown';

/**
 * What the comment before a block says, such as `<!-- not run: needs an AWS account -->`:
 * - `not run: REASON`: the block is checked, but not run
 * - `run by: FILE`: a test of its own runs it
 * - `answer: TARGET`: JSON that has members of the answer to this request
 */
export type Mark = Readonly<{ kind: 'not run' | 'run by' | 'answer'; text: string }>;

/** A block. `line` is that of its first line, from 1. `language` is '' if the block names none. */
export type Block = Readonly<{ path: string; line: number; language: string; text: string; mark: Mark | null }>;

const fence = /^( *)(?:<!-- *(not run|run by|answer): *(.*?) *-->\n{1,2}\1)?```([\w-]*)\n([\s\S]*?)^\1```$/gm;

/** All blocks of a page, in their order. */
export function blocksOf({ path, text }: Page): readonly Block[] {
  return [...text.matchAll(fence)].map((match) => {
    const [whole, indent = '', kind, reason = '', language = '', body = ''] = match;
    const line = text.slice(0, match.index + whole.indexOf('```')).split('\n').length + 1;
    const mark = kind === undefined ? null : ({ kind, text: reason } as Mark);
    return { path, line, language, text: body.replaceAll(`\n${indent}`, '\n').slice(indent.length), mark };
  });
}

/** A command of a block of the language `console`, and the output that the block shows. */
export type Step = Readonly<{ command: string; shown: string }>;

/** The commands begin with `$ `; those that end in a backslash go on in the next line. */
export function stepsOf(text: string): readonly Step[] {
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [command = ''] = /^(?:.*\\\n)*.*/.exec(part) ?? [];
      return { command, shown: part.slice(command.length + 1) };
    });
}

/** Whether an output is as shown. `...` is any text. Spaces at the ends of lines do not count. */
export function isAsShown(output: string, shown: string): boolean {
  const tidy = (text: string) => text.replace(/[ \t]+$/gm, '').trim();
  const parts = tidy(shown).split('...').map(escaped);
  return new RegExp(`^${parts.join('.*')}$`, 's').test(tidy(output));
}

/** Whether a value has everything that `part` has. `...` in a text of `part` is any text. */
export function contains(value: unknown, part: unknown): boolean {
  if (typeof part === 'string') return typeof value === 'string' && isAsShown(value, part);
  if (typeof part !== 'object' || part === null) return Object.is(value, part);
  if (typeof value !== 'object' || value === null || Array.isArray(value) !== Array.isArray(part)) return false;
  if (Array.isArray(part)) {
    const all: readonly unknown[] = Array.isArray(value) ? value : [];
    return part.every((member) => all.some((other) => contains(other, member)));
  }
  const members = new Map<string, unknown>(Object.entries(value));
  return Object.entries(part).every(([name, member]) => members.has(name) && contains(members.get(name), member));
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
