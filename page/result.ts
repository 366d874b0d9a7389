// Shows one object: picture, summary, bar, tags, map; or the reason why there is no answer.
import { toBlockTabs } from './blocks';
import { html } from './dom';
import { durationText, type Facts, type Place, toFacts } from './facts';
import { mapView } from './map';
import { seeMetadata, showMetadata } from './metadata';
import { type ObjectPanel, objectPanel, type PanelOptions, type PendingAnswer } from './object-panel';
import { addPicture } from './picture';
import { rangeBar } from './range-bar';
import { ifdsOf, isObject } from './rows';
import { exifIn, ignoreAbort, mayBeVideo, type PageProblem, type Source, type StyleAnswer } from './source';

/** How a source is shown: in which element, in which style, until when; and functions to tell the page about it. */
export type ShowOptions = PanelOptions & Readonly<{ into: HTMLElement }>;

/**
 * Shows a source; true when there was an answer. The other blocks, the map and the picture are added later. Rejects only when
 * `signal` is aborted.
 */
export async function showSource(source: Source, showing: ShowOptions): Promise<boolean> {
  const { into, signal, say } = showing;
  // Both styles are requested at the same time.
  const [first, ahead] = lookAhead(source, showing);
  const answer = await first;
  signal.throwIfAborted();
  if (answer.kind === 'answer') {
    await showImage(source, showing, { first: answer, ahead });
    return true;
  }
  if (source.only === null && mayBeVideo(answer) && (await showVideo(source, showing))) return true;
  into.replaceChildren(problemView(source.name, answer));
  say(`${source.name}: ${answer.title}. ${answer.detail}`);
  return false;
}

/** The style from which everything but the tags is made, and the style in which the tags are shown. */
function lookAhead(
  source: Source,
  { style, signal }: ShowOptions,
): readonly [first: PendingAnswer, ahead: PendingAnswer] {
  const first = source.see(exifIn(source.only ?? 'typed'), signal);
  if (source.only !== null || style === 'typed') return [first, first];
  const ahead = source.see(exifIn(style), signal);
  ahead.catch(() => undefined); // the code that awaits it gets the error
  return [first, ahead];
}

type ImageAnswers = Readonly<{ first: StyleAnswer; ahead: PendingAnswer }>;

async function showImage(source: Source, showing: ShowOptions, exif: ImageAnswers): Promise<void> {
  const { signal, say } = showing;
  const { first } = exif;
  const facts = toFacts(first.json);
  const isWithout = source.only === null && ifdsOf(first.json).size === 0;
  const line = isWithout ? 'No EXIF in this picture' : facts.line || 'A picture that says nothing of its camera';
  const panel = objectPanel(source, showing, exif);
  const top = headView(source, { ...facts, line }, first);
  const side = fill(showing.into, top, panel, first);
  await panel.ready;
  const count = panel.root.querySelector('.count')?.textContent ?? '';
  say(`${source.name}: ${facts.line === '' ? 'no camera data' : facts.line}. ${count}.`);
  void addMap(side, facts.place ?? noPlace('picture'), signal);
  const picture = addPicture({ into: top, source, facts, signal, say });
  if (source.only !== null) return panel.add(toBlockTabs(first.json), false);
  const addBlocks = async (): Promise<void> => {
    const found = await seeMetadata(source, signal);
    signal.throwIfAborted();
    if (!('kind' in found)) return showMetadata(found, { top, panel, picture, isWithout, say });
    const note = html('p', { class: 'note' }, `The other metadata cannot be shown. ${found.title}: ${found.detail}`);
    top.querySelector('.words')?.append(note);
  };
  addBlocks().catch(ignoreAbort);
}

/** Shows a video, which has no EXIF and no picture; false when the object is not a video. */
async function showVideo(source: Source, showing: ShowOptions): Promise<boolean> {
  const { signal, say } = showing;
  const found = await seeMetadata(source, signal);
  signal.throwIfAborted();
  if ('kind' in found || !isObject(found.typed.json) || !isObject(found.typed.json['video'])) return false;
  const { flat } = found;
  const facts = toFacts(flat.json);
  const duration = isObject(flat.json) ? durationText(Number(flat.json['duration'] ?? 0)) : '';
  const about = [...facts.about, duration].filter((text) => text !== '');
  const line = facts.line || 'A video that says nothing of its camera';
  const panel = objectPanel(source, showing, null);
  const top = headView(source, { ...facts, line, about }, flat);
  const side = fill(showing.into, top, panel, flat);
  say(`${source.name}: ${line}.`);
  showMetadata(found, { top, panel, picture: null, isWithout: true, say });
  void addMap(side, facts.place ?? noPlace('video'), signal);
  return true;
}

/** Fills the page; returns the column for the map. */
function fill(into: HTMLElement, top: HTMLElement, panel: ObjectPanel, { reads }: StyleAnswer): HTMLElement {
  const side = html('div', { class: 'side' });
  into.replaceChildren(top, rangeBar(reads), html('div', { class: 'columns' }, panel.root, side));
  return side;
}

function headView(source: Source, facts: Facts, answer: StyleAnswer): HTMLElement {
  const where = source.where === 'file' ? 'Your file, read in this page' : 'Object';
  const notes = [...answer.notes, ...facts.warnings.map((text) => `Damaged: ${text}`)];
  return html(
    'div',
    { class: 'head' },
    html(
      'div',
      { class: 'words' },
      html('p', { class: 'kicker' }, `${where} `, html('span', { class: 'object' }, source.name)),
      html('h2', { id: 'line', tabindex: '-1' }, facts.line),
      html('ul', { class: 'about' }, ...facts.about.map((text) => html('li', {}, text))),
      notes.length === 0 ? null : html('ul', { class: 'notes' }, ...notes.map((text) => html('li', {}, text))),
    ),
  );
}

async function addMap(side: HTMLElement, place: Place | HTMLElement, signal: AbortSignal): Promise<void> {
  const view = place instanceof HTMLElement ? place : await mapView(place);
  if (!signal.aborted) side.append(view);
}

function noPlace(what: 'picture' | 'video'): HTMLElement {
  const heading = html('h3', { id: 'where-heading' }, 'Where');
  const note = html('p', { class: 'note' }, `The ${what} does not say where it was taken.`);
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
