import { steadyClock } from '../../../lib/io/steady-clock';

test('the clock never goes back, and counts the time for which the process was stopped', () => {
  let [monotonic, date] = [100, 1_000_000];
  const clock = steadyClock(
    () => monotonic,
    () => date,
  );
  const after = (ms: number, dateMs: number): number => {
    monotonic += ms;
    date += dateMs;
    return clock();
  };
  expect([after(0, 0), after(10, 10), after(10, -5_000), after(0, 60_000), after(10, 10)]).toEqual([
    100, 110, 120, 55_110, 55_120,
  ]);
});
