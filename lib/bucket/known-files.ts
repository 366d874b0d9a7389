// The files that were opened last with all checks, so that they need not be repeated for the same version.

export type KnownFiles = Readonly<{
  /** The text that identifies the file of a key and its version; undefined = not known. */
  get(key: string): string | undefined;
  set(key: string, id: string): void;
}>;

/** Remembers the `most` files that were used last. */
export function knownFiles(most: number): KnownFiles {
  // A Map has its keys in the order in which they were set: the first one was used longest ago.
  const ids = new Map<string, string>();
  const set = (key: string, id: string): void => {
    ids.delete(key);
    ids.set(key, id);
    const [oldest] = ids.size > most ? ids.keys() : [];
    if (oldest !== undefined) ids.delete(oldest);
  };
  return {
    get(key) {
      const id = ids.get(key);
      if (id !== undefined) set(key, id);
      return id;
    },
    set,
  };
}
