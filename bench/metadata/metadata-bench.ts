// The part of `npm run bench` about the answers to `?metadata`: CPU for a file in memory.
import { formatTable } from '../../testing/program/table';
import { type Runner, runnerOf, takeTurns } from '../cpu/measure';
import { readOurMetadata } from '../cpu/ours';
import { exifReaderBlocks, exifrBlocks, type Reader } from './peers';
import { type Picture, pictures } from './pictures';

/** To reach for a JPEG: the share of the CPU of ExifReader. */
const goal = 0.6;
/** Answers of one round. */
const answers = 100;

const ours: Reader = { name: 'ours', read: readOurMetadata };

const explanation = `CPU of a file in memory with EXIF, XMP, IPTC and ICC, in us. Medians of rounds in turns after a warm-up.
  ours        ?metadata in the style flat: all blocks, merged, as JSON
  ExifReader  exif, gps, xmp, iptc and icc: names, values and descriptions
  exifr       its default EXIF, xmp, iptc and icc: translated values
"blocks": how many of the four a reader finds. PNG has no IPTC here, HEIC none, MP4 only XMP.`;

export async function benchMetadata({ quick }: Readonly<{ quick: boolean }>): Promise<void> {
  const rounds = quick ? { warmUp: 10, counted: 7 } : { warmUp: 20, counted: 31 };
  // V8 compiles the code of all formats during the first thousands of answers: otherwise the first picture would pay for it.
  for (const picture of pictures) await rowsOf(picture, { warmUp: rounds.warmUp, counted: 1 });
  const rows: (readonly string[])[] = [];
  for (const picture of pictures) rows.push(...(await rowsOf(picture, rounds)));
  console.log(`${explanation}\nTo reach for a JPEG: ${goal} of ExifReader.`);
  console.log(`${formatTable([['', 'XMP, KB', 'reader', 'us', 'ours of it', 'blocks'], ...rows])}\n`);
}

async function rowsOf({ name, packet, bytes }: Picture, rounds: Parameters<typeof takeTurns>[1]) {
  const readers = name === 'MP4' ? [ours] : [ours, exifReaderBlocks, exifrBlocks];
  const results = await takeTurns(
    readers.map((reader) => runnerFor(reader, bytes)),
    rounds,
  );
  const least = results[0]?.micros ?? Number.NaN;
  return results.map(({ micros, tags, failed }, i) => [
    name,
    (packet.length / 1000).toFixed(1),
    readers[i]?.name ?? '',
    failed > 0 ? 'failed' : (micros / answers).toFixed(1),
    i === 0 ? '' : `${(least / micros).toFixed(2)} x`,
    String(tags / answers),
  ]);
}

function runnerFor({ read }: Reader, bytes: Uint8Array): Runner {
  return runnerOf(
    read,
    Array.from({ length: answers }, () => bytes),
  );
}
