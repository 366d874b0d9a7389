import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastInputWriter, readLastInput } from '../../../check/fuzz/last-input';
import { supervise } from '../../../check/fuzz/supervise';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fuzz-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const program = { path: join(__dirname, '..', 'children', 'fuzz-end.cjs'), hangMs: 100 };

async function run(seed: number) {
  const task = { root: '', seed, minutes: 1, corpus: '', save: null, findings: folder, jobs: 2, names: ['a', 'b'] };
  const targets = [
    ['a', null],
    ['b', null],
  ] as const;
  return supervise({ ...task, targets }, () => undefined, program);
}

test.each([
  ['a crash', 1, 'the process ended with 9'],
  ['a hang', 2, 'no end after 100 ms'],
])('%s is a finding with the input that it is about', async (_, seed, reason) => {
  const { findings } = await run(seed);
  expect(findings).toHaveLength(2); // one for each of the two processes
  for (const { target, wrong, path } of findings) {
    expect({ target, reason: wrong.reason }).toEqual({ target: 'b', reason });
    expect(readFileSync(path, 'latin1')).toBe('bad');
  }
});

test('the reports of the processes are added up', async () => {
  expect(await run(3)).toEqual({ targets: [], findings: [], branches: 1, cpuSeconds: 4 });
});

test('the last input is what was written last', () => {
  const path = join(folder, 'last');
  const writer = lastInputWriter(path, 10);
  expect(readLastInput(path)).toBeNull();
  writer.write(3, Uint8Array.of(1, 2, 3));
  writer.write(5, Uint8Array.of(9));
  writer.close();
  expect(readLastInput(path)).toEqual({ writes: 2, target: 5, input: Uint8Array.of(9) });
});
