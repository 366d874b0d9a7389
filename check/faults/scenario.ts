// Chooses scenarios: which fault happens, where, in which image, and how often. The same seed and number give the same scenario
// on every machine.
import { type Random, seededRandom } from '../../testing/random/seeded';
import { type ImageName, imageNames } from './images';
import type { Kind, Place } from './kind';
import { kinds } from './kinds';

/** The read that the fault happens to: one of the object, or a request to the cache. */
export type Target = 'first' | 'middle' | 'last' | 'cache get' | 'cache put';

const viewNames = ['exif', 'exif/style/typed', 'exif/thumbnail'] as const;
export type ViewName = (typeof viewNames)[number];

export type Scenario = Readonly<{
  /** The number of the run. */
  index: number;
  kind: Kind;
  place: Place;
  target: Target;
  /** How often the fault happens; Infinity = every time. */
  times: number;
  image: ImageName;
  view: ViewName;
  /** Whether records are cached in memory and trusted. */
  trusting: boolean;
  /** Whether right replies are sent in several pieces. */
  pieces: boolean;
  /** For faults that end only by a time limit: the time of the whole request ends before that of a try. */
  wholeTime: boolean;
  /** Random numbers for the details. */
  seed: number;
}>;

type Cell = Pick<Scenario, 'kind' | 'place' | 'target' | 'times'>;

const objectTargets: readonly Target[] = ['first', 'middle', 'last'];
const cacheTargets: readonly Target[] = ['cache get', 'cache put'];

/** All combinations: each kind at each place, at each read, once, twice and every time. */
function cellsOf(chosen: readonly Kind[]): Cell[] {
  return chosen.flatMap((kind) => {
    const targets = [...objectTargets, ...(kind.ofObject ? [] : cacheTargets)].filter(
      (target) => target !== 'first' || kind.laterOnly !== true,
    );
    const places: readonly Place[] = kind.places.length === 0 ? ['start'] : kind.places;
    return places.flatMap((place) =>
      targets.flatMap((target) => [1, 2, Number.POSITIVE_INFINITY].map((times) => ({ kind, place, target, times }))),
    );
  });
}

/**
 * `runs` scenarios of a seed. They go through all combinations again and again, each round in another order. So with enough
 * runs, every combination occurs.
 */
export function scenarios(runs: number, seed: number, chosen: readonly Kind[] = kinds): Scenario[] {
  const random = seededRandom(seed);
  const list: Scenario[] = [];
  const cells = cellsOf(chosen);
  while (list.length < runs) {
    for (const cell of random.shuffled(cells)) list.push(complete(cell, list.length, random));
  }
  return list.slice(0, runs);
}

function complete(cell: Cell, index: number, random: Random): Scenario {
  const image = random.pick(cell.kind.laterOnly ? imageNames.filter((name) => name !== 'small jpeg') : imageNames);
  const isCache = cell.target === 'cache get' || cell.target === 'cache put';
  const views = viewNames.filter((view) => view !== 'exif/thumbnail' || (image !== 'tiff' && !isCache));
  return {
    index,
    ...cell,
    image,
    view: random.pick(views),
    trusting: !isCache && random.chance(0.5),
    pieces: random.chance(0.3),
    wholeTime: cell.kind.stalls === true && cell.times > 2 && !isCache && random.chance(0.3),
    seed: random.below(2 ** 31 - 1),
  };
}

/** One line for a report. */
export function describe({ index, kind, place, target, times, image, view, ...more }: Scenario): string {
  const where = kind.places.length === 0 ? '' : ` at ${place}`;
  const often = times > 2 ? 'always' : `${times} times`;
  const flags = Object.entries(more).flatMap(([name, on]) => (on === true ? [name] : []));
  return `run ${index}: ${kind.name}${where}, ${target} read, ${often}, ${image}, ${view} ${flags.join(' ')}`.trimEnd();
}
