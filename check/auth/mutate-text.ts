// Changes to the text of a path, a parameter or a header: bits, percent-encoding, case, blanks.

import { percentByte } from '../../testing/auth/percent';
import type { Random } from '../../testing/random/seeded';
import { type Mutator, replaceAt } from './mutator';
import { type Draft, splitTarget, toWire } from './wire';

type Edit = (text: string, random: Random) => string;

/** Edits by name. Those of `encoding` are only for a path or a query. */
const edits: Readonly<Record<string, Edit>> = {
  'flip a bit': (text, random) =>
    editChar(text, random, (char) => String.fromCharCode(char.charCodeAt(0) ^ (1 << random.below(7)))),
  'flip a byte': (text, random) => editChar(text, random, () => String.fromCharCode(random.below(256))),
  'insert a character': (text, random) => editChar(text, random, (char) => char + random.pick(odd)),
  'delete a character': (text, random) => editChar(text, random, () => ''),
  'double a character': (text, random) => editChar(text, random, (char) => char + char),
  'swap characters': (text, random) => {
    const at = random.below(text.length);
    return (
      text.slice(0, at) +
      text
        .slice(at, at + 2)
        .split('')
        .reverse()
        .join('') +
      text.slice(at + 2)
    );
  },
  'letter case': (text, random) => editMatch(text, /[A-Za-z]/g, random, swapCase),
  blanks: (text, random) => {
    const blank = random.pick([' ', '\t', '  ', '\u00a0', '\r\n ']);
    return random.pick([`${blank}${text}`, `${text}${blank}`, editChar(text, random, (char) => blank + char)]);
  },
};
const encodings: Readonly<Record<string, Edit>> = {
  'encode a character': (text, random) =>
    editMatch(text, /[^%&=?]/g, random, (char) => Array.from(Buffer.from(char), percentByte).join('')),
  'decode a character': (text, random) =>
    editMatch(text, /%[2-7][0-9a-f]/gi, random, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16))),
  'case of hex digits': (text, random) => editMatch(text, /%[0-9a-f]*[a-f][0-9a-f]*/gi, random, swapCase),
  'encode twice': (text, random) => editMatch(text, /%/g, random, () => '%25'),
  'decode twice': (text, random) => editMatch(text, /%25/g, random, () => '%'),
  'invalid UTF-8': (text, random) => editChar(text, random, (char) => char + random.pick(invalid)),
  'overlong UTF-8': (text, random) =>
    editMatch(text, /[/.]|%2[ef]/gi, random, (char) => (/[/f]$/i.test(char) ? '%C0%AF' : '%C0%AE')),
  'plus and space': (text, random) =>
    editMatch(text, /\+|%20|%2b/gi, random, () => random.pick(['+', '%20', '%2B', '%2b'])),
  'slash and its code': (text, random) =>
    editMatch(text, /\/|%2f|\\|%5c/gi, random, () => random.pick(['/', '%2F', '%2f', '\\', '%5C', '%252F'])),
  'composed and not': (text) =>
    text.replace(/%c3%a9|e%cc%81/i, (char) => (char.startsWith('%') ? 'e%CC%81' : '%C3%A9')),
};

const odd = [...'%&=?#;,/\\.+:@\'"<>|`{}~*()[]', '\0', '\t', ' ', 'é', '%00', '%0A', '%0D%0A', '%09', '%20'];
const invalid = ['%FF', '%C0%AF', '%C0%80', '%E0%80%AF', '%ED%A0%80', '%F4%90%80%80', '%E7%85', '%', '%G0', '%u0041'];

export const textMutators: readonly Mutator[] = [
  ...Object.entries(edits).map(([name, edit]) => ({ name, weight: 2, mutate: somewhere(edit, 6) })),
  ...Object.entries(encodings).map(([name, edit]) => ({ name, weight: 5, mutate: somewhere(edit, 4) })),
];

/**
 * Applies an edit at one of the first `places`: path, name or value of a parameter, whole target, header. If there is nothing to
 * edit, it tries a few other places.
 */
function somewhere(edit: Edit, places: number): Mutator['mutate'] {
  return (draft, { random }) => {
    let changed = false;
    const once: Edit = (text) => {
      const edited = edit(text, random);
      changed = edited !== text;
      return edited;
    };
    for (let tries = 0; tries < 4 && !changed; tries++) {
      const place = random.below(places);
      if (place === 0) draft.path = once(draft.path, random);
      else if (place === 3) editTarget(draft, (target) => once(target, random));
      else if (place < 3) editParam(draft, random, place === 1, once);
      else editHeader(draft, random, random.chance(0.2), once);
    }
  };
}

function editParam({ params }: Draft, random: Random, isName: boolean, edit: Edit): void {
  replaceAt(params, random.below(params.length), ([name, value]) =>
    isName || value === null ? [edit(name, random), value] : [name, edit(value, random)],
  );
}

function editHeader({ headers }: Draft, random: Random, isName: boolean, edit: Edit): void {
  replaceAt(headers, random.below(headers.length), ([name, value]) =>
    isName ? [edit(name, random), value] : [name, edit(value, random)],
  );
}

function editTarget(draft: Draft, edit: (target: string) => string): void {
  const target = edit(toWire({ ...draft, origin: '' }).target);
  Object.assign(draft, splitTarget(target));
}

function editChar(text: string, random: Random, change: (char: string) => string): string {
  const at = random.below(text.length);
  return text === '' ? change('') : text.slice(0, at) + change(text.charAt(at)) + text.slice(at + 1);
}

/** Changes one match; sometimes all of them. */
function editMatch(text: string, pattern: RegExp, random: Random, change: (match: string) => string): string {
  if (random.chance(0.2)) return text.replace(pattern, change);
  const matches = [...text.matchAll(pattern)];
  if (matches.length === 0) return text;
  const { index, 0: match } = random.pick(matches);
  return text.slice(0, index) + change(match) + text.slice(index + match.length);
}

function swapCase(text: string): string {
  return text.replace(/[A-Za-z]/g, (char) => String.fromCharCode(char.charCodeAt(0) ^ 0x20));
}
