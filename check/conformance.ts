// Runs the reader over a corpus and prints, a format a row, how far it agrees with ExifTool and exiv2 and what it costs.
//   node dist/check/conformance.js [corpus folder] [options]
import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultLimits } from '../lib/limits';
import { runMain } from '../testing/program/run-main';
import { knownDifferences } from './corpus/known-differences';
import { readCorpus } from './corpus/read-corpus';
import { report, typedReport } from './corpus/report';
import { type FormatRow, formatRow, locateDifferences, unusedRows } from './corpus/score-board';

const help = `Usage: npm run conformance -- [corpus folder] [options]

Reads every file of a corpus (default ../shared/corpus) and compares tags, sizes, requests, the default style and the style typed.

  --formats a,b     only these formats; a format that is not supported is then a failure
  --min-tags 0.999  exit 1 when a smaller part of the tags agrees
  --strict          exit 1 on any difference that check/corpus/known-differences.ts does not explain, and on unused rows of it
  --first BYTES     size of the first read (default ${defaultLimits.firstRead})
  --json FILE       write every difference, with its file
  --help
`;

type Options = Readonly<{
  folder: string;
  formats: readonly string[] | null;
  minTags: number | null;
  strict: boolean;
  first: number;
  json: string | null;
}>;

/** Runs the command; the answer is the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (typeof options === 'string') {
    console.error(options);
    return options === help ? 0 : 2;
  }
  const results = await readCorpus(options);
  const differences = locateDifferences(results, knownDifferences);
  const unused = unusedRows(results, knownDifferences);
  const formats = [...new Set(results.map(({ format }) => format))];
  const rows = formats.map((format) =>
    formatRow(
      format,
      results.filter((r) => r.format === format),
      differences,
    ),
  );
  const supported = results.filter((result) => result.supported);
  const total = formatRow('all supported', supported, differences);
  console.log(report([...rows, total]));
  console.log(`\n${typedReport(total)}`);
  console.log(
    `${total.partial} of ${total.tags.agreeing} agreeing values were compared only as far as ExifTool shows them.`,
  );
  console.log(`${total.known} of ${total.differences} differences are explained in check/corpus/known-differences.ts.`);
  for (const row of unused) console.log(`No longer needed there: ${row.file} ${row.at}`);
  if (options.json !== null) writeFileSync(options.json, JSON.stringify({ rows, differences }, null, 1));
  const failures = judge(options, rows, total, unused.length);
  for (const failure of failures) console.error(failure);
  return failures.length === 0 ? 0 : 1;
}

/** The options, or a text to print instead of running. */
function readOptions(args: readonly string[]): Options | string {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    return `conformance: ${error instanceof Error ? error.message : String(error)}`;
  }
  const { values, positionals } = parsed;
  if (values.help === true) return help;
  const folder = resolve(positionals[0] ?? '../shared/corpus');
  if (!existsSync(join(folder, 'truth.jsonl'))) return `conformance: no corpus (truth.jsonl) at ${folder}`;
  const first = Number(values.first ?? defaultLimits.firstRead);
  const minTags = values['min-tags'] === undefined ? null : Number(values['min-tags']);
  if (!(Number.isInteger(first) && first > 0)) return 'conformance: --first takes a number of bytes above 0';
  if (minTags !== null && !(minTags >= 0 && minTags <= 1)) return 'conformance: --min-tags takes a number from 0 to 1';
  const formats = values.formats?.split(',') ?? null;
  return { folder, formats, minTags, first, strict: values.strict === true, json: values.json ?? null };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = { formats: text, 'min-tags': text, first: text, json: text, strict: flag, help: flag };
  return parseArgs({ args: [...args], allowPositionals: true, options });
}

/** What the options do not allow, a line each. */
function judge(options: Options, rows: readonly FormatRow[], total: FormatRow, unused: number): readonly string[] {
  const failures: string[] = [];
  const { formats, minTags, strict } = options;
  if (total.files === 0) failures.push('FAILED: no file was read');
  for (const format of formats ?? []) {
    const row = rows.find((candidate) => candidate.format === format);
    if (row === undefined || row.unsupported > 0)
      failures.push(`FAILED: ${format}: ${row?.unsupported ?? 'all'} files are not supported`);
  }
  const judged = rows.filter((row) => row.unsupported < row.files);
  for (const row of minTags === null ? [] : judged) {
    const part = row.tags.total === 0 ? 1 : row.tags.agreeing / row.tags.total;
    if (part < (minTags ?? 0))
      failures.push(`FAILED: ${row.format}: ${part.toFixed(5)} of the tags agree, ${minTags} is asked`);
  }
  if (strict && total.differences > total.known)
    failures.push(`FAILED: ${total.differences - total.known} differences are not explained`);
  if (strict && unused > 0) failures.push(`FAILED: ${unused} rows of check/corpus/known-differences.ts are not needed`);
  return failures;
}

if (require.main === module) {
  runMain(main);
}
