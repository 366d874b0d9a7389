// Shows one object: thumbnail, summary, bar, tags, map; or the reason why there is no answer.
import { html } from './dom';
import { type Facts, toFacts } from './facts';
import { mapView } from './map';
import { rangeBar } from './range-bar';
import { requestTools } from './request-tools';
import { ifdsOf, isObject, toGroups } from './rows';
import type { PageProblem, Source, StyleAnswer } from './source';
import { type TagPanel, tagPanel } from './tags';
import { addThumbnail } from './thumbnail';

/** How a source is shown: in which element, in which style, until when; and functions to tell the page about it. */
export type ShowOptions = Readonly<{
  into: HTMLElement;
  style: string;
  signal: AbortSignal;
  say(text: string): void;
  onStyle(style: string): void;
}>;

/** Shows a source; true when there was an answer. Map and thumbnail are added later. Rejects only when `signal` is aborted. */
export async function showSource(source: Source, showing: ShowOptions): Promise<boolean> {
  const { into, signal, say } = showing;
  // Both styles are requested at the same time.
  const [first, ahead] = lookAhead(source, showing);
  const answer = await first;
  signal.throwIfAborted();
  if (answer.kind === 'problem') {
    into.replaceChildren(problemView(source.name, answer));
    say(`${source.name}: ${answer.title}. ${answer.detail}`);
    return false;
  }
  const facts = toFacts(answer.json);
  const ifds = ifdsOf(answer.json);
  let asked = 0;
  const toStyle = async (style: string): Promise<void> => {
    const turn = ++asked;
    const isHere = style === 'typed' || source.only !== null;
    const next = isHere ? answer : await (style === showing.style ? ahead : source.see(style, signal));
    if (turn !== asked || signal.aborted) return;
    fill(panel, style, next, ifds);
    tools?.show(style).catch(() => undefined); // without WebCrypto there is no answer to repeat
  };
  const tools = requestTools(source, say);
  const onStyle = (style: string): void => {
    showing.onStyle(style);
    toStyle(style).catch(ignoreAbort);
  };
  const panel = tagPanel(source.only, showing.style, { say, onStyle }, tools?.root);
  const side = html('div', { class: 'side' });
  const isWithout = source.only === null && ifds.size === 0;
  const top = headView(source, isWithout ? { ...facts, line: 'No EXIF in this picture' } : facts, answer);
  into.replaceChildren(top, rangeBar(answer.reads), html('div', { class: 'columns' }, panel.root, side));
  await toStyle(source.only ?? showing.style);
  const count = panel.root.querySelector('.count')?.textContent ?? '';
  say(`${source.name}: ${facts.line === '' ? 'no camera data' : facts.line}. ${count}.`);
  void addMap(side, facts, signal);
  void addThumbnail(top, source, facts, signal);
  return true;
}

type PendingAnswer = Promise<StyleAnswer | PageProblem>;

/** The style from which everything but the tags is made, and the style in which the tags are shown. */
function lookAhead(
  source: Source,
  { style, signal }: ShowOptions,
): readonly [first: PendingAnswer, ahead: PendingAnswer] {
  const first = source.see(source.only ?? 'typed', signal);
  if (source.only !== null || style === 'typed') return [first, first];
  const ahead = source.see(style, signal);
  ahead.catch(() => undefined); // the code that awaits it gets the error
  return [first, ahead];
}

function fill(
  panel: TagPanel,
  style: string,
  answer: StyleAnswer | PageProblem,
  ifds: ReadonlyMap<string, string>,
): void {
  if (answer.kind === 'problem') return panel.fail(html('p', { class: 'note' }, `${answer.title}: ${answer.detail}`));
  const isEmpty = isObject(answer.json) && answer.json['error'] === 'no exif data';
  panel.show(style, isEmpty ? [] : toGroups(answer.json, ifds), answer.text);
}

function headView(source: Source, facts: Facts, answer: StyleAnswer): HTMLElement {
  const line = facts.line === '' ? 'A picture that says nothing of its camera' : facts.line;
  const where = source.where === 'file' ? 'Your file, read in this page' : 'Object';
  const notes = [...answer.notes, ...facts.warnings.map((text) => `Damaged: ${text}`)];
  return html(
    'div',
    { class: 'head' },
    html(
      'div',
      { class: 'words' },
      html('p', { class: 'kicker' }, `${where} `, html('span', { class: 'object' }, source.name)),
      html('h2', { id: 'line', tabindex: '-1' }, line),
      html('ul', { class: 'about' }, ...facts.about.map((text) => html('li', {}, text))),
      notes.length === 0 ? null : html('ul', { class: 'notes' }, ...notes.map((text) => html('li', {}, text))),
    ),
  );
}

async function addMap(side: HTMLElement, { place }: Facts, signal: AbortSignal): Promise<void> {
  const view = place === null ? noPlace() : await mapView(place);
  if (!signal.aborted) side.append(view);
}

function noPlace(): HTMLElement {
  const heading = html('h3', { id: 'where-heading' }, 'Where');
  const note = html('p', { class: 'note' }, 'The picture does not say where it was taken.');
  return html('section', { class: 'where card', 'aria-labelledby': 'where-heading' }, heading, note);
}

function problemView(name: string, { title, detail, facts, reads }: PageProblem): HTMLElement {
  const rows = facts.flatMap(([term, text]) => [html('dt', {}, term), html('dd', {}, text)]);
  return html(
    'div',
    { class: 'problem card' },
    html('p', { class: 'kicker' }, html('span', { class: 'object' }, name)),
    html('h2', { id: 'line', tabindex: '-1' }, title),
    html('p', {}, detail),
    rows.length === 0 ? null : html('dl', {}, ...rows),
    reads === null ? null : rangeBar(reads),
  );
}

/** An answer that is no longer wanted, because another object is shown, is not an error. */
export function ignoreAbort(error: unknown): void {
  if (!(error instanceof DOMException && error.name === 'AbortError')) throw error;
}
