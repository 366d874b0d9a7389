import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCampaign } from '../../../check/fuzz/campaign';
import { chooseInputs, readInputs, writeInputs } from '../../../check/fuzz/corpus';
import { type Coverage, coverageOf } from '../../../check/fuzz/coverage';
import { dictionaryOf } from '../../../check/fuzz/dictionary';
import { findingsIn } from '../../../check/fuzz/findings';
import type { Target } from '../../../check/fuzz/target';

const counters = new Uint8Array(64);
const guided = coverageOf(counters, () => counters.length);
/** Sees no branch, so that every input is a change of a seed. */
const blind: Coverage = { ...guided, addTo: () => 0 };
const dictionary = dictionaryOf([], []);

/** Wrong where four bytes are each in a range of their own: each is a branch behind the one before. */
const hidden: Target = {
  name: 'hidden',
  kind: 'file',
  weight: 1,
  maxLength: 64,
  seeds: () => [new Uint8Array(24)],
  run: async (input) => {
    const places = [3, 9, 13, 20];
    const right = places.findIndex((place, i) => (input[place] ?? 0) >> 6 !== (i % 3) + 1);
    for (let i = 0; i <= (right < 0 ? 4 : right); i++) counters[i] = 1;
    return right < 0 ? ['found it'] : [];
  },
  examine: async () => [],
};

async function fuzz(target: Target, executions: number, coverage = guided, seed = 1) {
  let found = 0;
  const begin = () => undefined;
  const report = async () => void found++;
  const campaign = createCampaign({ target, seed, coverage, dictionary, corpus: [], begin, report });
  await campaign.run(executions);
  return { found, inputs: campaign.state().inputs.map((input) => Buffer.from(input).toString('hex')) };
}

test('code that only several branches lead to is found with the help of coverage', async () => {
  expect((await fuzz(hidden, 40_000)).found).toBeGreaterThan(0);
  expect((await fuzz(hidden, 40_000, blind)).found).toBe(0);
});

test('a seed gives one run', async () => {
  const [first, same, other] = [
    await fuzz(hidden, 3000),
    await fuzz(hidden, 3000),
    await fuzz(hidden, 3000, guided, 2),
  ];
  expect(same).toEqual(first);
  expect(other).not.toEqual(first);
});

test('a few inputs are chosen that reach all branches', async () => {
  const inputs = ['@', '@\x80', '@\x80\xc0', ''].map((text) => {
    const input = new Uint8Array(24);
    [3, 9, 13].forEach((place, i) => {
      input[place] = text.charCodeAt(i) || 0;
    });
    return input;
  });
  const room = { files: 10, bytes: 1000, longest: 100 };
  expect(await chooseInputs(hidden, inputs, guided, room)).toEqual([inputs[2]]);
  expect(await chooseInputs(hidden, inputs, guided, { ...room, longest: 10 })).toEqual([]);
});

describe('findings', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fuzz-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const broken: Target = {
    ...hidden,
    name: 'broken',
    run: async (input) => {
      const text = Buffer.from(input).toString('latin1');
      if (text.includes('throw')) throw new TypeError(`at ${text.indexOf('throw')} of "${text}"`);
      return text.includes('bad') ? [`bad at ${text.indexOf('bad')}`] : [];
    },
  };

  test('each fault is one file, as short as it can be, with the reason beside it', async () => {
    const begun: number[] = [];
    const { findings, report } = findingsIn(folder, (_, input) => begun.push(input.length));
    const run = async (text: string) => {
      const input = new Uint8Array(Buffer.from(text, 'latin1'));
      const reason = text.includes('throw') ? `threw TypeError: at ${text.indexOf('throw')} of "${text}"` : 'bad at 1';
      await report(broken, input, [{ reason, place: '' }]);
    };
    await run('many things, then bad, and more');
    await run('now bad again');
    await run(`${'x'.repeat(40)}throw`);
    await run('throw in front');
    expect(findings.map(({ wrong }) => wrong.reason.slice(0, 5))).toEqual(['bad a', 'threw']);
    const files = readdirSync(folder).sort();
    expect(files).toHaveLength(4);
    const texts = files.map((name) => readFileSync(join(folder, name), 'latin1'));
    expect(texts.filter((text) => text.length < 10).sort()).toEqual(['bad', 'throw']);
    expect(texts.filter((text) => text.includes('--replay'))).toHaveLength(2);
    expect(begun.length).toBeGreaterThan(10);
  });

  test('inputs are kept as files and read back in one order', () => {
    const inputs = ['a', 'b', 'c'].map((text) => new Uint8Array(Buffer.from(text)));
    writeInputs(folder, 'hidden', inputs);
    writeInputs(folder, 'hidden', inputs);
    const read = readInputs(folder, 'hidden');
    expect(read.map((input) => Buffer.from(input).toString()).sort()).toEqual(['a', 'b', 'c']);
    expect(readInputs(folder, 'hidden')).toEqual(read);
    expect(readInputs(folder, 'other')).toEqual([]);
  });
});
