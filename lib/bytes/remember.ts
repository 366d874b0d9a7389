// Remembers results of a pure function of a text, for texts that nearly all requests of a server have in common.

/** At most `texts` results are remembered, of texts of at most `length` characters. */
export type RememberBounds = Readonly<{ texts: number; length: number }>;

/**
 * `work`, which is called again only for a text whose result is not remembered. When there are too many, all are forgotten: a
 * client that sends other texts each time pays what it would pay without this. What `work` throws is not remembered.
 */
export function remembering<T>(work: (text: string) => T, { texts, length }: RememberBounds): (text: string) => T {
  const results = new Map<string, T>();
  return (text) => {
    const known = results.get(text);
    if (known !== undefined) return known;
    const result = work(text);
    if (text.length > length) return result;
    if (results.size >= texts) results.clear();
    results.set(text, result);
    return result;
  };
}
