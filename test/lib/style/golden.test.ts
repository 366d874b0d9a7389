// What the default style makes of each sample. `GOLDEN=write npx jest golden` writes the files anew; read the difference.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultLimits } from '../../../lib/limits';
import { ProblemError } from '../../../lib/problem';
import { cos } from '../../../lib/style/cos';
import { anyRef, bucketOf } from '../../build/counting-bucket';
import { readRecord } from '../../build/read';

const samples = join(__dirname, '../../../samples');
const golden = join(__dirname, 'golden');

const names = readdirSync(samples, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(jpe?g|png|tiff?|txt)$/i.test(name))
  .map((name) => name.normalize('NFC'));

/** The answer's JSON, a member a line, or the problem's code. */
async function render(bytes: Uint8Array): Promise<string> {
  const deps = { bucket: bucketOf(bytes).bucket, limits: defaultLimits, dropGroups: [] };
  const signal = new AbortController().signal;
  const text = await readRecord(anyRef, deps, { requests: 0, bytes: 0 }, signal).then(
    (record) => cos.render(record),
    (error: unknown) => {
      if (error instanceof ProblemError) return JSON.stringify({ problem: error.code });
      throw error;
    },
  );
  return `${JSON.stringify(JSON.parse(text), null, 2)}\n`;
}

test('there are samples', () => {
  expect(names.length).toBeGreaterThanOrEqual(8);
});

test.each(names)('%s', async (name) => {
  const path = join(golden, `${name.replaceAll(/[\\/]/g, ' ')}.json`);
  const shown = await render(readFileSync(join(samples, name)));
  if (process.env['GOLDEN'] === 'write') {
    mkdirSync(golden, { recursive: true });
    writeFileSync(path, shown);
  }
  expect(shown).toBe(readFileSync(path, 'utf8'));
});

test('there is no golden file without its sample', () => {
  const expected = names.map((name) => `${name.replaceAll(/[\\/]/g, ' ')}.json`).toSorted();
  expect(
    readdirSync(golden)
      .map((name) => name.normalize('NFC'))
      .toSorted(),
  ).toEqual(expected);
});
