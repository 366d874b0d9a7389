// Works on the pages of a source one after the other, on a limited number of objects at a time, and reports each finished page.

import type { ListedObject, ObjectSource, Page } from './source';

/** The work for one object, and the functions that control it. */
export type Work = Readonly<{
  concurrency: number;
  /** The work for one object. If it throws, all work ends. */
  doOne(object: ListedObject): Promise<void>;
  /** Called when all objects up to `cursor`, and no others, are done. */
  onSaved(cursor: string): Promise<void>;
  /** When it fires, no further object is started. */
  stop: AbortSignal;
}>;

/**
 * Does `work` for the objects after the cursor `after`. Returns true when all are done, and false when it was stopped. The next
 * page is listed while a page is worked on. Objects are started in their order, and every started one is finished. So after a
 * stop in the middle of a page, the cursor of the last started object is right.
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

/** The next page, listed in advance. An error of the listing is thrown when the page is needed. */
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
