// Changes a text by its tokens: lines, names, values, separators, percent-encoding.
import type { Random } from '../../testing/random/seeded';
import type { EditContext } from './byte-edits';

type TextChange = (text: string, around: TextContext) => string;
type TextContext = Readonly<{ random: Random; words: readonly string[]; other: string }>;

/** A changed copy of a text in UTF-8. */
export function mutateText(input: Uint8Array, { random, dictionary, other, maxLength }: EditContext): Uint8Array {
  const around = { random, words: dictionary.texts, other: Buffer.from(other).toString() };
  let text = Buffer.from(input).toString();
  for (let left = random.pick([1, 1, 1, 2, 3]); left > 0; left--) text = random.pick(byWeight)(text, around);
  return new Uint8Array(Buffer.from(text)).subarray(0, maxLength);
}

const weighted: readonly (readonly [weight: number, change: TextChange])[] = [
  [2, (text, { random }) => changeToken(text, random, () => '')],
  [2, (text, { random }) => changeToken(text, random, (token) => token + token)],
  [3, (text, { random, words }) => changeToken(text, random, () => random.pick(words))],
  [3, (text, { random, other }) => changeToken(text, random, () => random.pick(tokensOf(other)) ?? '')],
  [
    2,
    (text, { random }) => changeToken(text, random, (token) => random.pick([token.toUpperCase(), token.toLowerCase()])),
  ],
  [2, (text, { random }) => changeToken(text, random, (token) => changedNumber(token, random))],
  [2, swapTokens],
  [2, changeLines],
  [3, changeCharacter],
  [2, (text, { random }) => changeMatch(text, /%[0-9a-f]{2}/gi, random, decoded)],
  [2, (text, { random }) => changeMatch(text, /[^%\n]/g, random, encoded)],
  [
    1,
    (text, { random, other }) =>
      text.slice(0, random.below(text.length + 1)) + other.slice(random.below(other.length + 1)),
  ],
];
const byWeight: readonly TextChange[] = weighted.flatMap(([weight, change]) => Array<TextChange>(weight).fill(change));

const odd = [
  ...'%&=?#;,/\\.+:@\'"<>|`{}~*()[]-_ \t\n',
  '\0',
  '\ufeff',
  'é',
  '\ud83d\ude00',
  '%00',
  '%2F',
  '%0A',
  '\u00a0',
  '//',
  '=&',
];

/** Runs of letters and digits, and everything between them, character by character. */
function tokensOf(text: string): readonly string[] {
  const tokens = text.match(/[A-Za-z0-9_.-]+|[^A-Za-z0-9_.-]/g);
  return tokens ?? [''];
}

function changeToken(text: string, random: Random, change: (token: string) => string): string {
  const tokens = [...tokensOf(text)];
  const at = random.below(tokens.length);
  tokens[at] = change(tokens[at] ?? '');
  return tokens.join('');
}

function swapTokens(text: string, { random }: TextContext): string {
  const tokens = [...tokensOf(text)];
  const [a, b] = [random.below(tokens.length), random.below(tokens.length)];
  [tokens[a], tokens[b]] = [tokens[b] ?? '', tokens[a] ?? ''];
  return tokens.join('');
}

/** A line removed, doubled, moved, or taken from another input. */
function changeLines(text: string, { random, other }: TextContext): string {
  const lines = text.split('\n');
  const at = random.below(lines.length);
  const line = lines[at] ?? '';
  const way = random.below(4);
  if (way === 0) lines.splice(at, 1);
  else if (way === 1) lines.splice(at, 0, line);
  else if (way === 2) lines.splice(random.below(lines.length), 0, ...lines.splice(at, 1));
  else lines.splice(at, 0, random.pick(other.split('\n')));
  return lines.join('\n');
}

function changeCharacter(text: string, { random }: TextContext): string {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + random.pick(odd) + text.slice(at + random.below(2));
}

function changeMatch(text: string, pattern: RegExp, random: Random, change: (match: string) => string): string {
  const matches = [...text.matchAll(pattern)];
  if (matches.length === 0) return text;
  const { index, 0: match } = random.pick(matches);
  return text.slice(0, index) + change(match) + text.slice(index + match.length);
}

function decoded(code: string): string {
  return String.fromCharCode(Number.parseInt(code.slice(1), 16));
}

function encoded(char: string): string {
  return [...Buffer.from(char)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}

function changedNumber(token: string, random: Random): string {
  if (!/^\d{1,15}$/.test(token)) return token;
  return String(random.pick([Number(token) + 1, Number(token) - 1, 0, -1, `0${token}`, `${token}0`, 1e21]));
}
