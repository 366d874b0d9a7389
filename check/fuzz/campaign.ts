// Fuzzes one target: changes inputs that are known, keeps those that reach new branches, and reports what is wrong.
import { createHash } from 'node:crypto';
import { type Random, seededRandom } from '../../testing/random/seeded';
import { type BranchSet, branchesIn, type Coverage } from './coverage';
import type { Dictionary } from './dictionary';
import type { Begin } from './findings';
import { type InputFault, judgeInput, maxThoroughMs } from './judge-input';
import { mutate } from './mutate';
import type { Target } from './target';

/** Of the inputs that reach nothing new, one in so many gets all checks. */
const sampleEvery = 500;
/** Inputs that are kept of one target. */
const maxInputs = 5_000;
/** Longer inputs are changed less often: of three that are drawn, the shortest one is taken. */
const draws = 3;

export type CampaignOptions = Readonly<{
  target: Target;
  seed: number;
  coverage: Coverage;
  dictionary: Dictionary;
  /** Inputs known from earlier runs. */
  corpus: readonly Uint8Array[];
  /** Called with each input before it is run. */
  begin: Begin;
  /** Called with each input that shows a fault. */
  report(target: Target, input: Uint8Array, wrong: readonly InputFault[]): Promise<void>;
}>;

export type Campaign = Readonly<{
  target: Target;
  /** Runs this many more inputs. */
  run(executions: number): Promise<void>;
  state(): Readonly<{ executions: number; inputs: readonly Uint8Array[]; branches: number; slowestMs: number }>;
}>;

type Work = {
  options: CampaignOptions;
  random: Random;
  inputs: Uint8Array[];
  known: Set<string>;
  seen: BranchSet;
  /** What the thorough checks reached. */
  seenInChecks: BranchSet;
  waiting: Uint8Array[];
  executions: number;
  slowestMs: number;
};

/**
 * A campaign over one target. Its inputs depend on the seed, the target and the number of executions alone, not on time
 * and not on the other targets.
 */
export function createCampaign(options: CampaignOptions): Campaign {
  const { target, seed, coverage, corpus } = options;
  const work: Work = {
    options,
    random: seededRandom(seedOf(target.name, seed)),
    inputs: [],
    known: new Set(),
    seen: coverage.emptySeen(),
    seenInChecks: coverage.emptySeen(),
    waiting: [...target.seeds(), ...corpus].map((input) => input.subarray(0, target.maxLength)),
    executions: 0,
    slowestMs: 0,
  };
  return {
    target,
    run: async (executions) => {
      for (let left = executions; left > 0; left--) await execute(work, nextInput(work));
    },
    state: () => ({
      executions: work.executions,
      inputs: work.inputs,
      branches: branchesIn(work.seen),
      slowestMs: work.slowestMs,
    }),
  };
}

function seedOf(name: string, seed: number): number {
  return createHash('sha256').update(`${name} ${seed}`).digest().readInt32LE(0);
}

/** A seed while there are some, then a changed input. */
function nextInput(work: Work): Uint8Array {
  const { options, random, inputs, waiting } = work;
  const seed = waiting.shift();
  if (seed !== undefined) return seed;
  if (inputs.length === 0) return new Uint8Array(0);
  const { target, dictionary } = options;
  const around = { random, dictionary, other: random.pick(inputs), maxLength: target.maxLength };
  return mutate(target, pickInput(random, inputs), around);
}

/** Half of the time one of the newest inputs, which were changed least so far. */
function pickInput(random: Random, inputs: readonly Uint8Array[]): Uint8Array {
  if (random.chance(0.3)) return inputs[Math.max(0, inputs.length - 1 - random.below(24))] ?? new Uint8Array(0);
  const drawn = Array.from({ length: draws }, () => random.pick(inputs));
  return drawn.reduce((shortest, input) => (input.length < shortest.length ? input : shortest));
}

async function execute(work: Work, input: Uint8Array): Promise<void> {
  const { options, seen, seenInChecks } = work;
  const { target, coverage } = options;
  const isSeed = work.waiting.length > 0 || work.executions === 0;
  work.executions++;
  options.begin(target, input);
  coverage.reset();
  const { wrong, ms } = await judgeInput(target.run, input);
  const isNew = coverage.addTo(seen) > 0;
  work.slowestMs = Math.max(work.slowestMs, ms);
  if (isNew) keep(work, input);
  const isSampled = isSeed || work.executions % sampleEvery === 0;
  if (!isNew && !isSampled && wrong.length === 0) return;
  coverage.reset();
  const thorough = await judgeInput(target.examine, input, maxThoroughMs);
  if (coverage.addTo(seenInChecks) > 0) keep(work, input);
  const found = [...wrong, ...thorough.wrong];
  if (found.length > 0) await options.report(target, input, found);
}

function keep({ inputs, known }: Work, input: Uint8Array): void {
  const hash = createHash('sha1').update(input).digest('base64');
  if (inputs.length >= maxInputs || known.has(hash)) return;
  known.add(hash);
  inputs.push(input);
}
