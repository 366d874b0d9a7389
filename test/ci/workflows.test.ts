// The workflows keep to GitHub's schema, and to rules that limit what a workflow or a changed action could do.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validateWorkflow } from '@action-validator/core';
import { parse } from 'yaml';
import { jobs, root, workflows } from './workflows';

test.each(workflows)('$file is valid', ({ text }) => {
  expect(validateWorkflow(text)).toEqual({ actionType: 'workflow', errors: [] });
});

test('a wrong workflow is found', () => {
  expect(validateWorkflow('on: push\njobs: { a: { steps: [] } }').errors).not.toEqual([]);
});

test.each(workflows)('$file gives no right to all jobs, and never runs twice at once', ({ workflow }) => {
  expect(workflow.permissions).toEqual({});
  expect(workflow.concurrency).toBeDefined();
});

/** The only rights to write. */
const rights: Readonly<Record<string, object>> = {
  'release.yml: npm': { 'id-token': 'write' },
  'release.yml: image': { contents: 'read', packages: 'write' },
  'release.yml: release': { contents: 'write' },
};

test.each(jobs)('$name has only the rights that it needs, and a time limit', ({ name, job }) => {
  expect(job.permissions).toEqual(rights[name] ?? { contents: 'read' });
  if (job.uses === undefined) expect(job['timeout-minutes']).toBeLessThanOrEqual(60);
});

/** Every action of others, as it is named, with the comment. */
const actions = new Set(
  workflows.flatMap(({ text }) => [...text.matchAll(/\buses: (?!\.\/)(.+)$/gm)].map(([, action = '']) => action)),
);

test.each([...actions])('%s is pinned to a commit, with its version', (action) => {
  expect(action).toMatch(/^[a-z-]+\/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});

test('an action has the same commit everywhere', () => {
  expect(new Set([...actions].map((action) => action.split('@')[0])).size).toBe(actions.size);
});

const checkouts = jobs.flatMap(({ name, job }) =>
  (job.steps ?? []).flatMap((step) => (step.uses?.startsWith('actions/checkout@') ? [{ name, step }] : [])),
);

test.each(checkouts)('$name leaves no token in the clone', ({ step }) => {
  expect(step.with).toMatchObject({ 'persist-credentials': false });
});

test('the tests run on every Node version that README and package.json name', () => {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { engines: { node: string } };
  const nodes = /node: \[(.*)\]/.exec(workflows.find(({ file }) => file === 'test.yml')?.text ?? '')?.[1];
  expect(nodes?.split(', ')).toEqual(['20', '22', '24']);
  expect(engines.node).toMatch(/^>=20\./);
});

test('updates are grouped, for npm, Docker and the actions', () => {
  type Update = Readonly<{ 'package-ecosystem': string; groups: object; schedule: object }>;
  const { updates } = parse(readFileSync(join(root, '.github', 'dependabot.yml'), 'utf8')) as { updates: Update[] };
  expect(updates.map((update) => update['package-ecosystem'])).toEqual(['npm', 'docker', 'github-actions']);
  for (const { groups, schedule } of updates) {
    expect(Object.keys(groups).length).toBeGreaterThan(0);
    expect(schedule).toEqual({ interval: 'weekly' });
  }
});
