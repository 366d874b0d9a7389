// How long a fresh Node process takes to load a module, over one that loads nothing.
import { spawnSync } from 'node:child_process';
import { median } from '../../testing/program/median';

/** A program that loads one module, or none, with additions to the environment. */
export type Program = Readonly<{ name: string; module: string | null; env?: Readonly<Record<string, string>> }>;

/** Medians in milliseconds: `wall` and `cpu` of the whole process, and each over the first program's. */
export type InitResult = Readonly<{ name: string; wall: number; wallOver: number; cpu: number; cpuOver: number }>;

type Sample = Readonly<{ wall: number; cpu: number }>;

/** Where a child writes its figure: standard output may have lines of the module, such as warnings about its settings. */
const figureFd = 3;
/** Writes the CPU time that the child took, in microseconds. */
const writeCpu = `const u = process.cpuUsage(); require('node:fs').writeSync(${figureFd}, String(u.user + u.system))`;

/** Runs each program `times` times, taking turns. The first one is what the others are measured over. */
export function measureInit(programs: readonly Program[], times: number): readonly InitResult[] {
  const samples = programs.map((): Sample[] => []);
  for (let time = 0; time <= times; time++) {
    for (const [i, program] of programs.entries()) {
      const sample = runOnce(program);
      if (time > 0) samples[i]?.push(sample); // the first run fills the disk cache
    }
  }
  const figures = samples.map((of) => ({ wall: median(of.map((s) => s.wall)), cpu: median(of.map((s) => s.cpu)) }));
  const empty = figures[0] ?? { wall: 0, cpu: 0 };
  return figures.map(({ wall, cpu }, i) => {
    const name = programs[i]?.name ?? '';
    return { name, wall, wallOver: wall - empty.wall, cpu, cpuOver: cpu - empty.cpu };
  });
}

function runOnce({ name, module, env }: Program): Sample {
  const script = module === null ? writeCpu : `require(${JSON.stringify(module)}); ${writeCpu}`;
  const startedAt = performance.now();
  const child = spawnSync(process.execPath, ['-e', script], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    timeout: 30_000,
  });
  const wall = performance.now() - startedAt;
  if (child.status !== 0) throw new Error(`${name} ended with ${child.status}: ${child.stderr.slice(0, 500)}`);
  return { wall, cpu: Number(child.output[figureFd]) / 1000 };
}
