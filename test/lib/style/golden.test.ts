// What each style makes of each sample. `GOLDEN=write npx jest golden -t <style>` writes its files again: read the difference.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultLimits } from '../../../lib/limits';
import { ProblemError } from '../../../lib/problem';
import type { Style } from '../../../lib/types';
import { readRecord } from '../../../testing/compare/read';
import { anyRef, bucketOf } from '../../../testing/fakes/counting-bucket';
import { everyStyle } from './every-style';

const samples = join(__dirname, '../../../samples');
const golden = join(__dirname, 'golden');

const names = readdirSync(samples, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(jpe?g|png|tiff?|txt)$/i.test(name))
  .map((name) => name.normalize('NFC'));

/** A sample's golden file, the same for each style. */
const fileOf = (name: string): string => `${name.replaceAll(/[\\/]/g, ' ')}.json`;

/** The answer's JSON, a member a line, or the problem's code. */
async function render(style: Style, bytes: Uint8Array): Promise<string> {
  const deps = { bucket: bucketOf(bytes).bucket, limits: defaultLimits, dropGroups: [] };
  const signal = new AbortController().signal;
  const text = await readRecord(anyRef, deps, { requests: 0, bytes: 0 }, signal).then(
    (record) => style.render(record),
    (error: unknown) => {
      if (error instanceof ProblemError) return JSON.stringify({ problem: error.code });
      throw error;
    },
  );
  return pretty(text);
}

/** A member a line; the formatter may fold short lists of a golden file. */
function pretty(json: string): string {
  return `${JSON.stringify(JSON.parse(json), null, 2)}\n`;
}

test('there are samples', () => {
  expect(names.length).toBeGreaterThanOrEqual(8);
});

describe.each(everyStyle)('$name', (style) => {
  test.each(names)('%s', async (name) => {
    const path = join(golden, style.name, fileOf(name));
    const shown = await render(style, readFileSync(join(samples, name)));
    if (process.env['GOLDEN'] === 'write') {
      mkdirSync(join(golden, style.name), { recursive: true });
      writeFileSync(path, shown);
    }
    expect(shown).toBe(pretty(readFileSync(path, 'utf8')));
  });

  test('every golden file has its sample', () => {
    const files = readdirSync(join(golden, style.name)).map((name) => name.normalize('NFC'));
    expect(files.toSorted()).toEqual(names.map(fileOf).toSorted());
  });
});

test('every folder of golden files has its style', () => {
  expect(readdirSync(golden).toSorted()).toEqual(everyStyle.map(({ name }) => name).toSorted());
});
