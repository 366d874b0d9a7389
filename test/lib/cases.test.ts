// Small files of kinds that were once read wrongly, with what the style `typed` must answer of each: test/cases/cases.json.
//
// Keys of `expected`: `w`, `h` the size; `d:X` the derived value X; `IFD:Tag` the tag as `typed` shows it; the same with `~`
// behind it, a text that the value contains; `len:IFD:Tag` the length of the value.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultLimits } from '../../lib/limits';
import { typed } from '../../lib/style/typed';
import { readRecord } from '../../testing/compare/read';
import { anyRef, bucketOf } from '../../testing/fakes/counting-bucket';

type Case = Readonly<{ file: string; kind: string; expected: Readonly<Record<string, unknown>> }>;
type Tag = Readonly<{ name: string | null; value?: unknown; base64?: string }>;
type Answer = Readonly<{
  width: number | null;
  height: number | null;
  ifds: Readonly<Record<string, readonly Tag[]>>;
  derived: Readonly<Record<string, unknown>>;
}>;

const folder = join(__dirname, '../cases');
const cases: readonly Case[] = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8'));

async function answerOf(file: string): Promise<Answer> {
  const { bucket } = bucketOf(readFileSync(join(folder, file)));
  const deps = { bucket, limits: defaultLimits, dropGroups: [] };
  return JSON.parse(
    typed.render(await readRecord(anyRef, deps, { requests: 0, bytes: 0 }, new AbortController().signal)),
  );
}

/** What the answer has of a key of `expected`, in the form in which the key expects it. */
function foundAt({ width, height, ifds, derived }: Answer, key: string): unknown {
  if (key === 'w') return width;
  if (key === 'h') return height;
  if (key.startsWith('d:')) return derived[key.slice(2)];
  if (key.startsWith('len:')) return lengthOf(foundAt({ width, height, ifds, derived }, key.slice(4)));
  const [ifd = '', name = ''] = key.replace(/~$/, '').split(':');
  const tag = ifds[ifd]?.find((candidate) => candidate.name === name);
  return tag?.value ?? tag?.base64;
}

function lengthOf(value: unknown): number | undefined {
  return typeof value === 'string' || Array.isArray(value) ? value.length : undefined;
}

function expectAnswer(answer: Answer, expected: Case['expected']): void {
  for (const [key, value] of Object.entries(expected)) {
    const found = { [key]: foundAt(answer, key) };
    expect(found).toEqual({ [key]: key.endsWith('~') ? expect.stringContaining(String(value)) : value });
  }
}

for (const { file, kind, expected } of cases) {
  test(`${file}: ${kind}`, async () => {
    expectAnswer(await answerOf(file), expected);
  });
}

test('every file has a row', () => {
  const files = readdirSync(folder).filter((file) => file !== 'cases.json');
  expect(cases.map(({ file }) => file).sort()).toEqual(files.sort());
});
