// The map of a report: outlines of the land, as the page has them, and a circle for each area with positions.

import type { Area, AreaCounts } from '../../lib/table/areas';
import { count, type Html, html } from './text';

/** A part of the world in tenths of a degree, north up. */
type View = Readonly<{ left: number; top: number; width: number; height: number }>;

const whole: View = { left: -1800, top: -860, width: 3600, height: 1460 };
/** Width by height. */
const shape = whole.width / whole.height;
/** The smallest part that is shown: the outlines are too coarse for less. */
const minWidth = 900;

/** The map. `land` is the path of the outlines. */
export function worldMap({ positions, areas: { areas, distinct } }: AreaCounts, land: string): Html {
  const view = viewOf(areas);
  const { left, top, width, height } = view;
  const most = areas[0]?.count ?? 1;
  const radius = (area: Area): number => width * Math.max(0.0025, 0.02 * Math.sqrt(area.count / most));
  // Small circles are drawn last, on the large ones.
  const circles = areas.map(
    (area) =>
      html`<circle cx="${one(area.longitude * 10)}" cy="${one(-area.latitude * 10)}" r="${one(radius(area))}"><title>${placeName(area)}: ${count(area.count)}</title></circle>`,
  );
  const says = `Map of ${count(positions)} positions in ${count(distinct)} areas. The table after it has the same numbers.`;
  // A ring of the land may begin or end beyond 180 degrees.
  const lands = [-3600, 0, 3600].map((shift) => html`<use href="#land" x="${shift}"/>`);
  return html`<div class="frame"><svg class="map" viewBox="${one(left)} ${one(top)} ${one(width)} ${one(height)}" role="img" aria-label="${says}"><defs><path id="land" class="land" d="${land}"/></defs>${lands}<path class="net" d="${netPath(view)}"/><g class="spots">${circles}</g></svg></div>`;
}

const one = (value: number): string => String(Number(value.toFixed(1)));

/** The part of the world that has all areas, with some space around them. */
function viewOf(areas: readonly Area[]): View {
  if (areas.length === 0) return whole;
  const longitudes = areas.map(({ longitude }) => longitude * 10);
  const latitudes = areas.map(({ latitude }) => -latitude * 10);
  const [west, east] = [Math.min(...longitudes), Math.max(...longitudes)];
  const [north, south] = [Math.min(...latitudes), Math.max(...latitudes)];
  const width = Math.max((east - west) * 1.2, (south - north) * 1.25 * shape, minWidth);
  if (width >= whole.width * 0.8) return whole;
  const height = width / shape;
  const top = Math.min(Math.max((north + south - height) / 2, -900), 900 - height);
  return { left: (west + east - width) / 2, top, width, height };
}

/** Lines every 15 or 30 degrees. */
function netPath({ left, top, width, height }: View): string {
  const step = width > 1800 ? 300 : 150;
  const lines: string[] = [];
  for (let x = Math.ceil(left / step) * step; x < left + width; x += step)
    lines.push(`M${x} ${one(top)}v${one(height)}`);
  for (let y = Math.ceil(top / step) * step; y < top + height; y += step)
    lines.push(`M${one(left)} ${y}h${one(width)}`);
  return lines.join('');
}

/** `Berlin (52.5° N, 13.4° E)`, or only the position. */
export function placeName({ city, latitude, longitude }: Area): string {
  const text = (value: number, positive: string, negative: string): string =>
    `${Math.abs(value).toFixed(1)}°\u00a0${value < 0 ? negative : positive}`;
  const position = `${text(latitude, 'N', 'S')}, ${text(longitude, 'E', 'W')}`;
  return city === null ? position : `${city} (${position})`;
}
