// Runs a check over one input, and turns errors and lost time into reasons.
import type { Check, Target } from './target';

/** Milliseconds of processor time for one input; a slower one is run again, as other processes share the machine. */
export const maxMs = 250;
/** The same for the thorough check, which reads an input in seven ways and renders every style. */
export const maxThoroughMs = 10 * maxMs;
const triesWhenSlow = 3;

/** A fault that an input shows. `place` is the place in the code, if known. Equal reasons and places are the same fault. */
export type InputFault = Readonly<{ reason: string; place: string }>;

/** What is wrong, and the milliseconds that the check took. */
export type Judgement = Readonly<{ wrong: readonly InputFault[]; ms: number }>;

/** Runs a check in `mostMs`; an error that it throws is a reason with the place that it was thrown at. */
export async function judgeInput(check: Check, input: Uint8Array, mostMs: number = maxMs): Promise<Judgement> {
  const startedAt = performance.now();
  const wrong = await reasonsOf(check, input);
  const ms = performance.now() - startedAt;
  if (ms <= mostMs) return { wrong, ms };
  const least = await leastMs(check, input);
  if (least <= mostMs) return { wrong, ms: least };
  return { wrong: [...wrong, { reason: `took over ${mostMs} ms of processor time`, place: '' }], ms: least };
}

/** How much time the two checks of a target may take. */
export type Times = Readonly<{ quick: number; thorough: number }>;

/** All that both checks of a target find wrong with an input. */
export async function judgeWhole(
  { run, examine }: Target,
  input: Uint8Array,
  { quick, thorough }: Times = { quick: maxMs, thorough: maxThoroughMs },
): Promise<readonly InputFault[]> {
  return [...(await judgeInput(run, input, quick)).wrong, ...(await judgeInput(examine, input, thorough)).wrong];
}

/** The least processor time of some runs, in milliseconds. */
async function leastMs(check: Check, input: Uint8Array): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < triesWhenSlow; i++) {
    const startedAt = process.cpuUsage();
    await reasonsOf(check, input);
    const { user, system } = process.cpuUsage(startedAt);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

/** Most inputs end in an error that is expected, and a stack takes longer than the rest: it is taken when it is needed. */
async function reasonsOf(check: Check, input: Uint8Array): Promise<readonly InputFault[]> {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return (await check(input)).map((reason) => ({ reason, place: '' }));
  } catch {
    Error.stackTraceLimit = 20;
    return [await errorOf(check, input)];
  } finally {
    Error.stackTraceLimit = limit;
  }
}

async function errorOf(check: Check, input: Uint8Array): Promise<InputFault> {
  try {
    await check(input);
  } catch (error) {
    if (!(error instanceof Error)) return { reason: `threw ${String(error)}`, place: '' };
    const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
    const own = frames.filter((line) => /[\\/]lib[\\/]/.test(line)).slice(0, 4);
    const reason = `threw ${error.name}: ${error.message}`.slice(0, 300);
    return { reason, place: own.map((line) => line.trim()).join('\n') };
  }
  return { reason: 'threw once, and not when it was run again', place: '' };
}
