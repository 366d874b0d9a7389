// The metrics of several workers as one text.
import { counter, gauge, histogram } from '../../../service/server/exposition';
import { createMetricsSum } from '../../../service/server/sum-metrics';
import { readFromWorker, readToWorker, type Samples } from '../../../service/server/worker-messages';

const own = [
  counter('a_total', 'First.'),
  histogram('h', 'Second.', [1]),
  gauge('g', 'Third.', () => 1),
  gauge('start', 'Fourth.', () => 50, { combine: 'least' }),
  gauge('lag', 'Fifth.', () => 0.5, { combine: 'greatest' }),
];
const report = (count: number, rest: Samples = [['g 2'], ['start 70'], ['lag 0.25']]): Samples => [
  [`a_total{code="a b"} ${count}`],
  [`h_bucket{le="1"} 1`, `h_bucket{le="+Inf"} ${count}`, `h_sum 0.5`, `h_count ${count}`],
  ...rest,
];

/** Two workers, which answer by `answers`, and what they were asked. */
function twoWorkers(answers: Record<string, () => Samples>) {
  const rounds: number[] = [];
  const sum = createMetricsSum(
    own,
    () => Object.keys(answers),
    (key, round) => {
      rounds.push(round);
      setImmediate(() => sum.report(key, round, answers[key]?.() ?? []));
    },
  );
  return { sum, rounds };
}

const valuesOf = (text: string): readonly string[] => text.split('\n').filter((line) => /^[^#]/.test(line));

test('counters, histograms and gauges of all are added; some take the least or the greatest', async () => {
  const { sum } = twoWorkers({ one: () => report(3), two: () => report(4) });
  expect(valuesOf(await sum.text())).toEqual([
    'a_total{code="a b"} 7',
    'h_bucket{le="1"} 2',
    'h_bucket{le="+Inf"} 7',
    'h_sum 1',
    'h_count 7',
    'g 5',
    'start 50',
    'lag 0.5',
  ]);
});

test('what an ended worker had counted stays, but not its gauges', async () => {
  const answers: Record<string, () => Samples> = { one: () => report(3), two: () => report(4) };
  const { sum } = twoWorkers(answers);
  await sum.text();
  sum.report('one', 0, report(5, [[], [], []]));
  sum.end('one');
  delete answers['one'];
  const values = valuesOf(await sum.text());
  expect(values).toContain('a_total{code="a b"} 9');
  expect(values).toContain('g 3');
});

test('a worker that ends while it is asked is not waited for', async () => {
  const sum = createMetricsSum<string>(
    own,
    () => ['one'],
    () => setImmediate(() => sum.end('one')),
  );
  expect(valuesOf(await sum.text())).toEqual(['g 1', 'start 50', 'lag 0.5']);
});

test('many who ask at once cost two rounds, and each sees all that was counted before', async () => {
  let count = 0;
  const { sum, rounds } = twoWorkers({ one: () => report(++count) });
  const texts = await Promise.all(Array.from({ length: 50 }, () => sum.text()));
  expect(rounds).toEqual([1, 2]);
  expect(texts.map((text) => valuesOf(text)[0])).toEqual([
    'a_total{code="a b"} 1',
    ...Array.from({ length: 49 }, () => 'a_total{code="a b"} 2'),
  ]);
});

test.each([
  [{ kind: 'failed', text: 'a', exitCode: 2 }, true],
  [{ kind: 'failed', text: 'a'.repeat(20_000), exitCode: 2 }, false],
  [{ kind: 'failed', text: 'a', exitCode: -1 }, false],
  [{ kind: 'take', name: 'turns', id: 1, returning: false }, true],
  [{ kind: 'take', name: 'other', id: 1, returning: false }, false],
  [{ kind: 'take', name: 'turns', id: 1.5, returning: false }, false],
  [{ kind: 'take', name: 'turns', id: 1 }, false],
  [{ kind: 'report', round: 0, samples: [['a 1'], []] }, true],
  [{ kind: 'report', round: 0, samples: [[1]] }, false],
  [{ kind: 'report', round: 0, samples: ['a 1'] }, false],
  [{ kind: 'report', round: 0, samples: { length: 1 } }, false],
  [{ kind: 'report', round: 0, samples: [['x'.repeat(17_000_000)]] }, false],
  [{ kind: 'stop' }, false],
  [{ kind: 'toString' }, false],
  [null, false],
  ['failed', false],
])('the message %.60j of a worker is accepted: %j', (message, isAccepted) => {
  expect(readFromWorker(message)).toEqual(isAccepted ? message : null);
});

test('messages to a worker are checked, too', () => {
  for (const message of [{ kind: 'stop' }, { kind: 'taken', id: 1, isTaken: true }, { kind: 'report', round: 2 }])
    expect(readToWorker(message)).toEqual(message);
  for (const message of [
    { kind: 'taken', id: 1 },
    { kind: 'metrics', id: 1, text: null },
    { kind: 'leave', id: 1 },
  ])
    expect(readToWorker(message)).toBeNull();
});
