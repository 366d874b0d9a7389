// Being written.
export type Policy = Readonly<{ statements: readonly unknown[] }>;
