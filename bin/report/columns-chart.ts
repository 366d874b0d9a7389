// Charts of columns as SVG. Widths are percentages and heights are pixels, so that texts have the same size on every screen.

import { count, type Html, html, nothing } from './text';

/** A column. `label` is shown below it, if it has one; `name` when the pointer is on it. */
export type Bar = Readonly<{ name: string; label?: string; value: number }>;

const plot = { top: 14, height: 150, below: 24 } as const;

/** A chart. `says` is what it shows in words, for those who do not see it. */
export function columnsChart(bars: readonly Bar[], says: string): Html {
  const top = roundTop(Math.max(...bars.map(({ value }) => value), 1));
  const step = 100 / bars.length;
  const gap = bars.length > 60 ? 0.12 : 0.24;
  const base = plot.top + plot.height;
  const y = (value: number): string => pixels(base - (plot.height * value) / top);
  const marks = top % 2 === 0 ? [top, top / 2, 0] : [top, 0];
  const lines = marks
    .slice(0, -1)
    .map((value) => html`<line class="grid" x1="0" x2="100%" y1="${y(value)}" y2="${y(value)}"/>`);
  const columns = bars.map(({ name, value }, at) => {
    if (value === 0) return nothing;
    const height = Math.max((plot.height * value) / top, 1.5);
    const place = html`x="${percentage((at + gap / 2) * step)}" width="${percentage((1 - gap) * step)}"`;
    return html`<rect class="bar" ${place} y="${pixels(base - height)}" height="${pixels(height)}"><title>${name}: ${count(value)}</title></rect>`;
  });
  // With many columns the middle of the first one is at the edge.
  const isMany = bars.length > 30;
  const labels = bars.map(({ label }, at) => {
    if (label === undefined) return nothing;
    const isFirst = at === 0 && isMany;
    return html`<text class="label${isFirst ? ' first' : ''}" x="${percentage(isFirst ? 0 : (at + 0.5) * step)}" y="${base + 17}">${label}</text>`;
  });
  const width = 10 + 7.5 * count(top).length;
  const scale = marks.map((value) => html`<text x="${width - 8}" y="${Number(y(value)) + 4}">${count(value)}</text>`);
  const height = base + plot.below;
  return html`<div class="chart"><svg class="scale" width="${width}" height="${height}" aria-hidden="true">${scale}</svg><svg class="columns" width="100%" height="${height}" role="img" aria-label="${says}">${lines}${columns}<line class="base" x1="0" x2="100%" y1="${base}" y2="${base}"/>${labels}</svg></div>`;
}

const percentage = (value: number): string => `${Number(value.toFixed(3))}%`;
const pixels = (value: number): string => String(Number(value.toFixed(1)));

/** The next of 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12 .. that is not below `value`, as a whole number. */
function roundTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((one) => one * power >= value) ?? 10;
  return Math.ceil(factor * power);
}
