// The workflows of .github/, read.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export type Step = Readonly<{ name?: string; uses?: string; run?: string; with?: Readonly<Record<string, unknown>> }>;
export type Job = Readonly<{
  uses?: string;
  permissions?: Readonly<Record<string, string>>;
  'timeout-minutes'?: number;
  steps?: readonly Step[];
}>;
export type Workflow = Readonly<{
  permissions?: unknown;
  concurrency?: unknown;
  jobs: Readonly<Record<string, Job>>;
}>;

export const root = join(__dirname, '..', '..');
const folder = join(root, '.github', 'workflows');

/** File name, text and content of each. */
export const workflows = readdirSync(folder).map((file) => {
  const text = readFileSync(join(folder, file), 'utf8');
  return { file, text, workflow: parse(text) as Workflow };
});

/** All jobs, as `release.yml: npm`. */
export const jobs = workflows.flatMap(({ file, workflow }) =>
  Object.entries(workflow.jobs).map(([name, job]) => ({ name: `${file}: ${name}`, job })),
);

/** All steps with a command, as `release.yml: npm: Publish the npm package`. */
export const commands = jobs.flatMap(({ name, job }) =>
  (job.steps ?? []).flatMap((step) =>
    step.run === undefined ? [] : [{ name: `${name}: ${step.name ?? '?'}`, run: step.run }],
  ),
);
