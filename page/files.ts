// Lists files that were opened together: camera, time and state of each. The user picks the one to show.
import { html } from './dom';
import { cameraOf, longDate, withoutUnseen } from './facts';
import { fileSource } from './file-source';
import { type PickRow, pickList } from './pick-list';
import { isObject } from './rows';
import { exifIn, mayBeVideo, type Source } from './source';

export { fileSource };

/** The element for the list, when to stop reading, and functions to report to the page. */
export type ListOptions = Readonly<{
  into: HTMLElement;
  signal: AbortSignal;
  say(text: string): void;
  onPick(source: Source): void;
}>;

/** Files that are read at the same time: the page must stay quick, and each may need some MB of memory. */
const atOnce = 3;
/** The most files that are listed. */
const most = 1_000;

/** Shows the list and picks its first file. Resolves when all files are read. */
export async function listFiles(files: readonly File[], { into, signal, say, onPick }: ListOptions): Promise<void> {
  const list = pickList('Files');
  const note = html('p', { class: 'note' });
  const heading = html('h2', { id: 'several-heading', tabindex: '-1' }, `${files.length} files`);
  const rows = files.slice(0, most).map((file) => ({
    file,
    row: list.add([withoutUnseen(file.name), '', '', 'waiting'], () => onPick(fileSource(file))),
  }));
  into.replaceChildren(heading, note, list.root);
  into.hidden = false;
  heading.focus();
  rows[0]?.row.button.click();
  const count = { read: 0, failed: 0 };
  const queue = rows.values();
  const readRows = async (): Promise<void> => {
    for (const { file, row } of queue) {
      const isRead = await readRow(file, row, signal);
      if (signal.aborted) return;
      count.read++;
      if (!isRead) count.failed++;
      note.textContent = countText(count, rows.length, files.length);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, readRows));
  if (!signal.aborted) say(countText(count, rows.length, files.length));
}

function countText({ read, failed }: Readonly<{ read: number; failed: number }>, listed: number, all: number): string {
  const errors = failed === 0 ? '' : ` ${failed} could not be read.`;
  const rest = listed === all ? '' : ` The first ${listed.toLocaleString('en')} are listed.`;
  return `${read} of ${listed} done.${errors}${rest}`;
}

/** Fills the row of a file; false when the file cannot be read. */
async function readRow(file: File, { cells }: PickRow, signal: AbortSignal): Promise<boolean> {
  const source = fileSource(file);
  const seen = await source
    .see(exifIn('flat'), signal)
    .then((answer) => (mayBeVideo(answer) ? source.see('metadata', signal) : answer))
    .catch(() => null);
  if (seen === null) return false; // the list is no longer shown
  const [, camera, time, state] = cells;
  const isRead = seen.kind === 'answer';
  const json = isRead && isObject(seen.json) ? seen.json : {};
  const texts = [cameraOf(json), longDate(String(json['takenAt'] ?? ''))];
  if (camera !== undefined) camera.textContent = texts[0] ?? '';
  if (time !== undefined) time.textContent = texts[1] ?? '';
  if (state !== undefined)
    state.textContent = isRead ? (texts.join('') === '' ? 'no camera data' : 'read') : seen.title;
  return isRead;
}
