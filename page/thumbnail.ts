// The upright thumbnail next to the line that sums up the picture.
import { html } from './dom';
import type { Facts } from './facts';
import type { Source } from './source';

/** Puts the thumbnail of `source` in front, where it has one that can be shown; the blob lives until `signal` fires. */
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

/** A turned image is laid out as if it were not: the box around it has the sides that are seen. */
function giveSides(figure: HTMLElement, { naturalWidth, naturalHeight }: HTMLImageElement, turn: number): void {
  const [wide, high] = turn >= 5 ? [naturalHeight, naturalWidth] : [naturalWidth, naturalHeight];
  figure.style.setProperty('--wide', String(wide));
  figure.style.setProperty('--high', String(high));
}
