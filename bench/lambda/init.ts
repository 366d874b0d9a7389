// From the start of a process of the runtime client to the function's first answer, programs taking turns.
import { median } from '../../testing/program/median';
import { askOnce, type Contestant, start } from './contestants';

/** Milliseconds: the median, that over the first program's, and the shortest, which other work on the machine changes least. */
export type FirstAnswer = Readonly<{ name: string; ms: number; over: number; least: number }>;

/** A program, and what it is asked. */
export type Starter = Readonly<{ program: Contestant; event: unknown }>;

/** Starts each `times` times over the store at `port`, and asks it once. */
export async function measureFirstAnswers(
  starters: readonly Starter[],
  at: Readonly<{ client: string; port: number }>,
  times: number,
): Promise<readonly FirstAnswer[]> {
  const taken = starters.map((): number[] => []);
  for (let time = 0; time <= times; time++) {
    for (const [i, { program, event }] of starters.entries()) {
      const running = await start(program, at.client, at.port);
      try {
        const { ms } = await askOnce(running, event);
        if (time > 0) taken[i]?.push(ms); // the first run fills the disk cache
      } finally {
        await running.stop();
      }
    }
  }
  const empty = median(taken[0] ?? []);
  return taken.map((all, i) => {
    const ms = median(all);
    return { name: starters[i]?.program.name ?? '', ms, over: ms - empty, least: Math.min(...all) };
  });
}
