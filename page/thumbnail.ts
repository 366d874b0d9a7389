// The upright thumbnail next to the summary.
import { html } from './dom';
import type { Facts } from './facts';
import type { Source } from './source';

/** Adds the thumbnail of `source`, if it has one that can be shown. The blob is kept until `signal` fires. */
export async function addThumbnail(top: HTMLElement, source: Source, facts: Facts, signal: AbortSignal): Promise<void> {
  if (!facts.hasThumbnail) return;
  const thumbnail = await source.thumbnail(signal).catch(() => null);
  if (thumbnail === null || signal.aborted) return;
  const turn = thumbnail.orientation ?? facts.orientation;
  const url = URL.createObjectURL(thumbnail.blob);
  signal.addEventListener('abort', () => URL.revokeObjectURL(url));
  const image = html('img', { src: url, alt: 'Thumbnail stored in the picture', class: `turn-${turn}` });
  const figure = html('figure', { class: 'thumbnail' }, image);
  top.prepend(figure);
  await image.decode().then(
    () => giveSides(figure, image, turn),
    () => figure.remove(), // it is not a JPEG after all
  );
}

/** CSS lays out a turned image as if it were not turned. So the box around it gets the visible width and height. */
function giveSides(figure: HTMLElement, { naturalWidth, naturalHeight }: HTMLImageElement, turn: number): void {
  const [wide, high] = turn >= 5 ? [naturalHeight, naturalWidth] : [naturalWidth, naturalHeight];
  figure.style.setProperty('--wide', String(wide));
  figure.style.setProperty('--high', String(high));
}
