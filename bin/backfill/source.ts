// What a backfill goes through: objects, page by page, in an order that a later start finds again.

import type { ProblemError } from '../../lib/problem';

/**
 * An object that was found. `key` is decoded, but for one that cannot be: `problem` says so then. `size` is null where
 * the source does not know it. `cursor` is where a later start goes on right behind this object.
 */
export type Listed = Readonly<{ key: string; size: number | null; cursor: string; problem: ProblemError | null }>;

/** Objects in their order; `cursor` is where a later start goes on behind all of them. */
export type Page = Readonly<{ objects: readonly Listed[]; cursor: string }>;

/** A cursor is the source's own text. `pages` throws ProblemError when the source cannot be read. */
export type ObjectSource = Readonly<{ pages(after: string | null): AsyncIterable<Page> }>;

/** Objects of a page: what S3 and COS list in one request. */
export const pageSize = 1000;

/** `objects` cut into pages. */
export async function* inPages(objects: AsyncIterable<Listed>): AsyncGenerator<Page> {
  let page: Listed[] = [];
  for await (const object of objects) {
    page.push(object);
    if (page.length < pageSize) continue;
    yield { objects: page, cursor: object.cursor };
    page = [];
  }
  const last = page.at(-1);
  if (last !== undefined) yield { objects: page, cursor: last.cursor };
}
