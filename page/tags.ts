// The tags by IFD: search, the switch of styles, copying one value or the whole answer.
import { copyText } from './copy';
import { html } from './dom';
import { moveFocus } from './pick-list';
import { countRows, filterGroups, type Group, type Row } from './rows';
import { styleNames } from './source';

/** Events of the panel: the user chose another style; a text for screen readers. */
export type TagEvents = Readonly<{ onStyle(style: string): void; say(text: string): void }>;

/** The panel; `show` puts an answer into it. */
export type TagPanel = Readonly<{
  root: HTMLElement;
  show(style: string, groups: readonly Group[], text: string): void;
  /** Shows the reason why there is no answer. */
  fail(message: Node): void;
}>;

/** The placeholder of the search field: only tables are searched. */
const searchWords = { table: 'Search tags', json: 'Search: in the table only' } as const;

/** A panel for a source that can be shown in all styles, or only in the style `only`. `request`: shows how to repeat the request. */
export function tagPanel(
  only: string | null,
  style: string,
  events: TagEvents,
  request: HTMLElement | null = null,
): TagPanel {
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
    list.replaceChildren(...found.map((group) => table(group, events)));
    if (found.length === 0) list.append(html('p', { class: 'note' }, emptyText(groups)));
    list.querySelector('.copy')?.setAttribute('tabindex', '0');
  };
  search.addEventListener('input', draw);
  list.addEventListener('keydown', (event) => moveFocus(event, '.copy'));
  parts.copy.addEventListener('click', () => void copyText(parts.copy, whole, 'the whole answer', events.say));
  parts.raw.addEventListener('click', () => {
    toggleRaw(parts);
    draw();
  });
  const root = frame(
    parts,
    only === null ? styleSwitch(style, events) : html('p', { class: 'note' }, `Signed for one style only: ${only}.`),
    request,
  );
  return {
    root,
    show: (shown, next, text) => {
      groups = next;
      whole = text;
      failure = null;
      setAnswered(parts, true);
      root.dataset['style'] = shown;
      json.textContent = indent(text);
      draw();
    },
    fail: (message) => {
      failure = message;
      count.textContent = '';
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

/** The elements of the panel: heading and count, the style switch or a note, the tools, the request, the tables. */
function frame(
  { search, count, list, json, raw, copy }: Parts,
  choice: HTMLElement,
  request: HTMLElement | null,
): HTMLElement {
  return html(
    'section',
    { class: 'tags card', 'aria-labelledby': 'tags-heading' },
    html('div', { class: 'tags-top' }, html('h3', { id: 'tags-heading' }, 'Tags'), count),
    choice,
    html(
      'div',
      { class: 'tools' },
      html('div', { class: 'find' }, html('label', { for: 'search', class: 'hidden' }, 'Search tags'), search),
      html('div', { class: 'acts' }, raw, copy),
    ),
    request,
    list,
    json,
  );
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

function emptyText(groups: readonly Group[]): string {
  return groups.length === 0 ? 'No EXIF in this picture.' : 'No tag contains these words.';
}

/** The styles as radio buttons: arrow keys move between them. */
function styleSwitch(style: string, events: TagEvents): HTMLElement {
  const options = styleNames.map((name) => {
    const input = html('input', { type: 'radio', name: 'style', value: name, checked: name === style });
    input.addEventListener('change', () => events.onStyle(name));
    return html('label', {}, input, html('span', {}, name));
  });
  return html('fieldset', { class: 'styles' }, html('legend', { class: 'hidden' }, 'Style of the answer'), ...options);
}

const columns = ['Tag', 'Value', 'Copy'];

/** The elements have these roles already, but the styles for narrow screens would remove them. */
function table({ name, rows }: Group, events: TagEvents): HTMLElement {
  const id = `ifd-${name.replace(/[^a-z0-9]/gi, '-')}`;
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
    html('td', { role: 'cell' }, html('div', { class: 'value' }, text)),
    html('td', { class: 'act', role: 'cell' }, button),
  );
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
