// Answers a request for every view of every hostile file, and exits 1 when one crashes, hangs, takes long or gets a bad answer.
//   node dist/check/hostile.js [folder | archive.tar.xz] ...
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { program, progressLine, runMain, UsageError } from '../testing/program/program';
import { defaultCorpus } from './corpus/truth';
import { type FileOutcome, maxMs } from './hostile/run-file';
import { defaultSources, openHostileSource, type Source } from './hostile/sources';
import { type WatchedChild, watchedChild } from './hostile/watched-child';

const help = `Usage: npm run hostile -- [folder | archive.tar.xz] ...

Answers GET /<file>?exif for every file: in every style, as imageInfo, its thumbnail (also turned upright), its preview, what it
gives away, and ?metadata in every style, one after the other in one process, with the deployed limits. Without names it
takes the hostile files of ${defaultCorpus}.

  --corpus FOLDER  take the hostile files of another corpus
  --help

Exit code 1: a crash, an uncaught or internal error, an answer that took over 250 ms, a body that its schema in docs/schema
does not allow, that is not a JPEG or is over its limit, a view with another outcome than ?exif, or more than 64 MiB of
memory gained.
`;

/** Bytes of resident memory that may be gained after the first files of each source, at the peak and at the end. */
const maxGrowth = 64 * 1024 * 1024;
const warmUpFiles = 300;

/** After this many milliseconds without an answer the file is said to cause an endless loop. */
const hangMs = 10_000;
/** Its thumbnail loads the library that turns images; that memory must not be counted for a file. */
const warmUp = { root: 'samples', key: 'turned.jpg' } as const;

type Memory = { base: number; peak: number; end: number };
type Run = { source: Source; outcomes: FileOutcome[]; violations: string[]; memory: Memory };

/** Runs the program; returns the exit code. */
export const main = program({
  name: 'hostile',
  help,
  options: { corpus: 'text' },
  positionals: true,
  run: ({ corpus = defaultCorpus }, names) => answerAllOf(names.length > 0 ? there(names) : hostileIn(corpus)),
});

async function answerAllOf(names: readonly string[]): Promise<number> {
  const child = watchedChild(join(__dirname, 'hostile', 'child.js'), hangMs);
  const sources: Source[] = [];
  const memory: Memory = { base: 0, peak: 0, end: 0 };
  try {
    for (const name of names) sources.push(openHostileSource(name));
    return await answerSources(sources, child, memory);
  } finally {
    child.end();
    for (const source of sources) source.remove();
  }
}

async function answerSources(sources: readonly Source[], child: WatchedChild, memory: Memory): Promise<number> {
  await child.ask(warmUp);
  // Files of each source: decoders allocate memory once and keep it. The base is the most that these files took, because the
  // process may give memory back at any time.
  for (const { root, keys } of sources) {
    for (const key of keys.slice(0, warmUpFiles)) {
      const reply = await child.ask({ root, key });
      if ('answer' in reply) memory.base = Math.max(memory.base, reply.answer.rss);
    }
  }
  const violations: string[] = [];
  let files = 0;
  let answers = 0;
  for (const source of sources) {
    const run: Run = { source, outcomes: [], violations, memory };
    await answerAll(child, run);
    console.log(report(run));
    files += run.outcomes.length;
    answers += run.outcomes.reduce((sum, outcome) => sum + outcome.answers, 0);
  }
  memory.end = await memoryOf(child);
  const growth = Math.max(memory.peak, memory.end) - memory.base;
  if (growth > maxGrowth) violations.push(`${mib(growth)} MiB of memory gained`);
  for (const violation of violations) console.error(`FAILED: ${violation}`);
  console.log(
    `memory: ${mib(memory.base)} MiB at most for ${warmUpFiles} files of each source, peak ${mib(memory.peak)}, at the end ${mib(memory.end)}`,
  );
  console.log(`${files} files, ${answers} answers, ${violations.length} violations`);
  return files > 0 && violations.length === 0 ? 0 : 1;
}

/** The names. Throws UsageError when a file or folder does not exist. */
function there(names: readonly string[]): readonly string[] {
  const missing = names.find((name) => !existsSync(name));
  if (missing !== undefined) throw new UsageError(`no folder or archive at ${resolve(missing)}`);
  return names;
}

function hostileIn(corpus: string): readonly string[] {
  const found = defaultSources.map((name) => `${corpus}/${name}`).filter((name) => existsSync(name));
  if (found.length === 0) throw new UsageError(`no hostile files in ${resolve(corpus)}`);
  return found;
}

async function answerAll(child: WatchedChild, run: Run): Promise<void> {
  const { name, keys } = run.source;
  for (const [i, key] of keys.entries()) {
    progressLine(`${name} ${i + 1}/${keys.length}`);
    await answerOne(child, key, run);
  }
  progressLine('');
}

async function answerOne(child: WatchedChild, key: string, run: Run): Promise<void> {
  const { root } = run.source;
  const reply = await child.ask({ root, key });
  if ('failed' in reply) {
    run.violations.push(`${key}: ${reply.failed}`);
    return;
  }
  const { outcome, uncaught, rss } = reply.answer;
  run.memory.peak = Math.max(run.memory.peak, rss);
  if (uncaught !== undefined) run.violations.push(`${key}: uncaught: ${uncaught}`);
  if (outcome === undefined) return;
  run.outcomes.push(outcome);
  run.violations.push(...outcome.wrong.map((wrong) => `${key}: ${wrong}`));
  if (outcome.ms > maxMs) run.violations.push(`${key}: ?${outcome.slowest} took ${outcome.ms.toFixed(0)} ms`);
}

async function memoryOf(child: WatchedChild): Promise<number> {
  const reply = await child.ask({ memory: true });
  return 'answer' in reply ? reply.answer.rss : 0;
}

function report({ source, outcomes }: Run): string {
  const counts = new Map<string, number>();
  for (const { code } of outcomes) counts.set(code, (counts.get(code) ?? 0) + 1);
  const codes = [...counts].sort((a, b) => b[1] - a[1]).map(([code, count]) => `${code} ${count}`);
  const slowest = [...outcomes].sort((a, b) => b.ms - a.ms).slice(0, 5);
  const total = outcomes.reduce((sum, { totalMs }) => sum + totalMs, 0);
  const answers = outcomes.reduce((sum, outcome) => sum + outcome.answers, 0);
  return [
    `${source.name}: ${outcomes.length} files, ${answers} answers, ${(total / Math.max(1, answers)).toFixed(2)} ms each on average`,
    `  codes    ${codes.join(', ')}`,
    `  slowest  ${slowest.map((one) => `${one.ms.toFixed(1)} ms ${one.key}?${one.slowest} (${one.requests} GETs)`).join('\n           ')}`,
  ].join('\n');
}

function mib(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}

if (require.main === module) runMain(main);
