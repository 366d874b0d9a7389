// Every target over its seeds and over the inputs that fuzzing kept: nothing is wrong with any of them.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readInputs } from '../../../check/fuzz/corpus';
import { judgeWhole } from '../../../check/fuzz/judge-input';
import { allTargets } from '../../../check/fuzz/targets';
import { containers } from '../../../lib/container';

const root = join(__dirname, '..', '..', '..');
const saved = join(root, 'test', 'fuzz-corpus');
const targets = allTargets(root);
/** A test must not fail because the machine is busy: time is for `npm run fuzz` to judge. */
const anyTime = { quick: Infinity, thorough: Infinity };

test('every container has a target, and every target has a folder of inputs', () => {
  const names = targets.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(containers.map(({ name }) => name)));
  expect(new Set(names).size).toBe(names.length);
  expect(readdirSync(saved).sort()).toEqual([...names].sort());
});

test('the inputs are small', () => {
  const files = readdirSync(saved, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
  expect(files.length).toBeLessThan(800);
  expect(bytes).toBeLessThan(1_000_000);
});

test.each(targets)('$name', async (target) => {
  const inputs = [...target.seeds(), ...readInputs(saved, target.name), new Uint8Array(0)];
  expect(inputs.length).toBeGreaterThan(1);
  for (const input of inputs) expect(await judgeWhole(target, input, anyTime)).toEqual([]);
});
