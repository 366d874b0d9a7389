// The body of `?imageInfo`, as the service being replaced sends it: a space after each colon and comma, every value a string.
import type { ExifRecord, Style } from '../types';
import { densityOf, framesOf, shownSize } from './derived/shown-image';

export const imageInfo = { name: 'imageInfo', render } as const satisfies Style;

/** The members in the order of that service. Unknown ones are left out. */
function render(record: ExifRecord): string {
  const { stat, shape, container } = record;
  const { width, height } = shownSize(shape);
  const [across, down] = (densityOf(record) ?? []).map(wholeNumber);
  const isWhole = across != null && down != null;
  const members: readonly (readonly [string, string | number | null | undefined])[] = [
    ['format', shape.format === 'avif' ? 'avif' : container],
    ['width', width],
    ['height', height],
    ['size', stat.size],
    ['md5', md5Of(stat.etag)],
    ['frame_count', framesOf(shape)],
    ['bit_depth', shape.bitDepth],
    ['vertical_dpi', isWhole ? down : null],
    ['horizontal_dpi', isWhole ? across : null],
  ];
  const texts = members.flatMap(([name, value]) => (value == null ? [] : [`"${name}": ${JSON.stringify(`${value}`)}`]));
  return `{${texts.join(', ')}}`;
}

/**
 * The MD5 in the ETag of an object that was uploaded in one piece. (The ETag of an upload in parts ends in `-` and their
 * number.)
 */
function md5Of(etag: string | null): string | null {
  return /^"([0-9a-f]{32})"$/i.exec(etag ?? '')?.[1]?.toLowerCase() ?? null;
}

/** A density as a whole number; null when it is 0 or not a safe integer. */
function wholeNumber(density: number): number | null {
  const whole = Math.round(density);
  return whole > 0 && Number.isSafeInteger(whole) ? whole : null;
}
