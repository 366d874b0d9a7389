// CPU time by format, over the images in which each reader finds the tags, so that all of them do the same work.
import { exifrFile, type FileReader, ourAnswer, ourRecord } from './contestants';
import { loadFormat, type WholeFile } from './images';
import { hasLibexif, type Libexif, type LibexifTask, startLibexif } from './libexif';
import { type Rounds, type Runner, runnerOf, takeTurns } from './measure';

/** A format; `goals` are the shares of another reader's CPU time to reach. A reader without a goal does not read the format. */
export type Format = Readonly<{
  name: string;
  formats: readonly string[];
  endings: RegExp;
  goals: Readonly<{ libexif?: number; exifr?: number }>;
}>;

export const formats: readonly Format[] = [
  { name: 'JPEG', formats: ['jpeg'], endings: /\.jpg$/, goals: { libexif: 1, exifr: 0.6 } },
  { name: 'PNG', formats: ['png'], endings: /\.png$/, goals: { exifr: 0.8 } },
  { name: 'WebP', formats: ['webp'], endings: /\.webp$/, goals: {} },
  { name: 'HEIF and AVIF', formats: ['heif', 'avif'], endings: /\.(heic|avif)$/, goals: { exifr: 0.8 } },
  { name: 'TIFF', formats: ['tiff'], endings: /\.tif$/, goals: { exifr: 0.8 } },
];

/** `micros` is CPU time an image, `tags` are those of all images. */
export type Row = Readonly<{ name: string; micros: number; tags: number }>;
/** The readers over `images` of the `all` images in which we find tags. */
export type FormatResult = Readonly<{ images: number; all: number; rows: readonly Row[] }>;

/** A reader finds the tags of an image when it finds at least this share of ours. */
const enoughTags = 0.9;
/** Images that one round reads at least: when there are few, it reads each several times. */
const leastReads = 1000;

export const libexifRow = 'libexif, entries and texts';
const libexifTasks: readonly Readonly<{ name: string; task: LibexifTask }>[] = [
  { name: 'libexif, entries', task: 'load' },
  { name: libexifRow, task: 'text' },
  { name: 'libexif, the same with its usual options', task: 'usual' },
];

/** Measures all readers of one format. */
export async function measureFormat(
  { goals, ...format }: Format,
  folders: Readonly<{ corpus: string; samples: string }>,
  rounds: Rounds,
): Promise<FormatResult> {
  const files = loadFormat(folders.corpus, folders.samples, format);
  const readers = goals.exifr === undefined ? [ourRecord, ourAnswer] : [ourRecord, ourAnswer, exifrFile];
  const usesLibexif = goals.libexif !== undefined && hasLibexif;
  const counts = await Promise.all(readers.map((reader) => countTags(reader, files)));
  const [ours = []] = counts;
  if (usesLibexif) counts.push(await withLibexif(files, async ({ tags }) => tags));
  const isFound = (i: number): boolean => counts.every((tags) => (tags[i] ?? 0) >= enoughTags * (ours[i] ?? 0));
  const images = files.filter((_, i) => (ours[i] ?? 0) > 0 && isFound(i));
  const turns = Math.ceil(leastReads / Math.max(1, images.length));
  const repeated = Array.from({ length: turns }, () => images).flat();
  const named = readers.map(({ name, read }) => ({ name, run: runnerOf(read, repeated) }));
  const rows = usesLibexif
    ? await withLibexif(repeated, ({ round }) => {
        return measureRows(
          [...named, ...libexifTasks.map(({ name, task }) => ({ name, run: () => round(task) }))],
          rounds,
        );
      })
    : await measureRows(named, rounds);
  const perImage = rows.map(({ name, micros, tags }) => ({
    name,
    micros: micros / repeated.length,
    tags: tags / turns,
  }));
  return { images: images.length, all: ours.filter((tags) => tags > 0).length, rows: perImage };
}

async function measureRows(
  runners: readonly Readonly<{ name: string; run: Runner }>[],
  rounds: Rounds,
): Promise<readonly Row[]> {
  const results = await takeTurns(
    runners.map(({ run }) => run),
    rounds,
  );
  return results.map(({ micros, tags }, i) => ({ name: runners[i]?.name ?? '', micros, tags }));
}

async function withLibexif<T>(files: readonly WholeFile[], use: (libexif: Libexif) => Promise<T>): Promise<T> {
  const libexif = await startLibexif(files.map(({ name }) => name));
  try {
    return await use(libexif);
  } finally {
    libexif.close();
  }
}

/** The number of tags that a reader finds in each file; 0 for one that it cannot read. */
async function countTags({ read }: FileReader, files: readonly WholeFile[]): Promise<readonly number[]> {
  const counts: number[] = [];
  for (const file of files) counts.push(await read(file).catch(() => 0));
  return counts;
}
