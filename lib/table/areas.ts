// Groups positions by areas of the earth: the cells of geohash, of 4 characters (39 km at most), or of 3 (156 km) when there are
// many. So a report shows where pictures were taken, and not where a person lives.
import { shortened } from './frequent';

/** `latitude` and `longitude`: the middle of the positions in the cell. `city`: the name of most of them; null = not known. */
export type Area = Readonly<{
  geohash: string;
  latitude: number;
  longitude: number;
  count: number;
  city: string | null;
}>;

/** Areas with most positions, the first one most. `characters`: of their geohash. `distinct`: all areas that have some. */
export type AreaList = Readonly<{ characters: number; distinct: number; areas: readonly Area[]; others: number }>;

/** `areas`: for a map. `regions`: larger ones, of 3 characters, for a list. */
export type AreaCounts = Readonly<{ positions: number; areas: AreaList; regions: AreaList }>;

type Cell = { count: number; latitudes: number; longitudes: number; city: string | null; votes: number };

/** Areas before they are made larger: about 3 MB, and more than a map of the world can show. */
const maxAreas = 16_384;
/** Bits of longitude and latitude in a geohash of so many characters. */
const bits = { 3: [8, 7], 4: [10, 10] } as const;
const maxCityCharacters = 100;

/** Counts positions by area. */
export class Areas {
  private cells = new Map<number, Cell>();
  private characters: 3 | 4 = 4;
  private positions = 0;

  constructor(private readonly limit = maxAreas) {}

  /** Counts a position in degrees; says whether it is one. */
  add(latitude: number, longitude: number, city: string | null): boolean {
    if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return false;
    this.positions++;
    const [width, height] = bits[this.characters];
    const id = indexOf(longitude + 180, 360, width) * 4096 + indexOf(latitude + 90, 180, height);
    const cell = this.cells.get(id) ?? { count: 0, latitudes: 0, longitudes: 0, city: null, votes: 0 };
    if (cell.count === 0) this.cells.set(id, cell);
    cell.count++;
    cell.latitudes += latitude;
    cell.longitudes += longitude;
    if (city !== null && city !== '') vote(cell, shortened(city, maxCityCharacters), 1);
    if (this.characters === 4 && this.cells.size > this.limit) this.enlarge();
    return true;
  }

  /** The areas with most positions: for a map at most `size.areas` of them, for a list at most `size.regions`. */
  result(size: Readonly<{ areas: number; regions: number }>): AreaCounts {
    const { positions, cells, characters } = this;
    const larger = characters === 3 ? cells : enlarged(cells);
    return {
      positions,
      areas: listOf(cells, characters, size.areas, positions),
      regions: listOf(larger, 3, size.regions, positions),
    };
  }

  private enlarge(): void {
    this.cells = enlarged(this.cells);
    this.characters = 3;
  }
}

/** Cells of 4 characters as cells of 3. */
function enlarged(cells: ReadonlyMap<number, Cell>): Map<number, Cell> {
  const all = new Map<number, Cell>();
  for (const [id, cell] of cells) {
    const larger = (Math.floor(id / 4096) >> 2) * 4096 + ((id % 4096) >> 3);
    const held = all.get(larger);
    if (held === undefined) all.set(larger, { ...cell });
    else {
      held.count += cell.count;
      held.latitudes += cell.latitudes;
      held.longitudes += cell.longitudes;
      if (cell.city !== null) vote(held, cell.city, cell.votes);
    }
  }
  return all;
}

function listOf(cells: ReadonlyMap<number, Cell>, characters: 3 | 4, size: number, positions: number): AreaList {
  const all = [...cells].sort(([one, a], [other, b]) => b.count - a.count || one - other);
  const areas = all.slice(0, size).map(([id, cell]) => ({
    geohash: geohashOf(Math.floor(id / 4096), id % 4096, characters),
    latitude: cell.latitudes / cell.count,
    longitude: cell.longitudes / cell.count,
    count: cell.count,
    city: cell.city,
  }));
  const shown = areas.reduce((sum, { count }) => sum + count, 0);
  return { characters, distinct: all.length, areas, others: positions - shown };
}

function indexOf(degrees: number, whole: number, size: number): number {
  return Math.min(Math.floor((degrees / whole) * 2 ** size), 2 ** size - 1);
}

/** Keeps the name of the majority without counting all names [Boyer, Moore: MJRTY, 1981]. */
function vote(cell: Cell, city: string, votes: number): void {
  if (cell.city === city) cell.votes += votes;
  else if (cell.votes >= votes) cell.votes -= votes;
  else {
    cell.city = city;
    cell.votes = votes - cell.votes;
  }
}

const digits = '0123456789bcdefghjkmnpqrstuvwxyz';

/** The text of a cell: bits of longitude and latitude in turn, longitude first. */
function geohashOf(x: number, y: number, characters: 3 | 4): string {
  const [width, height] = bits[characters];
  let text = '';
  let value = 0;
  for (let at = 0; at < width + height; at++) {
    const bit = at % 2 === 0 ? (x >> (width - 1 - at / 2)) & 1 : (y >> (height - 1 - (at - 1) / 2)) & 1;
    value = value * 2 + bit;
    if (at % 5 < 4) continue;
    text += digits[value];
    value = 0;
  }
  return text;
}
