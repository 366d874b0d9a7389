// The tags by IFD and the other blocks in tabs: search, the switch of styles, copying one value or the whole answer.
import { copyText } from './copy';
import { html } from './dom';
import { moveFocus } from './pick-list';
import { countRows, filterGroups, type Group, type Row } from './rows';
import { styleNames } from './source';
import { type Tabs, tabList } from './tabs';

/** Events of the panel: the user picked a tab; a text for screen readers. */
export type TagEvents = Readonly<{ onTab(id: string): void; say(text: string): void }>;

/** The content of a tab. `style` is null for a tab that has no styles; `notes` are shown above the rows. */
export type TagContent = Readonly<{
  style: string | null;
  notes: readonly string[];
  groups: readonly Group[];
  text: string;
}>;

/** The panel; `show` puts an answer into it. */
export type TagPanel = Readonly<{
  root: HTMLElement;
  tabs: Tabs;
  show(content: TagContent): void;
  /** Shows the reason why there is no answer. */
  fail(message: Node): void;
}>;

/** A value with more than this is shown in part, and scrolls. */
const longValue = { characters: 600, lines: 12 } as const;
/** The placeholder of the search field: only tables are searched. */
const searchWords = { table: 'Search tags', json: 'Search: in the table only' } as const;

/** `choice`: how the style of the EXIF is chosen; null without EXIF. `request`: shows how to repeat the request. */
export type TagOptions = Readonly<{ choice: HTMLElement | null; request: HTMLElement | null }>;

/** An empty panel. */
export function tagPanel({ choice, request }: TagOptions, events: TagEvents): TagPanel {
  let groups: readonly Group[] = [];
  let whole = '';
  let failure: Node | null = null;
  const parts = makeParts();
  const { search, count, list, json } = parts;
  const draw = (): void => {
    if (failure !== null) return list.replaceChildren(failure);
    const words = search.disabled ? '' : search.value;
    const found = filterGroups(groups, words);
    count.textContent = countText(countRows(groups), words.trim() === '' ? null : countRows(found));
    list.replaceChildren(...found.map((group, at) => table(group, at, events)));
    if (found.length === 0) list.append(html('p', { class: 'note' }, emptyText(groups, root.dataset['style'])));
    list.querySelector('.copy')?.setAttribute('tabindex', '0');
  };
  search.addEventListener('input', draw);
  list.addEventListener('keydown', (event) => moveFocus(event, '.copy'));
  parts.copy.addEventListener('click', () => void copyText(parts.copy, whole, 'the whole answer', events.say));
  parts.raw.addEventListener('click', () => {
    toggleRaw(parts);
    draw();
  });
  const content = html('div', { class: 'tab-content' }, ...contentOf(parts, choice, request));
  const tabs = tabList('Blocks of the metadata', content, events.onTab);
  const heading = html('h3', { id: 'tags-heading' }, 'Tags');
  const root = html(
    'section',
    { class: 'tags card', 'aria-labelledby': 'tags-heading' },
    html('div', { class: 'tags-top' }, heading, count),
    tabs.root,
    content,
  );
  return {
    root,
    tabs,
    show: ({ style, notes, groups: next, text }) => {
      groups = next;
      whole = text;
      failure = null;
      setAnswered(parts, true);
      if (style === null) delete root.dataset['style'];
      else root.dataset['style'] = style;
      if (choice !== null) choice.hidden = style === null;
      parts.notes.replaceChildren(...notes.map((note) => html('li', {}, note)));
      json.textContent = indent(text);
      draw();
    },
    fail: (message) => {
      failure = message;
      count.textContent = '';
      parts.notes.replaceChildren();
      setAnswered(parts, false);
      draw();
    },
  };
}

type Parts = ReturnType<typeof makeParts>;

function makeParts() {
  return {
    search: html('input', { type: 'search', id: 'search', placeholder: searchWords.table, autocomplete: 'off' }),
    count: html('p', { class: 'count', role: 'status' }),
    notes: html('ul', { class: 'block-notes' }),
    list: html('div', { class: 'tables' }),
    json: html('pre', {
      class: 'json',
      tabindex: '0',
      role: 'region',
      'aria-label': 'The answer as JSON',
      hidden: true,
    }),
    raw: html('button', { type: 'button', class: 'quiet', 'aria-pressed': 'false' }, 'JSON'),
    copy: html('button', { type: 'button', class: 'quiet' }, 'Copy all'),
  };
}

/** The style switch or a note, the tools, the request, the notes, the tables. */
function contentOf(
  { search, notes, list, json, raw, copy }: Parts,
  choice: HTMLElement | null,
  request: HTMLElement | null,
): readonly (HTMLElement | null)[] {
  return [
    choice,
    html(
      'div',
      { class: 'tools' },
      html('div', { class: 'find' }, html('label', { for: 'search', class: 'hidden' }, 'Search tags'), search),
      html('div', { class: 'acts' }, raw, copy),
    ),
    request,
    notes,
    list,
    json,
  ];
}

function toggleRaw({ raw, json, list, search }: Parts): void {
  const isRaw = raw.getAttribute('aria-pressed') !== 'true';
  search.disabled = isRaw;
  search.placeholder = isRaw ? searchWords.json : searchWords.table;
  raw.setAttribute('aria-pressed', String(isRaw));
  json.hidden = !isRaw;
  list.hidden = isRaw;
}

/** Without an answer there is nothing to copy, and no JSON to show before the reason. */
function setAnswered(parts: Parts, isAnswered: boolean): void {
  if (!isAnswered && !parts.json.hidden) toggleRaw(parts);
  parts.raw.disabled = !isAnswered;
  parts.copy.disabled = !isAnswered;
}

/** `found` null = nothing is searched for. */
function countText(all: number, found: number | null): string {
  const whole = `${all} ${all === 1 ? 'value' : 'values'}`;
  return found === null ? whole : `${found} of ${whole}`;
}

/** `style` is undefined for a tab that has no styles. */
function emptyText(groups: readonly Group[], style: string | undefined): string {
  if (groups.length > 0) return 'No tag contains these words.';
  return style === undefined ? 'No values.' : 'No EXIF in this picture.';
}

/** The styles as radio buttons: arrow keys move between them. */
export function styleSwitch(style: string, onStyle: (style: string) => void): HTMLElement {
  const options = styleNames.map((name) => {
    const input = html('input', { type: 'radio', name: 'style', value: name, checked: name === style });
    input.addEventListener('change', () => onStyle(name));
    return html('label', {}, input, html('span', {}, name));
  });
  return html('fieldset', { class: 'styles' }, html('legend', { class: 'hidden' }, 'Style of the answer'), ...options);
}

const columns = ['Tag', 'Value', 'Copy'];

/** The elements have these roles already, but the styles for narrow screens would remove them. */
function table({ name, rows }: Group, at: number, events: TagEvents): HTMLElement {
  const id = `group-${at}`;
  const head = html(
    'thead',
    { class: 'hidden', role: 'rowgroup' },
    html('tr', { role: 'row' }, ...columns.map((text) => html('th', { scope: 'col', role: 'columnheader' }, text))),
  );
  const widths = html(
    'colgroup',
    {},
    html('col', { class: 'of-name' }),
    html('col'),
    html('col', { class: 'of-copy' }),
  );
  const body = html('tbody', { role: 'rowgroup' }, ...rows.map((row) => line(row, events)));
  return html(
    'section',
    { class: 'ifd', 'aria-labelledby': id },
    html('h4', { id }, name, html('span', { class: 'number' }, ` ${rows.length}`)),
    html('table', { 'aria-labelledby': id, role: 'table' }, widths, head, body),
  );
}

function line({ name, text, id, type }: Row, events: TagEvents): HTMLElement {
  const button = html(
    'button',
    { type: 'button', class: 'copy', tabindex: '-1', 'aria-label': `Copy ${name}` },
    'Copy',
  );
  button.addEventListener('click', () => void copyText(button, text, name, events.say));
  const about = [id === name ? '' : id, type].filter((part) => part !== '').join(' · ');
  return html(
    'tr',
    { role: 'row' },
    html(
      'th',
      { scope: 'row', role: 'rowheader' },
      html('span', { class: 'name' }, name),
      about === '' ? null : html('small', {}, about),
    ),
    html('td', { role: 'cell' }, valueView(name, text)),
    html('td', { class: 'act', role: 'cell' }, button),
  );
}

/** A long value scrolls, so it must be reachable by keyboard. */
function valueView(name: string, text: string): HTMLElement {
  const isLong = text.length > longValue.characters || text.split('\n').length > longValue.lines;
  const scrolls = { class: 'value long', tabindex: '0', role: 'region', 'aria-label': name };
  return html('div', isLong ? scrolls : { class: 'value' }, text);
}

/** Invisible characters stay escaped: they could reverse the direction of a line. */
function indent(text: string): string {
  try {
    const json = JSON.stringify(JSON.parse(text), null, 2);
    return json.replace(/[\p{Cf}\u007f-\u009f\u2028\u2029]/gu, escaped);
  } catch {
    return text;
  }
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at).toString(16));
  return units.map((unit) => `\\u${unit.padStart(4, '0')}`).join('');
}
