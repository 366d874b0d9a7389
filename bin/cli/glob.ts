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
  const literal = (special < 0 ? tokens : tokens.slice(0, special)).map((token) => token.literal).join('');
  return {
    literal,
    mostSegments: pattern.includes('**') ? Number.POSITIVE_INFINITY : pattern.split('/').length,
    matches: (path) => path.startsWith(literal) && matchesAll(tokens, path),
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

/**
 * Where a part of a pattern may end in a text that is given by its characters, when it begins at one of the places `from`. All
 * places are followed at once: a regular expression would try them one after the other, and take hours for some keys.
 */
type Step = (chars: readonly string[], from: ReadonlySet<number>) => ReadonlySet<number>;

/** A part of a pattern; `literal` is its text when it is ordinary text, otherwise null. */
type Token = Readonly<{ step: Step; literal: string | null; length: number }>;

function matchesAll(tokens: readonly Token[], text: string): boolean {
  const chars = [...text];
  return stepAll(tokens)(chars, new Set([0])).has(chars.length);
}

function stepAll(tokens: readonly Token[]): Step {
  return (chars, from) => {
    let places = from;
    for (const { step } of tokens) {
      if (places.size === 0) break;
      places = step(chars, places);
    }
    return places;
  };
}

function oneChar(fits: (char: string) => boolean): Step {
  return (chars, from) => new Set([...from].filter((at) => fits(chars[at] ?? '')).map((at) => at + 1));
}

const notSlash = oneChar((char) => char !== '/' && char !== '');

const anyName: Step = (chars, from) => {
  const places = new Set<number>();
  for (const start of from) {
    for (let at = start; at <= chars.length && !places.has(at); at++) {
      places.add(at);
      if (chars[at] === '/') break;
    }
  }
  return places;
};

const anyFolders: Step = (chars, from) => {
  const places = new Set(from);
  for (let at = Math.min(...from); at < chars.length; at++) if (chars[at] === '/') places.add(at + 1);
  return places;
};

const anything: Step = (chars, from) => {
  const places = new Set<number>();
  for (let at = Math.min(...from); at <= chars.length; at++) places.add(at);
  return places;
};

function anyOf(steps: readonly Step[]): Step {
  return (chars, from) => new Set(steps.flatMap((step) => [...step(chars, from)]));
}

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
  const special = (step: Step, length: number) => ({ step, literal: null, length });
  const literal = (char: string, length: number) => ({ step: oneChar((one) => one === char), literal: char, length });
  const [stars = ''] = /^\*+/.exec(rest) ?? [];
  if (stars.length > 1 && startsSegment && rest[stars.length] === '/') return special(anyFolders, stars.length + 1);
  if (stars.length > 1 && startsSegment && rest.length === stars.length) return special(anything, stars.length);
  if (stars !== '') return special(anyName, stars.length);
  if (rest.startsWith('?')) return special(notSlash, 1);
  const [set, not = '', members = ''] = /^\[([!^]?)(\]?[^\]/]*)\]/.exec(rest) ?? [];
  if (set !== undefined && members !== '') return special(setStep(not !== '', members), set.length);
  const [choice, texts = ''] = /^\{([^{}]*,[^{}]*)\}/.exec(rest) ?? [];
  if (choice !== undefined) {
    const steps = texts.split(',').map((text) => stepAll(tokensOf(text)));
    return special(anyOf(steps), choice.length);
  }
  const [escaped = '', char = ''] = /^\\(.)/su.exec(rest) ?? [];
  if (escaped !== '') return literal(char, escaped.length);
  const one = String.fromCodePoint(rest.codePointAt(0) ?? 0);
  return literal(one, one.length);
}

/** A range whose ends are in the wrong order matches nothing, as in shells. A slash matches no set. */
function setStep(isNot: boolean, members: string): Step {
  const ranges = (members.match(/.-.|./gsu) ?? []).map((part) => {
    const chars = [...part];
    return [codeOf(chars[0]), codeOf(chars.at(-1))] as const;
  });
  const isMember = (char: string): boolean =>
    ranges.some(([first, last]) => first <= codeOf(char) && codeOf(char) <= last);
  return oneChar((char) => char !== '' && char !== '/' && isMember(char) !== isNot);
}

function codeOf(char = ''): number {
  return char.codePointAt(0) ?? 0;
}
