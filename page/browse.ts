// Lists a folder of the service: its folders and images. The user picks the one to open.
import { html } from './dom';
import { withoutUnseen } from './facts';
import { pickList } from './pick-list';
import { isObject } from './rows';
import type { PageProblem } from './source';

/** What is in a folder; `isCut`: it has more. */
export type FolderList = Readonly<{ folders: readonly string[]; keys: readonly string[]; isCut: boolean }>;

/** The element for the list, the request for it, and functions to open a folder and a key. */
export type BrowseOptions = Readonly<{
  into: HTMLElement;
  list(folder: string): Promise<FolderList | PageProblem>;
  onFolder(folder: string): void;
  onKey(key: string): void;
}>;

/** The list in an answer of the service; null for anything else. */
export function toFolderList(json: unknown): FolderList | null {
  const members = isObject(json) ? json : {};
  const texts = (value: unknown): string[] | null =>
    Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : null;
  const [folders, keys] = [texts(members['folders']), texts(members['keys'])];
  return folders === null || keys === null ? null : { folders, keys, isCut: members['isCut'] === true };
}

/** Shows a folder, '' for the root. */
export async function showFolder(folder: string, { into, list, onFolder, onKey }: BrowseOptions): Promise<void> {
  const found = await list(folder);
  const heading = html('h2', { id: 'several-heading', tabindex: '-1' }, 'Browse');
  const parts = [heading, wayTo(folder, onFolder)];
  if ('title' in found) parts.push(html('p', { class: 'note' }, `${found.title}: ${found.detail}`));
  else {
    const rows = pickList('Folders and images');
    for (const name of found.folders) rows.add([withoutUnseen(name)], () => onFolder(folder + name));
    for (const name of found.keys) rows.add([withoutUnseen(name)], () => onKey(folder + name));
    const note = noteOf(found);
    if (note !== '') parts.push(html('p', { class: 'note' }, note));
    if (rows.root.childElementCount > 0) parts.push(rows.root);
  }
  into.replaceChildren(...parts);
  into.hidden = false;
  heading.focus();
}

function noteOf({ folders, keys, isCut }: FolderList): string {
  if (isCut) return 'This folder has more than is listed here. Type the key of an image that is missing.';
  return folders.length + keys.length === 0 ? 'No images in this folder that this page may list.' : '';
}

/** A button for each folder on the way, from the root. */
function wayTo(folder: string, onFolder: (folder: string) => void): HTMLElement {
  const names = folder.split('/').slice(0, -1);
  const steps = ['all', ...names].map((name, at) => {
    const to = names.slice(0, at).map((one) => `${one}/`);
    const isLast = at === names.length;
    const button = html('button', { type: 'button', class: 'quiet' }, withoutUnseen(name));
    if (isLast) button.setAttribute('aria-current', 'true');
    button.addEventListener('click', () => onFolder(to.join('')));
    return html('li', {}, button);
  });
  return html('nav', { 'aria-label': 'Folders on the way' }, html('ol', { class: 'way' }, ...steps));
}
