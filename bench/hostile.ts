// Answers a request for every hostile file, and exits 1 when one crashes, hangs, takes long or gets a bad answer.
//   node dist/bench/hostile.js [folder | archive.tar.xz] ...
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { FileOutcome } from './hostile/run-file';
import { defaultSources, openSource, type Source } from './hostile/sources';
import { type Reply, type WatchedChild, watchedChild } from './hostile/watched-child';
import { runMain } from './run-main';

const help = `Usage: npm run hostile -- [folder | archive.tar.xz] ...

Answers GET /<file>?exif for every file, one after the other in one process, with the deployed limits. Without names it
takes the hostile files of ../shared/corpus.

  --corpus FOLDER  another corpus for the default
  --help

Exit code 1: a crash, an uncaught or internal error, an answer over 250 ms, one that is no JSON or over 1 MiB, or more than
64 MiB of memory gained.
`;

/** Milliseconds for one answer. A slower one is asked for again, up to twice: other processes share the machine. */
const maxMs = 250;
/** Bytes of resident memory gained after the first files, at the highest and at the end. */
const maxGrowth = 64 * 1024 * 1024;
const warmUpFiles = 100;

/** Milliseconds without an answer that count as an endless loop. */
const hangMs = 10_000;

type Memory = { base: number; peak: number; end: number };
type Run = { source: Source; outcomes: FileOutcome[]; violations: string[]; memory: Memory };

/** Runs the command; the answer is the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const named = readNames(args);
  if (typeof named === 'string') {
    console.error(named);
    return named === help ? 0 : 2;
  }
  const child = watchedChild(join(__dirname, 'hostile', 'child.js'), hangMs);
  const sources: Source[] = [];
  const memory: Memory = { base: 0, peak: 0, end: 0 };
  try {
    for (const name of named) sources.push(openSource(name));
    return await answerSources(sources, child, memory);
  } finally {
    child.end();
    for (const source of sources) source.remove();
  }
}

async function answerSources(sources: readonly Source[], child: WatchedChild, memory: Memory): Promise<number> {
  const [first] = sources;
  for (const key of first?.keys.slice(0, warmUpFiles) ?? []) await child.ask({ root: first?.root ?? '', key });
  memory.base = await memoryOf(child);
  const violations: string[] = [];
  let files = 0;
  for (const source of sources) {
    const run: Run = { source, outcomes: [], violations, memory };
    await answerAll(child, run);
    console.log(report(run));
    files += run.outcomes.length;
  }
  memory.end = await memoryOf(child);
  const growth = Math.max(memory.peak, memory.end) - memory.base;
  if (growth > maxGrowth) violations.push(`${mib(growth)} MiB of memory gained`);
  for (const violation of violations) console.error(`FAILED: ${violation}`);
  console.log(
    `memory: ${mib(memory.base)} MiB after ${warmUpFiles} files, highest ${mib(memory.peak)}, at the end ${mib(memory.end)}`,
  );
  console.log(`${files} files, ${violations.length} violations`);
  return files > 0 && violations.length === 0 ? 0 : 1;
}

/** Folders and archives, or a text to print instead of running. */
function readNames(args: readonly string[]): readonly string[] | string {
  const options = { corpus: { type: 'string' }, help: { type: 'boolean' } } as const;
  let parsed: { values: { corpus?: string; help?: boolean }; positionals: string[] };
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('. ');
    return `hostile: ${reason}; see --help`;
  }
  if (parsed.values.help === true) return help;
  const missing = parsed.positionals.find((name) => !existsSync(name));
  if (missing !== undefined) return `hostile: no folder or archive at ${resolve(missing)}`;
  if (parsed.positionals.length > 0) return parsed.positionals;
  const corpus = parsed.values.corpus ?? '../shared/corpus';
  const found = defaultSources.map((name) => `${corpus}/${name}`).filter((name) => existsSync(name));
  return found.length > 0 ? found : `hostile: no hostile files below ${resolve(corpus)}`;
}

async function answerAll(child: WatchedChild, run: Run): Promise<void> {
  const { name, keys } = run.source;
  for (const [i, key] of keys.entries()) {
    showProgress(`${name} ${i + 1}/${keys.length}`);
    await answerOne(child, key, run);
  }
  showProgress('');
}

async function answerOne(child: WatchedChild, key: string, run: Run): Promise<void> {
  const { root } = run.source;
  let reply = await child.ask({ root, key });
  for (let again = 0; again < 2 && tookLong(reply); again++) reply = await child.ask({ root, key });
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
  if (outcome.ms > maxMs) run.violations.push(`${key}: took ${outcome.ms.toFixed(0)} ms`);
}

function tookLong(reply: Reply): boolean {
  return 'answer' in reply && (reply.answer.outcome?.ms ?? 0) > maxMs;
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
  const total = outcomes.reduce((sum, { ms }) => sum + ms, 0);
  return [
    `${source.name}: ${outcomes.length} files, ${(total / Math.max(1, outcomes.length)).toFixed(2)} ms on the mean`,
    `  codes    ${codes.join(', ')}`,
    `  slowest  ${slowest.map(({ key, ms, requests }) => `${ms.toFixed(1)} ms ${key} (${requests} GETs)`).join('\n           ')}`,
  ].join('\n');
}

function mib(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}

function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

if (require.main === module) {
  runMain(main);
}
