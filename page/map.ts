// The map: shows where a picture was taken on outlines that are part of the page, with a link to a real map.
import { html, svg } from './dom';
import type { Place } from './facts';

/** The part of the world that is shown, in tenths of a degree. */
const view = { width: 720, height: 440 };
/** Tenths of a degree between the grid lines. */
const net = 150;

/** The map around a place. */
export async function mapView(place: Place): Promise<HTMLElement> {
  const land = await loadLand();
  const { latitude, longitude } = place;
  const [x, y] = [longitude * 10, -latitude * 10];
  const left = x - view.width / 2;
  const top = Math.min(Math.max(y - view.height / 2, -900), 900 - view.height);
  const drawn = svg(
    'svg',
    {
      class: 'map',
      viewBox: `${left} ${top} ${view.width} ${view.height}`,
      role: 'img',
      'aria-label': `Map with a marker at ${coordinates(place)}`,
    },
    ...(land === '' ? [] : [-3600, 0, 3600]).map((shift) =>
      svg('path', { class: 'land', d: land, transform: `translate(${shift} 0)` }),
    ),
    svg('path', { class: 'net', d: netPath(left, top) }),
    svg('circle', { class: 'halo', cx: String(x), cy: String(y), r: '26' }),
    svg('circle', { class: 'marker', cx: String(x), cy: String(y), r: '9' }),
  );
  const link = html('a', { href: mapAddress(place), target: '_blank', rel: 'noreferrer' }, 'Open in OpenStreetMap');
  const height = place.altitude === null ? '' : `, ${Number(place.altitude.toFixed(1))}\u00a0m`;
  return html(
    'section',
    { class: 'where card', 'aria-labelledby': 'where-heading' },
    html('h3', { id: 'where-heading' }, 'Where'),
    html('div', { class: 'frame' }, drawn),
    html('p', { class: 'coordinates' }, `${coordinates(place)}${height}`),
    html('p', { class: 'note' }, link, ' (leaves this page)'),
  );
}

/** The outlines; empty when they cannot be loaded, for example after a new build: the place itself is still shown. */
async function loadLand(): Promise<string> {
  try {
    return (await import('page:land')).land;
  } catch {
    return '';
  }
}

function netPath(left: number, top: number): string {
  const lines: string[] = [];
  for (let x = Math.ceil(left / net) * net; x < left + view.width; x += net) lines.push(`M${x} ${top}v${view.height}`);
  for (let y = Math.ceil(top / net) * net; y < top + view.height; y += net) lines.push(`M${left} ${y}h${view.width}`);
  return lines.join('');
}

/** `52.5163° N, 13.3777° E`. */
export function coordinates({ latitude, longitude }: Place): string {
  const text = (value: number, positive: string, negative: string): string =>
    `${Math.abs(value).toFixed(4)}° ${value < 0 ? negative : positive}`;
  return `${text(latitude, 'N', 'S')}, ${text(longitude, 'E', 'W')}`;
}

function mapAddress({ latitude, longitude }: Place): string {
  const [lat, lon] = [latitude.toFixed(6), longitude.toFixed(6)];
  return `https://www.openstreetmap.org/?mlat=${lat}&mlon=${lon}#map=15/${lat}/${lon}`;
}
