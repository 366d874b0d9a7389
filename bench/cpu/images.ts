// The images that readers are timed on: loaded before the clock starts.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadTruth } from '../../check/corpus/truth';
import { memoryReader, readRange } from '../../lib/bytes/reader';
import { containers } from '../../lib/container';

/** `block` is the EXIF block alone, as a TIFF stream. */
export type Image = Readonly<{ name: string; bytes: Uint8Array; block: Uint8Array }>;

const formats: readonly string[] = ['jpeg', 'png', 'tiff'];

/** The images of the corpus with EXIF, or the project's samples when there is no corpus. */
export async function loadImages(corpus: string, samples: string): Promise<readonly Image[]> {
  const hasCorpus = existsSync(join(corpus, 'truth.jsonl'));
  const files = hasCorpus ? corpusFiles(corpus) : sampleFiles(samples);
  const images: Image[] = [];
  for (const file of files) {
    const bytes = new Uint8Array(readFileSync(file));
    const block = await findBlock(bytes);
    if (block !== null) images.push({ name: file, bytes, block });
  }
  return images;
}

function corpusFiles(corpus: string): readonly string[] {
  const withExif = loadTruth(corpus).filter((truth) => truth.has_exif && formats.includes(truth.format));
  return withExif.map(({ path }) => join(corpus, path));
}

function sampleFiles(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => /\.(jpg|png|tif)$/.test(name))
    .map((name) => join(folder, name));
}

/** Whole files in memory. */
export type WholeFile = Readonly<{ name: string; bytes: Uint8Array }>;

/** The files of the corpus with EXIF in one of `formats`, or without a corpus the samples with one of `endings`. */
export function loadFormat(
  corpus: string,
  samples: string,
  { formats, endings }: Readonly<{ formats: readonly string[]; endings: RegExp }>,
): readonly WholeFile[] {
  const files = existsSync(join(corpus, 'truth.jsonl'))
    ? loadTruth(corpus)
        .filter((truth) => truth.has_exif && formats.includes(truth.format))
        .map(({ path }) => join(corpus, path))
    : readdirSync(samples)
        .filter((name) => endings.test(name))
        .map((name) => join(samples, name));
  return files.map((name) => ({ name, bytes: new Uint8Array(readFileSync(name)) }));
}

/** The EXIF block; null for BigTIFF too, which the other readers do not know. */
async function findBlock(bytes: Uint8Array): Promise<Uint8Array | null> {
  const container = containers.find((candidate) => candidate.matches(bytes));
  const exif = (await container?.locate(memoryReader(bytes)))?.exif ?? null;
  const reader = exif?.streams[0]?.reader;
  const block = reader === undefined ? null : await readRange(reader, 0, reader.size);
  return block !== null && [0x2a00, 0x002a].includes(((block[2] ?? 0) << 8) | (block[3] ?? 0)) ? block : null;
}
