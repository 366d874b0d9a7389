// A source of objects for a backfill: page by page, in an order that is the same at a later start.

import type { ProblemError } from '../../lib/problem';
import { pageSize } from '../../lib/s3/list';

/**
 * An object that was found. `key` is decoded; if that is not possible, `problem` says so. `size` and `etag` are null when the
 * source does not know them. From `cursor`, a later start continues directly after this object.
 */
export type ListedObject = Readonly<{
  key: string;
  size: number | null;
  etag: string | null;
  cursor: string;
  problem: ProblemError | null;
}>;

/** Objects in their order. From `cursor`, a later start continues after all of them. */
export type Page = Readonly<{ objects: readonly ListedObject[]; cursor: string }>;

/** Only the source itself can interpret a cursor. `pages` throws ProblemError when the source cannot be read. */
export type ObjectSource = Readonly<{ pages(after: string | null): AsyncIterable<Page> }>;

/** `objects`, divided into pages. */
export async function* inPages(objects: AsyncIterable<ListedObject>): AsyncGenerator<Page> {
  let page: ListedObject[] = [];
  for await (const object of objects) {
    page.push(object);
    if (page.length < pageSize) continue;
    yield { objects: page, cursor: object.cursor };
    page = [];
  }
  const last = page.at(-1);
  if (last !== undefined) yield { objects: page, cursor: last.cursor };
}
