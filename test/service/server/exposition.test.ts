// The text must be that of prom-client, which most Node services use.
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { contentType, counter, exposition, gauge, histogram } from '../../../service/server/exposition';

const bounds = [0.001, 0.01, 1];
const odd = 'a"b\\c\nd é';

test('counters, histograms and gauges have the text of prom-client', async () => {
  const registers = [new Registry()];
  const labelNames = ['view', 'code'];
  const theirs = {
    counter: new Counter({ name: 'a_total', help: 'First.', labelNames, registers }),
    plain: new Counter({ name: 'b_total', help: 'Second.', labelNames: ['x'], registers }),
    histogram: new Histogram({ name: 'h_seconds', help: 'Third.', labelNames, buckets: bounds, registers }),
    gauge: new Gauge({ name: 'g', help: 'Fourth.', registers }),
  };
  theirs.gauge.set(3.5);
  const ours = {
    counter: counter('a_total', 'First.'),
    plain: counter('b_total', 'Second.'),
    histogram: histogram('h_seconds', 'Third.', bounds),
    gauge: gauge('g', 'Fourth.', () => 3.5),
  };
  for (const metrics of [theirs, { counter: inc(ours.counter), plain: inc(ours.plain), histogram: ours.histogram }]) {
    metrics.counter.inc({ view: 'cos', code: 'OK' }, 2);
    metrics.counter.inc({ view: odd, code: 'OK' }, 1);
    metrics.counter.inc({ view: 'cos', code: 'OK' }, 40);
    for (const value of [0.0005, 0.001, 0.0011, 1, 5]) metrics.histogram.observe({ view: 'cos', code: 'OK' }, value);
    metrics.histogram.observe({ view: odd, code: 'OK' }, 0.5);
  }
  expect(exposition(Object.values(ours))).toBe(await registers[0]?.metrics());
  expect(contentType).toBe(registers[0]?.contentType);
});

function inc({ add }: ReturnType<typeof counter>) {
  return { inc: add };
}

test('without samples only the headers are there', () => {
  expect(exposition([counter('a_total', 'First.')])).toBe('# HELP a_total First.\n# TYPE a_total counter\n');
});
