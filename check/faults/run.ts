// Runs one scenario and judges the result.
import { memoryCache } from '../../lib/cache/memory';
import type { JobDeps } from '../../lib/job';
import { isLasting } from '../../lib/problem';
import { problems } from '../../lib/problem-table';
import type { CacheSetup } from '../../lib/read/entry';
import type { Answer, ByteRange } from '../../lib/types';
import type { Version } from './images';
import { askJob, depsOf, type Exchange, type RightAnswer, rightAnswer } from './right-answers';
import type { Scenario, Target } from './scenario';
import { enoughMs, keys, named, openWorld, type World } from './world';

/** What must not have happened. `maybeSlow`: a machine that is too busy for the times of the run may be the reason. */
export type Violation = Readonly<{ text: string; maybeSlow: boolean }>;

/** How a run ended: `right`, `wrong`, or the code of the problem. */
export type Result = Readonly<{ scenario: Scenario; outcome: string; violations: readonly Violation[] }>;

/** Milliseconds. `stalledTry`: of a try at which something stalls; `leak`: until connections must be closed. */
export type WaitTimes = Readonly<{ stalledTry: number; leak: number }>;

/** Runs a scenario. Each violation is a line for the report. */
export async function runScenario(scenario: Scenario, patience: WaitTimes): Promise<Result> {
  const right = await rightAnswer(scenario.image, 'first', scenario.view);
  const world = await openWorld(scenario, rangeOf(scenario.target, right.reads), patience.stalledTry);
  try {
    const cache = cachingOf(scenario, world);
    if (scenario.target === 'cache get') await prefill(scenario, world);
    const totalMs = scenario.wholeTime ? patience.stalledTry : enoughMs;
    const exchange = await askJob(keys.faulty, scenario.view, { ...depsOf(world.bucket, { totalMs }), cache });
    const outcome = await outcomeOf(exchange, scenario);
    const violations = [...judge(outcome, exchange, scenario, right.reads), ...tries(world, scenario)];
    if (world.hits() === 0) violations.push({ text: 'the fault never happened', maybeSlow: hasTimes(scenario) });
    await world.stop();
    const deps = { ...depsOf(world.bucket, { totalMs: enoughMs }), cache };
    violations.push(...(await judgeAfter(outcome, scenario, deps)), ...tries(world, scenario));
    violations.push(...(await leaks(world, right, patience)));
    return { scenario, outcome, violations };
  } finally {
    await world.close();
  }
}

/** Whether something ends by time in a run: a try that stalls, or what is asked of a cache. */
function hasTimes({ kind, target }: Scenario): boolean {
  return kind.stalls === true || target === 'cache get' || target === 'cache put';
}

function rangeOf(target: Target, reads: readonly ByteRange[]): ByteRange | null {
  if (target === 'cache get' || target === 'cache put') return null;
  const at = { first: 0, middle: Math.floor(reads.length / 2), last: reads.length - 1 }[target];
  return reads[at] ?? null;
}

function cachingOf({ target, trusting }: Scenario, { cache }: World): CacheSetup | null {
  const shared = { revision: 'm1', isWatched: () => true, now: () => 1_000 };
  if (target === 'cache get' || target === 'cache put') return { ...shared, store: cache, freshness: 'verify' };
  return trusting ? { ...shared, store: memoryCache(16 * 1024 * 1024), freshness: 'trust' } : null;
}

/** Puts the right entry where the cache gets it from. */
async function prefill(scenario: Scenario, { entries }: World): Promise<void> {
  const other = await openWorld({ ...scenario, times: 0 }, null, enoughMs);
  try {
    const deps = { ...depsOf(other.bucket, { totalMs: enoughMs }), cache: cachingOf(scenario, other) };
    await askJob(keys.faulty, scenario.view, deps);
    for (const [path, bytes] of other.entries) entries.set(path, bytes);
  } finally {
    await other.close();
  }
}

/** 'right' for exactly the answer about one version that the object had, 'wrong' for any other 200, else the problem. */
async function outcomeOf({ answer, line }: Exchange, scenario: Scenario): Promise<string> {
  if (answer.status !== 200) return String(line['code']);
  const versions: readonly Version[] = [
    'first',
    ...(scenario.kind.becomes === undefined ? [] : [scenario.kind.becomes]),
  ];
  for (const version of versions) {
    const right = await rightAnswer(scenario.image, version, scenario.view);
    if (isSame(answer, right.answer, scenario.kind.altersStat !== true && scenario.kind.tagless !== true))
      return 'right';
  }
  return 'wrong';
}

/** Whether two answers are the same; without what they say of the version, where the fault is in that. */
function isSame(answer: Answer, right: Answer, withStat: boolean): boolean {
  if (!withStat) return Buffer.compare(contentOf(answer), contentOf(right)) === 0;
  const names = ['content-type', 'content-length', 'etag', 'last-modified'];
  return names.every((name) => answer.headers[name] === right.headers[name]) && isSameBody(answer, right);
}

function isSameBody(a: Answer, b: Answer): boolean {
  return Buffer.compare(Buffer.from(a.body), Buffer.from(b.body)) === 0;
}

/** The body without the size and the ETag of the object, which the style `typed` shows first. */
function contentOf({ body }: Answer): Buffer {
  const plain = Buffer.from(body);
  return typeof body === 'string' ? Buffer.from(body.replace(/"size":\d+,"etag":(null|"(\\.|[^"\\])*"),/, '')) : plain;
}

const cures = { unneeded: Number.POSITIVE_INFINITY, retry: 2, restart: 1, none: 0 } as const;

/** What is wrong with the answer and its line of the log. */
function judge(
  outcome: string,
  { answer, line }: Exchange,
  scenario: Scenario,
  reads: RightAnswer['reads'],
): Violation[] {
  const { kind, target, times } = scenario;
  const isCache = target === 'cache get' || target === 'cache put';
  const isFirst = rangeOf(target, reads) === reads[0];
  const cured = cures[(isFirst ? kind.firstCure : undefined) ?? kind.cure];
  // A cache can save work, never cost an answer.
  const codes: readonly string[] = isCache || times <= cured ? [] : kind.codes(isFirst);
  const texts: string[] = [];
  if (outcome !== 'right' && !codes.includes(outcome))
    texts.push(`answered ${outcome} (${line['problem'] ?? ''}), allowed: ${['right', ...codes].join(', ')}`);
  if (line['status'] !== answer.status) texts.push(`the log says ${line['status']}, the answer ${answer.status}`);
  const row = Object.entries(problems).find(([code]) => code === line['code'])?.[1];
  if (answer.status !== (row?.status ?? 200)) texts.push(`${answer.status} for ${line['code']}`);
  const text = JSON.stringify([line, answer.headers, answer.status === 200 ? '' : answer.body]);
  if (/SECRET|AKID|Signature=|Bad gateway/.test(text)) texts.push(`says too much: ${text}`);
  return texts.map((each) => ({ text: each, maybeSlow: outcome === 'Timeout' && hasTimes(scenario) }));
}

/** Tries of each read, as the store counted them: at most three for each time that the read was asked for. */
function tries({ server, reads, refusals }: World, { target }: Scenario): Violation[] {
  const counts = new Map<string, number>();
  for (const request of server.requests) counts.set(named(request), (counts.get(named(request)) ?? 0) + 1);
  const texts: string[] = [];
  for (const [name, count] of counts) {
    const asked = reads.filter((read) => read === name).length;
    // A cache is asked again where others wrote meanwhile: three rounds, and once more without a condition.
    const most = name.startsWith('/cache/') ? 3 * 4 * 3 : 3 * asked;
    if (count > most) texts.push(`${count} tries of ${asked} reads: ${name}`);
  }
  if (!target.startsWith('cache') && refusals() > 3 * reads.length)
    texts.push(`${refusals()} connections for ${reads.length} reads`);
  return texts.map((text) => ({ text, maybeSlow: false }));
}

/** The faults are over: the same object and another one, over the same connections, must be read. */
async function judgeAfter(outcome: string, scenario: Scenario, deps: JobDeps): Promise<Violation[]> {
  const texts: string[] = [];
  const again = await askJob(keys.faulty, scenario.view, deps);
  const after = await outcomeOf(again, scenario);
  // The cache keeps a fault that lasts as long as the object's bytes, when the store reported it for these bytes.
  const isKept = scenario.trusting && isLasting(outcome) && after === outcome;
  if (after !== 'right' && !isKept) texts.push(`afterwards: ${after} (${again.line['problem'] ?? ''})`);
  const other = await askJob(keys.other, scenario.view, deps);
  const right = await rightAnswer(scenario.image, 'other', scenario.view);
  if (!isSame(other.answer, right.answer, scenario.kind.tagless !== true)) {
    const problem = other.line['problem'] ?? 'wrong data';
    texts.push(`another object: ${other.answer.status} ${other.line['code']} (${problem})`);
  }
  return texts.map((text) => ({ text, maybeSlow: false }));
}

/** Connections that stay open beyond those that may wait for the next read: as many as were needed at once. */
async function leaks({ server }: World, { together }: RightAnswer, { leak }: WaitTimes): Promise<Violation[]> {
  const kept = together + 1; // and one to the cache
  const end = performance.now() + leak;
  while (server.sockets.size > kept && performance.now() < end) await new Promise((done) => setTimeout(done, 5));
  const { size } = server.sockets;
  return size > kept ? [{ text: `${size} connections stay open, ${kept} may`, maybeSlow: false }] : [];
}
