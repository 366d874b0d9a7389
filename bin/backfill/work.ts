// Goes through the pages of a source: a bounded number of objects at once, page after page, and reports each finished page.

import type { Listed, ObjectSource, Page } from './source';

/** What is done with an object, and how that is driven. */
export type Work = Readonly<{
  concurrency: number;
  /** An error that it throws ends the whole work. */
  doOne(object: Listed): Promise<void>;
  /** The objects up to `cursor`, and no other, are done. */
  onSaved(cursor: string): Promise<void>;
  /** When it fires, no more work starts. */
  stop: AbortSignal;
}>;

/**
 * Does `work` on the objects behind `after`; true when all are done, false when it was stopped before. The next page is
 * listed meanwhile. Objects are begun in their order and all that were begun are waited for, so that a stop in the
 * middle of a page has a cursor too: that of the last one begun.
 */
export async function workThrough(source: ObjectSource, after: string | null, work: Work): Promise<boolean> {
  const pages = source.pages(after)[Symbol.asyncIterator]();
  let next = nextPage(pages);
  try {
    while (!work.stop.aborted) {
      const { value: page, done } = await next;
      if (done === true) return true;
      next = nextPage(pages);
      const begun = await workPage(page, work);
      const cursor = begun === page.objects.length ? page.cursor : page.objects[begun - 1]?.cursor;
      if (cursor !== undefined) await work.onSaved(cursor);
    }
    return false;
  } finally {
    // Closes the files of the source, without waiting for a listing in progress.
    pages.return?.().catch(() => {});
  }
}

/** The next page, listed ahead. An error of the listing is thrown when the page is needed. */
function nextPage(pages: AsyncIterator<Page>): Promise<IteratorResult<Page, unknown>> {
  const next = pages.next();
  next.catch(() => {});
  return next;
}

/** The number of objects that were started; all of them are finished. */
async function workPage({ objects }: Page, work: Work): Promise<number> {
  let begun = 0;
  let failed = false;
  const lane = async (): Promise<void> => {
    while (!failed && !work.stop.aborted) {
      const object = objects[begun];
      if (object === undefined) return;
      begun++;
      try {
        await work.doOne(object);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: work.concurrency }, lane));
  for (const end of lanes) if (end.status === 'rejected') throw end.reason;
  return begun;
}
