// The blocks next to the EXIF of one object: requests them, and adds them to what is shown.
import { aiText } from './ai-label';
import { type MetadataAnswers, toTabs } from './blocks';
import { html } from './dom';
import { facesOf } from './faces';
import type { ObjectPanel } from './object-panel';
import type { Picture } from './picture';
import { isObject } from './rows';
import type { PageProblem, Source } from './source';

/** Containers of raw formats, and others that may have a preview outside of IFD1. */
const withPreview: readonly unknown[] = ['tiff', 'cr3', 'raf', 'rw2', 'mrw', 'x3f', 'heif', 'psd'];

/** Both answers about the metadata of a source, or the reason why there are none. Rejects when `signal` is aborted. */
export async function seeMetadata(source: Source, signal: AbortSignal): Promise<MetadataAnswers | PageProblem> {
  const pending = [source.see('metadata', signal), source.see('metadata/style/typed', signal)] as const;
  const [flat, typed] = await Promise.all(pending);
  if (flat.kind === 'problem') return flat;
  return typed.kind === 'problem' ? typed : { flat, typed };
}

/** Where the blocks are added. `isWithout`: the object has no EXIF. */
export type BlocksOptions = Readonly<{
  top: HTMLElement;
  panel: ObjectPanel;
  picture: Picture | null;
  isWithout: boolean;
  say(text: string): void;
}>;

/** Adds the tabs, the AI label, the faces and the offer of a preview. */
export function showMetadata(answers: MetadataAnswers, { top, panel, picture, isWithout, say }: BlocksOptions): void {
  const tabs = toTabs(answers);
  panel.add(tabs, isWithout && tabs.length > 1);
  const ai = aiText(answers.flat.json);
  if (ai !== null) top.querySelector('.words')?.append(html('p', { class: 'ai' }, ai));
  const blocks = tabs.slice(1).map(({ label }) => label);
  say([blocks.length === 0 ? 'No other metadata' : `Other metadata: ${blocks.join(', ')}`, ai ?? ''].join('. '));
  if (picture === null || !isObject(answers.typed.json)) return;
  const { format, derived, blocks: found } = answers.typed.json;
  const { width, height, orientation } = isObject(derived) ? derived : {};
  if (typeof width === 'number' && typeof height === 'number') {
    picture.drawFaces(facesOf(answers.flat.json, Number(orientation ?? 1)), { width, height });
  }
  if (withPreview.includes(format) || (isObject(found) && found['mpf'] !== undefined)) picture.offerPreview();
}
