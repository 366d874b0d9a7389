// A list of buttons of which the user picks one. It is one stop of the Tab key; the arrow keys move between the buttons.
import { html } from './dom';

/** A row: its button is pressed while its object is shown; `cells` are the texts of the row. */
export type PickRow = Readonly<{ button: HTMLButtonElement; cells: readonly HTMLElement[] }>;

/** The list; `add` puts a row at its end, with the text of each cell. */
export type PickList = Readonly<{
  root: HTMLUListElement;
  add(texts: readonly string[], onPick: (row: PickRow) => void): PickRow;
}>;

/** An empty list with a name for screen readers. */
export function pickList(label: string): PickList {
  const root = html('ul', { class: 'picks', 'aria-label': label });
  root.addEventListener('keydown', (event) => moveFocus(event, '.pick'));
  return {
    root,
    add(texts, onPick) {
      const cells = texts.map((text) => html('span', {}, text));
      const tabindex = root.childElementCount === 0 ? '0' : '-1';
      const button = html('button', { type: 'button', class: 'pick', tabindex, 'aria-pressed': 'false' }, ...cells);
      const row = { button, cells };
      button.addEventListener('click', () => {
        press(root, button);
        onPick(row);
      });
      root.append(html('li', {}, button));
      return row;
    },
  };
}

/** Marks a button of a list as the one whose object is shown. */
function press(list: HTMLElement, button: HTMLButtonElement): void {
  for (const other of list.querySelectorAll('[aria-pressed=true]')) other.setAttribute('aria-pressed', 'false');
  for (const stop of list.querySelectorAll('[tabindex="0"]')) stop.setAttribute('tabindex', '-1');
  button.setAttribute('aria-pressed', 'true');
  button.tabIndex = 0;
}

/** Moves the focus between the elements of a list that match `selector`, by the arrow keys, Home and End. */
export function moveFocus(event: KeyboardEvent, selector: string): void {
  const { currentTarget, target, key } = event;
  if (!(currentTarget instanceof HTMLElement && target instanceof HTMLElement) || !target.matches(selector)) return;
  const stops = [...currentTarget.querySelectorAll<HTMLElement>(selector)];
  const at = stops.indexOf(target);
  const places: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    Home: 0,
    End: stops.length - 1,
  };
  const next = stops[places[key] ?? -1];
  if (next === undefined) return;
  event.preventDefault();
  for (const stop of stops) stop.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}
