// The upright picture next to the summary: the thumbnail or the preview in the image, and the faces on it.
import { html } from './dom';
import { type Face, namesText, sameShape } from './faces';
import type { Facts } from './facts';
import { ignoreAbort, type Source, type Thumbnail } from './source';

/** `drawFaces` draws faces of an upright image of the given size. `offerPreview`: the image may have a preview. */
export type Picture = Readonly<{
  drawFaces(faces: readonly Face[], image: Size): void;
  offerPreview(): void;
}>;

type Size = Readonly<{ width: number; height: number }>;
type Kind = 'thumbnail' | 'preview';

/** Where the picture is put, and what it is of. */
export type PictureOptions = Readonly<{
  into: HTMLElement;
  source: Source;
  facts: Facts;
  signal: AbortSignal;
  say(text: string): void;
}>;

/** Adds the thumbnail, if there is one that can be shown. */
export function addPicture({ into, source, facts, signal, say }: PictureOptions): Picture {
  const frame = html('div', { class: 'thumbnail' });
  const names = html('p', { class: 'note' });
  const acts = html('div', { class: 'acts' });
  const figure = html('figure', { class: 'picture', tabindex: '-1' }, frame, html('figcaption', {}, names, acts));
  let shown: Size | null = null;
  let faces: readonly Face[] = [];
  let image: Size | null = null;

  const draw = (): void => {
    frame.querySelector('.faces')?.remove();
    const fits = shown !== null && image !== null && faces.length > 0 && sameShape(shown, image);
    names.textContent = fits ? namesText(faces) : '';
    if (fits) frame.append(faceBoxes(faces));
  };
  const show = async (kind: Kind): Promise<boolean> => {
    const found = await source[kind](signal).catch(() => null);
    if (found === null || signal.aborted) return false;
    const size = await showIn(frame, found, { kind, turn: found.orientation ?? facts.orientation, signal });
    if (size === null || signal.aborted) return false;
    shown = size;
    if (figure.parentNode === null) into.prepend(figure);
    draw();
    return true;
  };
  const enlarge = html('button', { type: 'button', class: 'quiet' }, 'Larger');
  const setLarge = (isLarge: boolean): void => {
    figure.classList.toggle('large', isLarge);
    enlarge.setAttribute('aria-pressed', String(isLarge));
  };
  enlarge.addEventListener('click', () => setLarge(!figure.classList.contains('large')));
  const showPreview = async (isLarge: boolean): Promise<boolean> => {
    if (!(await show('preview'))) return false;
    setLarge(isLarge);
    acts.replaceChildren(enlarge);
    return true;
  };
  const askForPreview = async (): Promise<void> => {
    const isShown = await showPreview(true);
    signal.throwIfAborted();
    const text = isShown ? 'The preview is shown.' : 'There is no preview that can be shown.';
    if (!isShown) acts.replaceChildren(html('p', { class: 'note' }, text));
    (isShown ? enlarge : figure).focus();
    say(text);
  };
  const request = html('button', { type: 'button', class: 'quiet' }, 'Show the preview');
  request.addEventListener('click', () => {
    request.disabled = true;
    askForPreview().catch(ignoreAbort);
  });
  const thumbnail = facts.hasThumbnail ? show('thumbnail') : Promise.resolve(false);
  const offer = async (): Promise<void> => {
    if (!(await thumbnail)) await showPreview(false);
    else if (!signal.aborted) acts.replaceChildren(request);
  };
  return {
    drawFaces(found, size) {
      faces = found;
      image = size;
      draw();
    },
    offerPreview() {
      offer().catch(ignoreAbort);
    },
  };
}

type ShowOptions = Readonly<{ kind: Kind; turn: number; signal: AbortSignal }>;

/** Puts a picture into its frame; returns its upright size, null when it is not a JPEG after all. Its blob is kept until `signal` fires. */
async function showIn(
  frame: HTMLElement,
  { blob }: Thumbnail,
  { kind, turn, signal }: ShowOptions,
): Promise<Size | null> {
  const url = URL.createObjectURL(blob);
  signal.addEventListener('abort', () => URL.revokeObjectURL(url));
  const alt = kind === 'thumbnail' ? 'Thumbnail stored in the picture' : 'Preview stored in the picture';
  const image = html('img', { src: url, alt, class: `turn-${turn}` });
  const isShown = await image.decode().then(
    () => true,
    () => false,
  );
  if (!isShown) return null;
  const { naturalWidth, naturalHeight } = image;
  // CSS lays out a turned image as if it were not turned. So the box around it gets the visible width and height.
  const [width, height] = turn >= 5 ? [naturalHeight, naturalWidth] : [naturalWidth, naturalHeight];
  frame.style.setProperty('--wide', String(width));
  frame.style.setProperty('--high', String(height));
  frame.replaceChildren(image);
  return { width, height };
}

/** The rectangles, to be put over the picture. Screen readers get the names from the text below it. */
function faceBoxes(faces: readonly Face[]): HTMLElement {
  const boxes = faces.map(({ name, area }) => {
    const box = html('span', { class: 'face' }, name === '' ? null : html('span', {}, name));
    for (const [side, part] of Object.entries(area)) box.style.setProperty(`--${side}`, String(part));
    return box;
  });
  return html('span', { class: 'faces', 'aria-hidden': 'true' }, ...boxes);
}
