// Counts names within a bound of memory. With few different names all counts are exact. With more, rare names are forgotten,
// and the counts of the others may be too low by an amount that is known [Misra, Gries: Finding repeated elements, 1982].

/** A name and how often it was seen: at least `count` times, and at most `slack` of its counts more. */
export type NameCount = Readonly<{ name: string; count: number }>;

/**
 * `known`: objects with a name. `unknown`: objects without. `distinct`: different names; a lower bound when not `exact`. `top`:
 * the most frequent, the first one most. `others`: `known` without those of `top`. `slack`: each count of `top` may be too low
 * by this, and then `others` is too high by the same; 0 when exact.
 */
export type NameCounts = Readonly<{
  known: number;
  unknown: number;
  distinct: number;
  exact: boolean;
  slack: number;
  top: readonly NameCount[];
  others: number;
}>;

/** Names that are kept: 16,384 of 200 characters take 8 MB. Photo libraries have some hundred lenses. */
const maxNames = 16_384;
/** Characters of a name that are kept: lenses have up to 60. Names that are equal so far count as one. */
const maxCharacters = 200;

/** Counts names. */
export class Frequent {
  private readonly counts = new Map<string, number>();
  private known = 0;
  private unknown = 0;
  private slack = 0;
  private most = 0;

  constructor(private readonly limit = maxNames) {}

  /** Counts a name; null or an empty text counts as unknown. */
  add(name: string | null): void {
    if (name === null || name === '') {
      this.unknown++;
      return;
    }
    this.known++;
    const kept = name.length <= maxCharacters ? name : shortened(name, maxCharacters);
    const held = this.counts.get(kept);
    if (held === undefined && this.counts.size >= this.limit) this.forgetRare();
    this.counts.set(kept, (held ?? 0) + 1);
  }

  /** The most frequent names, at most `size` of them. Names of equal count are in the order of their characters. */
  result(size: number): NameCounts {
    const all = [...this.counts].map(([name, count]) => ({ name, count }));
    all.sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
    const top = all.slice(0, size);
    const shown = top.reduce((sum, { count }) => sum + count, 0);
    return {
      known: this.known,
      unknown: this.unknown,
      distinct: Math.max(this.most, all.length),
      exact: this.slack === 0,
      slack: this.slack,
      top,
      others: this.known - shown,
    };
  }

  /** Takes the middle count from every name, and removes those that have none left: at least half of them. */
  private forgetRare(): void {
    this.most = Math.max(this.most, this.counts.size + 1);
    const sorted = Float64Array.from(this.counts.values()).sort();
    const middle = sorted[sorted.length >> 1] ?? 0;
    this.slack += middle;
    for (const [name, count] of this.counts) {
      if (count <= middle) this.counts.delete(name);
      else this.counts.set(name, count - middle);
    }
  }
}

/** The start of a text, without half a character at its end, and `…`. It is a copy: a slice would keep the whole text. */
export function shortened(text: string, characters: number): string {
  if (text.length <= characters) return text;
  const end = /[\ud800-\udbff]/.test(text.charAt(characters - 1)) ? characters - 1 : characters;
  return JSON.parse(JSON.stringify(`${text.slice(0, end)}…`)) as string;
}
