// The bar: shows which parts of the object were read.
import { html, svg } from './dom';
import { sizeText } from './facts';
import { mergeSpans, type Reads, type Span } from './reads';

/** Width of the bar in units of the SVG, and the least width of a part. */
const width = 1000;
const least = 4;
/** The most parts that are listed in words. */
const maxListed = 12;

/** The bar with its figures, or a note when the service does not say what it read. */
export function rangeBar(reads: Reads | null): HTMLElement {
  const heading = html('h3', { id: 'ranges-heading' }, 'What was read');
  if (reads === null) {
    const note = html(
      'p',
      { class: 'note' },
      'This service does not say what it read. Set EXIF_SHOW_READS to turn this on.',
    );
    return html('section', { class: 'range-bar', 'aria-labelledby': 'ranges-heading' }, heading, note);
  }
  const spans = mergeSpans(reads.spans);
  return html(
    'section',
    { class: 'range-bar', 'aria-labelledby': 'ranges-heading' },
    html('div', { class: 'range-bar-top' }, heading, figures(reads)),
    ...(reads.size === null ? [] : [bar(reads.size, spans), legend(reads.size, reads.cache, spans)]),
  );
}

function figures({ requests, bytes, size, ms, cache }: Reads): HTMLElement {
  const share = size !== null && size > 0 ? ` of ${sizeText(size)}` : '';
  const item = (value: string, unit: string): HTMLElement => html('li', {}, html('b', {}, value), ` ${unit}`);
  return html(
    'ul',
    { class: 'figures' },
    item(String(requests), requests === 1 ? 'request' : 'requests'),
    item(sizeText(bytes), `read${share}`),
    item(ms < 10 ? ms.toFixed(1) : ms.toFixed(0), 'ms'),
    cache === null || cache === 'off' ? null : html('li', {}, 'cache: ', html('b', {}, cache)),
  );
}

function bar(size: number, spans: readonly Span[]): Element {
  const parts = size === 0 ? [] : spans.map((span) => part(span, size));
  const label =
    spans.length === 0 ? 'Nothing of the object was read' : `Read of the object: ${spans.map(words).join(', ')}`;
  return svg(
    'svg',
    { class: 'bar', viewBox: `0 0 ${width} 10`, preserveAspectRatio: 'none', role: 'img', 'aria-label': label },
    svg('rect', { class: 'whole', width: String(width), height: '10' }),
    ...parts,
  );
}

function part([first, last]: Span, size: number): Element {
  const wide = Math.max(least, ((last + 1 - first) / size) * width);
  const x = Math.min((first / size) * width, width - wide);
  return svg('rect', { class: 'read', x: x.toFixed(2), width: Math.min(wide, width).toFixed(2), height: '10' });
}

function words([first, last]: Span): string {
  if (first === last) return `byte ${first.toLocaleString('en')}`;
  return `bytes ${first.toLocaleString('en')} to ${last.toLocaleString('en')}`;
}

function legend(size: number, cache: string | null, spans: readonly Span[]): HTMLElement {
  const shown = spans
    .slice(0, maxListed)
    .map(([first, last]) => [...new Set([first, last])].map((at) => at.toLocaleString('en')).join('–'));
  const more = spans.length > maxListed ? `, and ${spans.length - maxListed} more` : '';
  const none = cache === 'hit' ? 'No bytes were read: the answer is from the cache.' : 'No bytes were read.';
  const isOne = spans.length === 1 && spans[0]?.[0] === spans[0]?.[1];
  const text = spans.length === 0 ? none : `${isOne ? 'Byte' : 'Bytes'} ${shown.join(', ')}${more}`;
  return html(
    'p',
    { class: 'legend', 'aria-hidden': 'true' },
    html('span', {}, text),
    html('span', {}, `${size.toLocaleString('en')} ${size === 1 ? 'byte' : 'bytes'}`),
  );
}
