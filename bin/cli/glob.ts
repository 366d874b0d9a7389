// Patterns of paths and keys, as shells have them: * ? [a-z] {jpg,png} and ** for any folders.

/** A compiled pattern. */
export type Glob = Readonly<{
  /** The text before the first special character: every path that matches begins with it. */
  literal: string;
  /** The most segments (names between slashes) that a path which matches can have; infinite with `**`. */
  mostSegments: number;
  matches(path: string): boolean;
}>;

/** Whether a text has a special character. */
export function isGlob(text: string): boolean {
  return tokensOf(text).some(({ literal }) => literal === null);
}

/**
 * Compiles a pattern. `*` is any text without a slash, `?` one character that is not a slash, `[a-z]` and `[!a-z]` one character
 * of these or none of these, `{jpg,png}` one of these texts. `**` as a whole segment is any number of segments, also none. A
 * backslash takes the special meaning from the next character. Brackets and braces that do not close are ordinary text.
 */
export function compileGlob(pattern: string): Glob {
  const tokens = tokensOf(pattern);
  const special = tokens.findIndex(({ literal }) => literal === null);
  const test = new RegExp(`^${tokens.map(({ source }) => source).join('')}$`, 'su');
  return {
    literal: (special < 0 ? tokens : tokens.slice(0, special)).map(({ literal }) => literal).join(''),
    mostSegments: pattern.includes('**') ? Number.POSITIVE_INFINITY : pattern.split('/').length,
    matches: (path) => test.test(path),
  };
}

/** Splits a pattern after the last slash before its first special character: a folder, whose name is ordinary text, and the rest. */
export function splitGlob(pattern: string): Readonly<{ folder: string; rest: string }> {
  let [folder, literal, end, at] = ['', '', 0, 0];
  for (const token of tokensOf(pattern)) {
    if (token.literal === null) break;
    literal += token.literal;
    at += token.length;
    if (token.literal === '/') [folder, end] = [literal, at];
  }
  return { folder, rest: pattern.slice(end) };
}

/** A part of a pattern as a regular expression; `literal` is its text when it is ordinary text, otherwise null. */
type Token = Readonly<{ source: string; literal: string | null; length: number }>;

const anyFolders = '(?:[^/]*/)*';
const anything = '.*';

function tokensOf(pattern: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; ) {
    const rest = pattern.slice(at);
    const token = nextToken(rest, at === 0 || pattern[at - 1] === '/');
    tokens.push(token);
    at += token.length;
  }
  return tokens;
}

function nextToken(rest: string, startsSegment: boolean): Token {
  const special = (source: string, length: number) => ({ source, literal: null, length });
  const [stars = ''] = /^\*+/.exec(rest) ?? [];
  if (stars.length > 1 && startsSegment && rest[stars.length] === '/') return special(anyFolders, stars.length + 1);
  if (stars.length > 1 && startsSegment && rest.length === stars.length) return special(anything, stars.length);
  if (stars !== '') return special('[^/]*', stars.length);
  if (rest.startsWith('?')) return special('[^/]', 1);
  const [set, not = '', members = ''] = /^\[([!^]?)(\]?[^\]/]*)\]/.exec(rest) ?? [];
  if (set !== undefined && members !== '') return special(setSource(not !== '', members), set.length);
  const [choice, texts = ''] = /^\{([^{}]*,[^{}]*)\}/.exec(rest) ?? [];
  if (choice !== undefined) return special(`(?:${texts.split(',').map(partSource).join('|')})`, choice.length);
  const [escaped = '', char = ''] = /^\\(.)/su.exec(rest) ?? [];
  if (escaped !== '') return { source: quoted(char), literal: char, length: escaped.length };
  const one = String.fromCodePoint(rest.codePointAt(0) ?? 0);
  return { source: quoted(one), literal: one, length: one.length };
}

function partSource(text: string): string {
  return tokensOf(text)
    .map(({ source }) => source)
    .join('');
}

/** A range whose ends are in the wrong order matches nothing, as in shells. */
function setSource(isNot: boolean, members: string): string {
  const parts = members.match(/.-.|./gsu) ?? [];
  const valid = parts.filter((part) => !/^.-.$/su.test(part) || inOrder(part));
  const inner = valid
    .map((part) => (/^.-.$/su.test(part) ? part.replace(/[\\\]^[]/g, '\\$&') : setQuoted(part)))
    .join('');
  if (inner === '') return isNot ? '[^/]' : '(?!)';
  return isNot ? `[^/${inner}]` : `[${inner}]`;
}

function inOrder(range: string): boolean {
  const [first = '', , last = ''] = [...range];
  return (first.codePointAt(0) ?? 0) <= (last.codePointAt(0) ?? 0);
}

function setQuoted(char: string): string {
  return /[\\\]^[-]/.test(char) ? `\\${char}` : char;
}

function quoted(char: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char;
}
