// The panel of one object: the EXIF in any style, and a tab for each other block.
import type { BlockTab } from './blocks';
import { html } from './dom';
import { requestTools } from './request-tools';
import { ifdsOf, isObject, toGroups } from './rows';
import { exifIn, ignoreAbort, type PageProblem, type Source, type StyleAnswer } from './source';
import { styleSwitch, tagPanel } from './tags';

export type PendingAnswer = Promise<StyleAnswer | PageProblem>;

/** `first` has the IFD of each tag, and is shown when the source has one style; `ahead` is in the style that is shown first. */
export type ExifAnswers = Readonly<{ first: StyleAnswer; ahead: PendingAnswer }>;

export type PanelOptions = Readonly<{
  style: string;
  signal: AbortSignal;
  say(text: string): void;
  onStyle(style: string): void;
}>;

/** `ready`: the EXIF is shown. `add` adds tabs; with `first`, the first of them is shown unless the user has picked something. */
export type ObjectPanel = Readonly<{
  root: HTMLElement;
  ready: Promise<void>;
  add(tabs: readonly BlockTab[], first: boolean): void;
}>;

/** The panel of a source. `exif` is null for an object without EXIF, such as a video. */
export function objectPanel(source: Source, options: PanelOptions, exif: ExifAnswers | null): ObjectPanel {
  const { signal, say } = options;
  const tools = requestTools(source, say);
  const added = new Map<string, BlockTab>();
  let style = source.only ?? options.style;
  let turn = 0;
  const repeat = (operation: string): void => {
    tools?.show(operation).catch(() => undefined); // without WebCrypto there is no answer to repeat
  };
  const showExif = async ({ first, ahead }: ExifAnswers): Promise<void> => {
    const mine = ++turn;
    const isHere = style === 'typed' || source.only !== null;
    const answer = isHere ? first : await (style === options.style ? ahead : source.see(exifIn(style), signal));
    if (mine !== turn || signal.aborted) return;
    repeat(exifIn(style));
    if (answer.kind === 'problem') return panel.fail(html('p', { class: 'note' }, `${answer.title}: ${answer.detail}`));
    const isEmpty = isObject(answer.json) && answer.json['error'] === 'no exif data';
    const groups = isEmpty ? [] : toGroups(answer.json, ifdsOf(first.json));
    panel.show({ style, notes: [], groups, text: answer.text });
  };
  const onTab = (id: string): void => {
    const tab = added.get(id);
    if (tab === undefined) {
      if (exif !== null) showExif(exif).catch(ignoreAbort);
      return;
    }
    turn++;
    panel.show({ ...tab, style: null });
    repeat(tab.operation);
  };
  const onStyle = (next: string): void => {
    style = next;
    options.onStyle(next);
    onTab('exif');
  };
  const choice = source.only === null ? styleSwitch(style, onStyle) : signedNote(source.only);
  const panel = tagPanel({ choice: exif === null ? null : choice, request: tools?.root ?? null }, { onTab, say });
  if (exif !== null) panel.tabs.add('exif', 'EXIF');
  return {
    root: panel.root,
    ready: exif === null ? Promise.resolve() : showExif(exif),
    add(tabs, isFirst) {
      const isUntouched = turn <= 1;
      for (const tab of tabs) {
        added.set(tab.id, tab);
        panel.tabs.add(tab.id, tab.label);
      }
      const [first] = tabs;
      if (isFirst && isUntouched && first !== undefined) panel.tabs.pick(first.id);
    },
  };
}

function signedNote(style: string): HTMLElement {
  return html('p', { class: 'note' }, `Signed for one style only: ${style}.`);
}
