// Runs streams of events of a kind, until one goes wrong.
import type { FaultPlan } from '../../../testing/fakes/faulty-calls';
import type { Fields } from '../../../testing/fakes/model-events';
import type { ModelSink } from '../../../testing/fakes/model-sinks';
import { seededRandom } from '../../../testing/random/seeded';
import { ask, askLast } from './stream-requests';
import { change, deliver, differs, openWorld, type Setting, schedule, type Trace, type World } from './stream-world';

/** What a stream has apart from its setting. `check`: what is wrong at its end, or null. `plan`: the faults, with no others. */
export type StreamParts = Readonly<{
  sinks?: readonly ModelSink[];
  plan?: FaultPlan;
  check?: (world: World) => string | null;
}>;

/** The number of streams of each kind. `STREAMS=1000` runs 1,000. */
export function streamCount(usual: number): number {
  return Number(process.env['STREAMS'] ?? usual);
}

/** One stream; what was wrong, or null. */
export async function runStream(
  setting: Setting,
  seed: number,
  { check = () => null, ...parts }: StreamParts = {},
  trace: Trace = () => {},
): Promise<string | null> {
  const random = seededRandom(seed);
  const { turn, finish } = schedule(random);
  const world = openWorld(setting, { random, turn, trace, ...parts });
  const pending: Fields[] = [];
  let changing = true;
  const changed = change(world, pending, 2 + random.below(6)).then(() => {
    changing = false;
    return null;
  });
  const couriers = [1, 2].map(() => deliver(world, pending, () => !changing).then(() => null));
  const found = await finish([changed, ...couriers, ask(world, random.below(4)), ask(world, random.below(4))]);
  const wrong = found.find((said) => said !== null) ?? (setting.lost > 0 ? null : await differs(world));
  if (wrong !== null) return wrong;
  const [last] = await finish([askLast(world)]);
  return last ?? check(world);
}

/** Runs streams of a kind up to the first that goes wrong; what happened in that one, or ''. `open` makes the parts of each. */
export async function wrongOf(
  setting: Setting,
  times: number,
  open: (seed: number) => StreamParts = () => ({}),
): Promise<string> {
  for (let seed = 1; seed <= times; seed++) {
    if ((await runStream(setting, seed, open(seed))) === null) continue;
    // The same seed makes the same stream: once more, with all that happens in it.
    const lines: string[] = [];
    const wrong = await runStream(setting, seed, open(seed), (line) => lines.push(line()));
    return [...lines, `seed ${seed}: ${wrong}`].join('\n');
  }
  return '';
}
