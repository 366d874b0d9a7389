// Stands for lib/bytes/brotli.ts in a browser, where a decoder would weigh more than the page: remembers that it was asked.

let asked = false;

/** Null: nothing is decompressed here. */
export function unbrotli(): null {
  asked = true;
  return null;
}

/** Whether something was left compressed since the last time of asking. */
export function takeUnread(): boolean {
  const was = asked;
  asked = false;
  return was;
}
