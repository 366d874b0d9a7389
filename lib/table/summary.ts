// Sums up the rows of a table: the numbers of `bucket-exif report`. It takes one row after the other, and its memory has a bound
// for any rows.
import { type AreaCounts, Areas } from './areas';
import type { Cell, Row } from './columns';
import { Frequent, type NameCounts, shortened } from './frequent';

/** The columns that a summary needs. */
export const summaryColumns = [
  ...[
    'key',
    'size',
    'error',
    'format',
    'width',
    'height',
    'taken_at',
    'taken_at_local',
    'latitude',
    'longitude',
    'city',
  ],
  ...[
    'make',
    'model',
    'lens',
    'duration',
    'faces',
    'ai_generated',
    'ai_source',
    'gives_away',
    'live_photo_id',
    'motion_photo',
  ],
] as const;

/** Milliseconds since 1970 on the clock on the wall. */
type Span = Readonly<{ first: number; last: number }>;

/** A step of a scale: values below `below` that are not in a step before; null = all others. */
export type Step = Readonly<{ below: number | null; count: number }>;

/** Objects that could not be read, by their code, with some of their keys. */
export type Failure = Readonly<{ code: string; count: number; examples: readonly string[] }>;

/**
 * The numbers. `read`: objects that could be read; everything but `objects`, `bytes`, `fileSizes` and `failures` counts only
 * these. `oddYears`: pictures with a year before 1826 or after 2100. `weekdays` begin on Monday.
 */
export type Summary = Readonly<{
  version: 1;
  objects: number;
  bytes: number;
  read: number;
  videos: number;
  livePhotos: number;
  withFaces: number;
  taken: Span | null;
  withoutTime: number;
  oddYears: number;
  months: readonly Readonly<{ month: string; count: number }>[];
  weekdays: readonly number[];
  hours: readonly number[];
  withoutPosition: number;
  places: AreaCounts;
  cameras: NameCounts;
  lenses: NameCounts;
  formats: NameCounts;
  /** Pixels of images. */
  pixels: readonly Step[];
  withoutSize: number;
  /** Bytes of objects. */
  fileSizes: readonly Step[];
  failed: number;
  failures: readonly Failure[];
  /** `looked`: objects in which it was looked for. `any`: objects with at least one finding. */
  privacy: Readonly<{ looked: number; any: number; kinds: NameCounts }>;
  ai: Readonly<{ generated: number; notGenerated: number; unknown: number; sources: NameCounts }>;
}>;

const million = 1_000_000;
const pixelSteps = [1, 3, 6, 10, 16, 24, 50].map((size) => size * million);
const byteSteps = [100_000, million, 3 * million, 10 * million, 30 * million, 100 * million, 1000 * million];
const years = { first: 1826, last: 2100 }; // of the first photograph, and beyond every clock that is only a little wrong
const dayMs = 86_400_000;

/** How much of long lists is in a summary. */
const sizes = { names: 100, areas: 2000, codes: 50, examples: 5, exampleCharacters: 300 } as const;

/** Sums up rows. */
export class SummaryMaker {
  private objects = 0;
  private bytes = 0;
  private read = 0;
  private videos = 0;
  private livePhotos = 0;
  private withFaces = 0;
  private first = Number.POSITIVE_INFINITY;
  private last = Number.NEGATIVE_INFINITY;
  private withoutTime = 0;
  private oddYears = 0;
  private withoutPosition = 0;
  private withoutSize = 0;
  private looked = 0;
  private any = 0;
  private readonly ai = { generated: 0, notGenerated: 0, unknown: 0 };
  private readonly months = new Float64Array((years.last - years.first + 1) * 12);
  private readonly weekdays = new Float64Array(7);
  private readonly hours = new Float64Array(24);
  private readonly pixels = new Float64Array(pixelSteps.length + 1);
  private readonly fileSizes = new Float64Array(byteSteps.length + 1);
  private readonly areas = new Areas();
  private readonly cameras = new Frequent();
  private readonly lenses = new Frequent();
  private readonly formats = new Frequent();
  private readonly kinds = new Frequent();
  private readonly sources = new Frequent();
  private readonly codes = new Frequent();
  private readonly examples = new Map<string, string[]>();

  /** Adds a row. A cell of another type counts as not known. */
  add(row: Row): void {
    this.objects++;
    const size = number(row['size']);
    if (size !== null && size >= 0) {
      this.bytes += size;
      addStep(this.fileSizes, byteSteps, size);
    }
    const error = text(row['error']);
    if (error !== null) return this.addFailure(error, text(row['key']) ?? '');
    this.read++;
    this.addTime(number(row['taken_at_local']) ?? number(row['taken_at']));
    this.addPosition(row);
    this.addPicture(row);
    this.addLabels(row);
  }

  /** The numbers so far. */
  result(): Summary {
    const { objects, bytes, read, videos, livePhotos, withFaces, withoutTime, oddYears, withoutPosition } = this;
    const failures = this.codes.result(sizes.codes);
    return {
      version: 1,
      ...{ objects, bytes, read, videos, livePhotos, withFaces },
      taken: this.first <= this.last ? { first: this.first, last: this.last } : null,
      ...{ withoutTime, oddYears },
      months: monthsOf(this.months),
      weekdays: [...this.weekdays],
      hours: [...this.hours],
      withoutPosition,
      places: this.areas.result({ areas: sizes.areas, regions: sizes.names }),
      cameras: withNames(this.cameras.result(sizes.names)),
      lenses: this.lenses.result(sizes.names),
      formats: this.formats.result(sizes.names),
      pixels: stepsOf(this.pixels, pixelSteps),
      withoutSize: this.withoutSize,
      fileSizes: stepsOf(this.fileSizes, byteSteps),
      failed: objects - read,
      failures: failures.top.map(({ name, count }) => ({
        code: name,
        count,
        examples: this.examples.get(name) ?? [],
      })),
      privacy: { looked: this.looked, any: this.any, kinds: this.kinds.result(sizes.names) },
      ai: { ...this.ai, sources: this.sources.result(sizes.names) },
    };
  }

  private addFailure(code: string, key: string): void {
    this.codes.add(code);
    const kept = shortened(code, 200);
    const examples = this.examples.get(kept) ?? [];
    if (examples.length === 0 && this.examples.size < sizes.codes) this.examples.set(kept, examples);
    if (examples.length < sizes.examples) examples.push(shortened(key, sizes.exampleCharacters));
  }

  private addTime(time: number | null): void {
    if (time === null) {
      this.withoutTime++;
      return;
    }
    const date = new Date(time);
    const year = date.getUTCFullYear();
    if (!(year >= years.first && year <= years.last)) {
      this.oddYears++;
      return;
    }
    this.first = Math.min(this.first, time);
    this.last = Math.max(this.last, time);
    addOne(this.months, (year - years.first) * 12 + date.getUTCMonth());
    addOne(this.weekdays, (date.getUTCDay() + 6) % 7);
    addOne(this.hours, Math.floor((((time % dayMs) + dayMs) % dayMs) / 3_600_000));
  }

  private addPosition(row: Row): void {
    const [latitude, longitude] = [number(row['latitude']), number(row['longitude'])];
    if (latitude === null || longitude === null || !this.areas.add(latitude, longitude, text(row['city'])))
      this.withoutPosition++;
  }

  private addPicture(row: Row): void {
    const [make, model] = [text(row['make']), text(row['model'])];
    this.cameras.add(make === null && model === null ? null : `${make ?? ''}\n${model ?? ''}`);
    this.lenses.add(text(row['lens']));
    this.formats.add(text(row['format']));
    if (number(row['duration']) !== null) this.videos++;
    if (text(row['live_photo_id']) !== null || row['motion_photo'] === true) this.livePhotos++;
    if ((number(row['faces']) ?? 0) > 0) this.withFaces++;
    const pixels = (number(row['width']) ?? 0) * (number(row['height']) ?? 0);
    if (pixels > 0) addStep(this.pixels, pixelSteps, pixels);
    else this.withoutSize++;
  }

  private addLabels(row: Row): void {
    const found = row['gives_away'];
    if (Array.isArray(found)) {
      this.looked++;
      if (found.length > 0) this.any++;
      for (const kind of new Set(found.slice(0, 100))) this.kinds.add(text(kind));
    }
    const generated = row['ai_generated'];
    if (generated === true) this.ai.generated++;
    else if (generated === false) this.ai.notGenerated++;
    else this.ai.unknown++;
    const source = text(row['ai_source']);
    if (source !== null) this.sources.add(source);
  }
}

function text(cell: Cell | undefined): string | null {
  return typeof cell === 'string' && cell !== '' ? cell : null;
}

function number(cell: Cell | undefined): number | null {
  return typeof cell === 'number' && Number.isFinite(cell) ? cell : null;
}

function addOne(counts: Float64Array, at: number): void {
  counts[at] = (counts[at] ?? 0) + 1;
}

function addStep(counts: Float64Array, steps: readonly number[], value: number): void {
  const at = steps.findIndex((below) => value < below);
  addOne(counts, at < 0 ? steps.length : at);
}

function stepsOf(counts: Float64Array, steps: readonly number[]): readonly Step[] {
  return [...counts].map((count, at) => ({ below: steps[at] ?? null, count }));
}

/** From the first month with pictures to the last one; those between have 0. */
function monthsOf(counts: Float64Array): Summary['months'] {
  const first = counts.findIndex((count) => count > 0);
  const last = counts.findLastIndex((count) => count > 0);
  return first < 0
    ? []
    : [...counts.subarray(first, last + 1)].map((count, at) => {
        const month = String(((first + at) % 12) + 1).padStart(2, '0');
        return { month: `${years.first + Math.floor((first + at) / 12)}-${month}`, count };
      });
}

/** Cameras are counted as two lines, make and model. Several of these can be one camera. */
function withNames(cameras: NameCounts): NameCounts {
  const counts = new Map<string, number>();
  for (const { name, count } of cameras.top) counts.set(cameraName(name), (counts.get(cameraName(name)) ?? 0) + count);
  const top = [...counts].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count);
  return { ...cameras, distinct: cameras.distinct - (cameras.top.length - top.length), top };
}

/** `Canon EOS R5` for Canon and Canon EOS R5, `NIKON D850` for NIKON CORPORATION and NIKON D850, `Apple iPhone 15` for both. */
function cameraName(lines: string): string {
  const [make = '', model = ''] = lines.split('\n');
  const firstWord = (part: string): string => part.split(' ')[0]?.toLowerCase() ?? '';
  if (model === '') return make;
  return make === '' || firstWord(make) === firstWord(model) ? model : `${make} ${model}`;
}
