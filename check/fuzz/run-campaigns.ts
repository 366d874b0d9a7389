// Runs campaigns over the targets of one process in turns. Loaded when lib/ is instrumented already.
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { type Campaign, createCampaign } from './campaign';
import { chooseInputs, readInputs, writeInputs } from './corpus';
import { type Coverage, coverageOf } from './coverage';
import { dictionaryOf } from './dictionary';
import { findingsIn } from './findings';
import { lastInputWriter } from './last-input';
import type { Instrumentation } from './load-instrumented';
import { memoryWatch } from './memory-watch';
import { rejectionWatch } from './rejection-watch';
import type { Target } from './target';
import { allTargets } from './targets';
import type { TargetState, WorkerNews, WorkerTask } from './task';

/** Executions of a target of weight 1 before it is the next one's turn. */
const turn = 200;
const newsMs = 2_000;

/** Does a task; resolves when it is done. `tell` gets the news from time to time, and at the end. */
export async function runCampaigns(
  task: WorkerTask,
  instrumented: Instrumentation,
  tell: (news: WorkerNews) => void,
): Promise<void> {
  const all = allTargets(task.root);
  const targets = task.targets.flatMap(([name]) => all.filter((target) => target.name === name));
  const lastInput = lastInputWriter(task.lastInput, Math.max(...targets.map(({ maxLength }) => maxLength)));
  const rejections = rejectionWatch();
  const memory = memoryWatch();
  const begin = (target: Target, input: Uint8Array): void => {
    lastInput.write(all.indexOf(target), input);
    rejections.begin(target, input);
  };
  const { findings, report } = findingsIn(task.findings, begin);
  const coverage = coverageOf(instrumented.counters, () => instrumented.used);
  const dictionary = dictionaryOf(instrumented.texts, instrumented.numbers);
  const campaigns = targets.map((target) => {
    const corpus = readInputs(task.corpus, target.name);
    return createCampaign({ target, seed: task.seed, coverage, dictionary, corpus, begin, report });
  });
  const news = (done: boolean): WorkerNews => ({
    done,
    branches: instrumented.used,
    targets: campaigns.map(stateOf),
    findings,
    cpuSeconds: cpuSeconds(),
  });
  const afterTurn = async (target: Target): Promise<void> => {
    await setImmediate();
    for (const found of await rejections.take()) await report(found.target, found.input, [found.wrong]);
    const wrong = memory.check(() => campaigns.flatMap(({ state }) => state().inputs));
    if (wrong !== null) await report(target, new Uint8Array(0), [wrong]);
  };
  await runTurns(task, campaigns, afterTurn, () => tell(news(false)));
  if (task.save !== null) await save(task.save, campaigns, coverage);
  lastInput.close();
  tell(news(true));
}

/** Writes a small choice of the inputs of each target. */
async function save(folder: string, campaigns: readonly Campaign[], coverage: Coverage): Promise<void> {
  for (const { target, state } of campaigns) {
    const room = { files: Math.ceil(8 * target.weight), bytes: 18_000 * target.weight, longest: 4096 };
    writeInputs(folder, target.name, await chooseInputs(target, state().inputs, coverage, room));
  }
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Gives each campaign its turns until all have had their executions or the time is over. */
async function runTurns(
  { targets, minutes }: WorkerTask,
  campaigns: readonly Campaign[],
  afterTurn: (target: Target) => Promise<void>,
  tell: () => void,
): Promise<void> {
  const until = performance.now() + 60_000 * minutes;
  let toldAt = performance.now();
  const left = targets.map(([, executions]) => executions ?? Number.POSITIVE_INFINITY);
  while (left.some((count) => count > 0)) {
    for (const [i, campaign] of campaigns.entries()) {
      const count = Math.min(left[i] ?? 0, Math.ceil(turn * campaign.target.weight));
      if (count <= 0) continue;
      await campaign.run(count);
      left[i] = (left[i] ?? 0) - count;
      await afterTurn(campaign.target);
      if (performance.now() - toldAt > newsMs) {
        toldAt = performance.now();
        tell();
      }
      if (performance.now() > until) return;
    }
  }
}

function stateOf({ target, state }: Campaign): TargetState {
  const { inputs, ...rest } = state();
  const hash = createHash('sha256');
  for (const input of inputs) hash.update(`${input.length} `).update(input);
  return { name: target.name, ...rest, inputs: inputs.length, digest: hash.digest('hex').slice(0, 12) };
}
