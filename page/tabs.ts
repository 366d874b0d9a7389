// Tabs of one panel, as in the ARIA Authoring Practices: one stop of the Tab key; the arrow keys, Home and End pick a tab.
import { html } from './dom';

/** `add` puts a tab at the end; `pick` shows one as if the user had picked it. */
export type Tabs = Readonly<{ root: HTMLElement; add(id: string, label: string): void; pick(id: string): void }>;

/** Tabs that show their content in `panel`, which gets its role and name from them. */
export function tabList(label: string, panel: HTMLElement, onPick: (id: string) => void): Tabs {
  const root = html('div', { class: 'tabs', role: 'tablist', 'aria-label': label });
  const buttons = new Map<string, HTMLButtonElement>();
  panel.id = 'tab-panel';
  panel.setAttribute('role', 'tabpanel');
  const mark = (id: string): void => {
    for (const [name, button] of buttons) {
      button.setAttribute('aria-selected', String(name === id));
      button.tabIndex = name === id ? 0 : -1;
    }
    panel.setAttribute('aria-labelledby', `tab-${id}`);
  };
  const pick = (id: string): void => {
    mark(id);
    onPick(id);
  };
  root.addEventListener('keydown', (event) => {
    const ids = [...buttons.keys()];
    const at = ids.findIndex((id) => buttons.get(id) === event.target);
    const next = ids[placeAfter(event.key, at, ids.length)];
    if (at < 0 || next === undefined) return;
    event.preventDefault();
    pick(next);
    buttons.get(next)?.focus();
  });
  return {
    root,
    pick,
    add(id, text) {
      const button = html('button', { type: 'button', role: 'tab', id: `tab-${id}`, 'aria-controls': panel.id }, text);
      button.addEventListener('click', () => pick(id));
      buttons.set(id, button);
      root.append(button);
      const [first = id] = buttons.keys();
      if (first === id) mark(id);
      else {
        button.setAttribute('aria-selected', 'false');
        button.tabIndex = -1;
      }
    },
  };
}

/** The place of the tab that a key leads to, from the first after the last one; -1 for any other key. */
function placeAfter(key: string, at: number, count: number): number {
  if (key === 'ArrowRight') return (at + 1) % count;
  if (key === 'ArrowLeft') return (at + count - 1) % count;
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : -1;
}
