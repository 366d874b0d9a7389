// The page: finds out what to show next (a sample, key, address or file) and shows the result.
import { showFolder } from './browse';
import { byId, html } from './dom';
import { withoutUnseen } from './facts';
import { readFragment, readTarget, toFragment, toTyped, withoutKey } from './object-address';
import { showSource } from './result';
import { isObject } from './rows';
import { listFolder, type ServiceAccess, serviceSource } from './service';
import type { Credential } from './sign';
import { ignoreAbort, pageProblem, type Source } from './source';
import { followTheme } from './theme';

/** How a result is shown: `focus` moves the focus to it, `push` adds it to the history, `keep` leaves the list above it. */
type Way = Readonly<{ focus: boolean; push: boolean; keep?: true }>;

const base = new URL('.', location.href).href;
const result = byId('result', HTMLElement);
const key = byId('key', HTMLInputElement);
const file = byId('file', HTMLInputElement);
const several = byId('several', HTMLElement);
const problem = byId('ask-problem', HTMLParagraphElement);
const welcome = [...result.childNodes];
const { title } = document;

let credential: Credential | null = null;
let style = 'flat';
let running = new AbortController();
/** Ends the reading of the files in the list. */
let listing = new AbortController();
/** Counts the times that files were chosen or dropped: those of the last time are shown. */
let opened = 0;
/** Keys to try: those of the fragment, and those that the service lists. */
let given: readonly string[] = [];
let listed: readonly string[] = [];

start();

function start(): void {
  followTheme();
  takeFragment();
  addEventListener('popstate', takeFragment);
  byId('ask', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    readKey(key.value, { focus: true, push: true });
  });
  byId('skip', HTMLAnchorElement).addEventListener('click', (event) => {
    event.preventDefault(); // its fragment would replace the one with the key
    result.focus();
  });
  file.addEventListener('change', () => {
    void readLocal([...(file.files ?? [])]);
    file.value = ''; // the same file may be chosen again
  });
  acceptDrops();
  byId('browse', HTMLButtonElement).addEventListener('click', () => openFolder(''));
  void readSite();
  setTimeout(() => void loadRest(), 500);
}

/** After the first view, loads the code that reads and shows files, so that opening a file needs no request. */
async function loadRest(): Promise<void> {
  try {
    await Promise.all([import('./files'), import('../lib/browser/extra'), import('page:land'), keepIcon()]);
    await Promise.all([import('./file-metadata'), import('../lib/metadata/zones')]);
  } catch {
    // code that needs a missing part loads it again, and reports the error
  }
}

/** Browsers request the icon again when the address changes, as it does for a file. This puts the icon into the page. */
async function keepIcon(): Promise<void> {
  const icon = byId('icon', HTMLLinkElement);
  const reply = await fetch(icon.href);
  if (reply.ok) icon.href = URL.createObjectURL(await reply.blob());
}

/** The fragment, which browsers send to no server, may have a key and a credential. The secret is removed from the address bar at once. */
function takeFragment(): void {
  const fragment = readFragment(location.hash);
  if (fragment.credential !== null) {
    credential = fragment.credential;
    history.replaceState(null, '', fragment.key === null ? location.pathname : toFragment(fragment.key));
  }
  if (fragment.samples.length > 0) {
    given = fragment.samples;
    offerSamples();
  }
  if (fragment.key === null) return showWelcome();
  key.value = toTyped(fragment.key);
  readKey(key.value, { focus: false, push: false });
}

/** The page as it was before the first object. */
function showWelcome(): void {
  running.abort(overtaken());
  running = new AbortController();
  closeList();
  complain(null);
  markSample(null);
  giveTitle(null);
  key.value = '';
  result.replaceChildren(...welcome);
  for (const name of ['data-state', 'aria-busy', 'aria-label']) result.removeAttribute(name);
}

function overtaken(): DOMException {
  return new DOMException('Overtaken', 'AbortError');
}

function readKey(text: string, way: Way): void {
  const target = readTarget(text, base);
  if ('refused' in target) return complain(target.refused);
  complain(null);
  if (way.keep !== true) closeList();
  // The address bar must not show a signature, and it must not go on showing the earlier object.
  if (way.push) goTo(target.query === null ? toFragment(target.key) : '');
  markSample(target.key);
  show(serviceSource(target, access()), way);
}

function access(): ServiceAccess {
  return { origin: location.origin, host: location.host, credential };
}

/** Shows the object in the address bar; '' = an object that has no fragment. */
function goTo(fragment: string): void {
  if (fragment !== location.hash) history.pushState(null, '', addressOf(fragment));
}

function addressOf(fragment: string): string {
  return `${location.pathname}${location.search}${fragment}`;
}

/** A file has no key, so the field and the address bar must not go on showing the earlier object. */
function forgetKey(): void {
  complain(null);
  markSample(null);
  key.value = '';
  const fragment = withoutKey(location.hash);
  if (fragment !== location.hash) history.replaceState(null, '', addressOf(fragment));
}

/** Shows a file, or a list of several, unless the user requested something else while the code for files was loaded. */
async function readLocal(chosen: readonly File[]): Promise<void> {
  const [first] = chosen;
  if (first === undefined) return;
  forgetKey();
  closeList();
  const turn = ++opened;
  const before = running;
  const isLast = (): boolean => turn === opened && running === before;
  try {
    const { fileSource, listFiles } = await import('./files');
    if (!isLast()) return;
    if (chosen.length === 1) return show(fileSource(first), { focus: true, push: false });
    const { signal } = listing;
    const onPick = (source: Source): void => show(source, { focus: false, push: false });
    void listFiles(chosen, { into: several, signal, say, onPick });
  } catch {
    if (isLast()) show(withoutReader(first), { focus: true, push: false });
  }
}

/** Removes the list of files, because something else is shown. */
function closeList(): void {
  listing.abort(overtaken());
  listing = new AbortController();
  several.hidden = true;
  several.replaceChildren();
}

const withoutPictures = { thumbnail: async () => null, preview: async () => null };

/** A file that cannot be opened: the code for files was not loaded in time, and now the service has stopped or changed. */
function withoutReader({ name }: File): Source {
  const reason = pageProblem(
    'Cannot read this file',
    'The code that reads files cannot be loaded. Load the page again.',
  );
  return { name, where: 'file', only: null, request: null, see: async () => reason, ...withoutPictures };
}

/** Shows at the field why the typed text cannot be used. */
function complain(text: string | null): void {
  problem.textContent = text ?? '';
  problem.hidden = text === null;
  key.setAttribute('aria-invalid', String(text !== null));
  if (text !== null) key.focus();
}

function show(source: Source, way: Way): void {
  running.abort(overtaken());
  running = new AbortController();
  const { signal } = running;
  giveTitle(source.name);
  result.dataset['state'] = 'busy';
  result.setAttribute('aria-busy', 'true');
  result.setAttribute('aria-label', 'Result');
  const onStyle = (next: string): void => {
    style = next;
  };
  const shown = showSource(source, { into: result, style, signal, say, onStyle });
  shown
    .then((found) => {
      result.dataset['state'] = found ? 'found' : 'refused';
      result.setAttribute('aria-busy', 'false');
      if (way.focus) document.getElementById('line')?.focus();
    })
    .catch(ignoreAbort);
}

/** Sets the title of the tab and of the history entry; null = nothing is shown. */
function giveTitle(name: string | null): void {
  document.title = name === null ? title : `${withoutUnseen(name)} - ${title}`;
}

function say(text: string): void {
  byId('status', HTMLParagraphElement).textContent = text;
}

/** Requests what the service offers: a deployment offers nothing more, npm start keys to try, a list of its folder and documents. */
async function readSite(): Promise<void> {
  const reply = await fetch('-/page/site.json').catch(() => null);
  const json: unknown = reply?.ok ? await reply.json().catch(() => null) : null;
  const site = isObject(json) ? json : {};
  const keys: readonly unknown[] = Array.isArray(site['keys']) ? site['keys'] : [];
  listed = keys.filter((name) => typeof name === 'string').filter((name) => name !== '');
  offerSamples();
  byId('browse', HTMLButtonElement).hidden = site['list'] !== true;
  for (const name of ['docs', 'openapi']) byId(name, HTMLAnchorElement).hidden = site[name] !== true;
}

/** Lists a folder of the service, until something else is listed or shown. */
function openFolder(folder: string): void {
  listing.abort(overtaken());
  listing = new AbortController();
  const { signal } = listing;
  const list = async (path: string): ReturnType<typeof listFolder> => {
    const found = await listFolder(path, access());
    signal.throwIfAborted();
    return found;
  };
  const onKey = (name: string): void => {
    key.value = toTyped(name);
    readKey(key.value, { focus: false, push: true, keep: true });
  };
  showFolder(folder, { into: several, list, onFolder: openFolder, onKey }).catch(ignoreAbort);
}

/** A button for each key to try. */
function offerSamples(): void {
  const names = [...new Set([...given, ...listed])].slice(0, 24);
  const list = byId('sample-list', HTMLUListElement);
  list.replaceChildren();
  for (const name of names) {
    const button = html('button', { type: 'button', class: 'sample', 'aria-pressed': 'false' }, name);
    button.addEventListener('click', () => {
      key.value = toTyped(name);
      readKey(key.value, { focus: false, push: true });
    });
    list.append(html('li', {}, button));
  }
  byId('samples', HTMLDivElement).hidden = names.length === 0;
  markSample(readFragment(location.hash).key);
}

function markSample(name: string | null): void {
  for (const button of document.querySelectorAll('.sample')) {
    button.setAttribute('aria-pressed', String(button.textContent === name));
  }
}

/** Lets the user drop files anywhere on the page. */
function acceptDrops(): void {
  const veil = byId('drop', HTMLDivElement);
  const hasFile = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') === true;
  addEventListener('dragover', (event) => {
    if (!hasFile(event)) return;
    event.preventDefault();
    veil.hidden = false;
  });
  addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) veil.hidden = true;
  });
  addEventListener('drop', (event) => {
    if (!hasFile(event)) return;
    event.preventDefault();
    veil.hidden = true;
    void readLocal([...(event.dataTransfer?.files ?? [])]);
  });
}
