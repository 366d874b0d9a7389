// Runs the reader over a corpus and prints, a format a row, how far it agrees with ExifTool and exiv2 and what it costs.
//   node dist/check/conformance.js [corpus folder] [options]
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultLimits } from '../lib/limits';
import { type Options, program, runMain, UsageError } from '../testing/program/program';
import { blockTable, costTable, differenceLines } from './corpus/blocks/block-report';
import { readAllBlocks } from './corpus/blocks/read-blocks';
import { knownDifferences } from './corpus/known-differences';
import { readCorpus } from './corpus/read-corpus';
import { report, typedReport } from './corpus/report';
import { type FormatRow, formatRow, locateDifferences, unusedRows } from './corpus/score-board';
import { corpusFolder } from './corpus/truth';

const help = `Usage: npm run conformance -- [corpus folder] [options]

Reads every file of a corpus (default ../shared/corpus) and compares tags, sizes, requests, the default style and the style typed.

  --blocks          compare XMP, IPTC, ICC, C2PA and the other metadata instead, with ../shared/corpus-meta
  --formats a,b     only these formats; it is a failure when one is not supported
  --min-tags 0.999  exit 1 when a smaller share of the tags of a format agrees
  --strict          exit 1 on a difference that check/corpus/known-differences.ts does not explain, and on a row there
                    that no difference needs
  --first BYTES     size of the first read (default ${defaultLimits.firstRead})
  --read-ahead WAY  requests (the default) or latency: as EXIF_READ_AHEAD, one process over all files
  --json FILE       write all differences, each with its file
  --help
`;

const options = {
  blocks: 'flag',
  formats: 'list',
  'min-tags': 'number',
  strict: 'flag',
  first: 'count',
  'read-ahead': 'text',
  json: 'text',
} as const;

type Flags = Options<typeof options>;

/** Runs the program; returns the exit code. */
export const main = program({ name: 'conformance', help, options, positionals: true, run });

async function run(given: Flags, [name]: readonly string[]): Promise<number> {
  const { formats = null, first = defaultLimits.firstRead, 'read-ahead': way = 'requests', json } = given;
  if (!['requests', 'latency'].includes(way)) throw new UsageError('--read-ahead must be requests or latency');
  if (given.blocks === true) return runBlocks(given, join(corpusFolder(name), '..'));
  const results = await readCorpus({ folder: corpusFolder(name), formats, first, ahead: way === 'latency' });
  const differences = locateDifferences(results, knownDifferences);
  const unused = unusedRows(results, knownDifferences);
  const found = [...new Set(results.map(({ format }) => format))];
  const ofFormat = (name: string) => results.filter(({ format }) => format === name);
  const rows = found.map((name) => formatRow(name, ofFormat(name), differences));
  const supported = results.filter((result) => result.supported);
  const total = formatRow('all supported', supported, differences);
  console.log(report([...rows, total]));
  console.log(`\n${typedReport(total)}`);
  console.log(
    `${total.partial} of ${total.tags.agreeing} agreeing values were compared only as far as ExifTool shows them.`,
  );
  console.log(`${total.known} of ${total.differences} differences are explained in check/corpus/known-differences.ts.`);
  for (const row of unused) console.log(`No longer needed there: ${row.file} ${row.at}`);
  if (json !== undefined) writeFileSync(json, JSON.stringify({ rows, differences }, null, 1));
  const failures = judge(given, rows, total, unused.length);
  for (const failure of failures) console.error(failure);
  return failures.length === 0 ? 0 : 1;
}

async function runBlocks({ first = defaultLimits.firstRead, strict = false, json }: Flags, folder: string) {
  const files = await readAllBlocks(folder, first);
  console.log(`${blockTable(files)}\n\n${costTable(files)}\n`);
  for (const { path, problem } of files) if (problem !== null) console.log(`not read: ${path} (${problem})`);
  const open = differenceLines(files, ({ reason }) => reason === null);
  for (const line of open) console.log(line);
  if (json !== undefined) writeFileSync(json, JSON.stringify(files, null, 1));
  return strict && open.length > 0 ? 1 : 0;
}

/** Every failure by these options, one line each. */
function judge(given: Flags, rows: readonly FormatRow[], total: FormatRow, unused: number): readonly string[] {
  const failures: string[] = [];
  const { formats, strict, 'min-tags': minTags } = given;
  if (total.files === 0) failures.push('FAILED: no file was read');
  for (const format of formats ?? []) {
    const row = rows.find((candidate) => candidate.format === format);
    if (row === undefined || row.unsupported > 0)
      failures.push(`FAILED: ${format}: ${row?.unsupported ?? 'all'} files are not supported`);
  }
  const judged = rows.filter((row) => row.unsupported < row.files);
  for (const row of minTags === undefined ? [] : judged) {
    const part = row.tags.total === 0 ? 1 : row.tags.agreeing / row.tags.total;
    if (part < (minTags ?? 0))
      failures.push(`FAILED: ${row.format}: ${part.toFixed(5)} of the tags agree, ${minTags} is required`);
  }
  if (strict && total.differences > total.known)
    failures.push(`FAILED: ${total.differences - total.known} differences are not explained`);
  if (strict && unused > 0) failures.push(`FAILED: ${unused} rows of check/corpus/known-differences.ts are not needed`);
  return failures;
}

if (require.main === module) runMain(main);
