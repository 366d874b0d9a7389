// Prints how much CPU the readers need for images that are in memory.
import { formatTable } from '../../testing/program/table';
import { type Format, type FormatResult, formats, libexifRow, measureFormat } from './by-format';
import { contestants, exifrFile } from './contestants';
import { loadImages } from './images';
import { hasLibexif, libexifHint } from './libexif';
import { measureCpu } from './measure';

type Settings = Readonly<{ corpus: string; quick: boolean; samples: string }>;

export async function benchCpu(settings: Settings): Promise<void> {
  await benchAll(settings);
  await benchFormats(settings);
}

/** All readers over the same images, also those in which a reader finds no tags. */
async function benchAll({ corpus, quick, samples }: Settings): Promise<void> {
  const images = await loadImages(corpus, samples);
  if (!images.some(({ name }) => name.startsWith(corpus))) console.log(`No corpus at ${corpus}: the samples are used.`);
  const results = await measureCpu(
    contestants,
    images,
    quick ? { warmUp: 5, counted: 5 } : { warmUp: 15, counted: 15 },
  );
  const ours = (given: string) =>
    results.find((r) => r.contestant.given === given && r.contestant.name.startsWith('ours'));
  const rows = results.map(({ contestant: { name, given }, micros, tags, failed }) => {
    const ratio = micros / (ours(given)?.micros ?? Number.NaN);
    return [`${given}: ${name}`, micros.toFixed(1), `${ratio.toFixed(2)} x`, String(tags), String(failed)];
  });
  console.log(`CPU an image in memory, ${images.length} images (jpeg, png, tiff), median of rounds`);
  console.log(`${formatTable([['', 'us', 'of ours', 'tags', 'failed'], ...rows])}\n`);
}

const explanation = `By format: CPU an image in memory, over the images in which each reader of the table finds 90 % of our tags (without
pointers). Medians of rounds in turns after a warm-up. What each does with the bytes of the file:
  ours, readExif                 finds all EXIF, the size and the container; all values as stored
  ours, readExif and the answer  the same; the default style: the text of each value, sorted, as JSON
  exifr                          the same IFDs, as numbers and strings, not translated; no other segments
  libexif, entries               IFDs and the maker notes that it knows; values stay bytes
  libexif, entries and texts     the same; exif_entry_get_value of each entry
  libexif, .. usual options      the same after exif_data_new_from_data, which also adds tags that the standard requires`;

async function benchFormats({ corpus, quick, samples }: Settings): Promise<void> {
  console.log(explanation);
  if (!hasLibexif) console.log(libexifHint);
  const rounds = quick ? { warmUp: 4, counted: 7 } : { warmUp: 10, counted: 31 };
  for (const format of formats) {
    const result = await measureFormat(format, { corpus, samples }, rounds);
    console.log(`\n${formatText(format, result)}`);
  }
  console.log('');
}

/** The title and the table of one format. */
function formatText({ name, goals }: Format, { images, all, rows }: FormatResult): string {
  const wanted = Object.entries(goals).map(([peer, goal]) => `${goal.toFixed(1)} of ${peer}`);
  const goal = wanted.length > 0 ? `to reach: ${wanted.join(', ')}` : 'exifr does not read this format';
  const title = `${name}, ${images} of ${all} images; ${goal}`;
  if (images === 0) return title;
  const microsOf = (row: string): number | undefined => rows.find((candidate) => candidate.name === row)?.micros;
  const peers = [libexifRow, exifrFile.name].filter((peer) => microsOf(peer) !== undefined);
  const share = (micros: number, peer: string): string => `${(micros / (microsOf(peer) ?? Number.NaN)).toFixed(2)} x`;
  const table = rows.map((row) => [
    row.name,
    row.micros.toFixed(1),
    ...peers.map((peer) => share(row.micros, peer)),
    row.tags.toFixed(0),
  ]);
  const head = ['', 'us', ...peers.map((peer) => `of ${peer.split(',')[0]}`), 'tags'];
  return `${title}\n${formatTable([head, ...table])}`;
}
