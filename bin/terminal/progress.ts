// Shows the progress of a backfill: a bar on a terminal, otherwise a line from time to time.

import { finished, type Tally } from './tally';

/** The counts to show; `total` is null while it is not known. */
export type ProgressState = Readonly<{ tally: Tally; total: number | null }>;

/** The output to show it on. */
export type Screen = Readonly<{ isTerminal: boolean; columns(): number; write(text: string): void }>;

/** Shows the progress until `stop`. `note` writes a separate line meanwhile. */
export type Progress = Readonly<{ note(line: string): void; stop(): void }>;

/** Milliseconds between two updates of the bar, and between two lines. */
const every = { bar: 250, line: 10_000 } as const;

/** Starts to show the counts that `see` returns. */
export function showProgress(
  screen: Screen,
  see: () => ProgressState,
  now: () => number = () => performance.now(),
): Progress {
  const rate = rateMeter(now);
  let drawn = 0;
  const clear = (): void => {
    if (drawn > 0) screen.write(`\r${'\x1b[1A'.repeat(drawn - 1)}\x1b[0J`);
    drawn = 0;
  };
  const draw = (): void => {
    const seen = see();
    const speed = rate(finished(seen.tally));
    if (!screen.isTerminal) return screen.write(`${formatLine(seen, speed)}\n`);
    const lines = formatBar(seen, speed, screen.columns());
    clear();
    screen.write(lines.join('\n'));
    drawn = lines.length;
  };
  rate(finished(see().tally));
  const timer = setInterval(draw, screen.isTerminal ? every.bar : every.line);
  return {
    note(line) {
      clear();
      screen.write(`${line}\n`);
    },
    stop() {
      clearInterval(timer);
      clear();
    },
  };
}

/** Milliseconds over which a rate is taken: long enough to be steady, short enough to follow a store that throttles. */
const window = 30_000;

/** Computes the recent number of objects per second from the counts. */
function rateMeter(now: () => number): (count: number) => number {
  const samples: { at: number; count: number }[] = [];
  return (count) => {
    const at = now();
    const last = samples.at(-1);
    if (last === undefined || at - last.at >= 1000) samples.push({ at, count });
    while ((samples[1]?.at ?? at) < at - window) samples.shift();
    const first = samples[0] ?? { at, count };
    return at > first.at ? ((count - first.count) * 1000) / (at - first.at) : 0;
  };
}

/** One line without colours or cursor movements. */
export function formatLine(seen: ProgressState, rate: number): string {
  return [formatAmount(seen), formatPace(seen, rate), formatCounts(seen.tally)]
    .filter((part) => part !== '')
    .join('; ');
}

const barWidth = 16;

/** The lines of the bar, none longer than `columns`: a longer one would wrap, and its rest would stay on the screen. */
export function formatBar(seen: ProgressState, rate: number, columns: number): readonly string[] {
  const { tally, total } = seen;
  const share = total === null ? 0 : Math.min(1, total === 0 ? 1 : finished(tally) / total);
  const full = Math.floor(share * barWidth);
  const bar = total === null ? '' : `[${'#'.repeat(full)}${'-'.repeat(barWidth - full)}] `;
  const lines = [`${bar}${formatAmount(seen)}; ${formatPace(seen, rate)}`, formatCounts(tally)];
  return lines.filter((line) => line !== '').map((line) => line.slice(0, Math.max(1, columns - 1)));
}

function formatAmount({ tally, total }: ProgressState): string {
  const count = finished(tally);
  if (total === null) return formatObjects(count);
  const percent = total === 0 ? 100 : Math.min(100, Math.floor((count * 100) / total));
  return `${formatCount(count)} of ${formatObjects(total)} (${percent} %)`;
}

function formatPace({ tally, total }: ProgressState, rate: number): string {
  const left = total === null ? null : total - finished(tally);
  const eta = left === null || left <= 0 || rate <= 0 ? '' : `, ${formatDuration(left / rate)} left`;
  return `${rate < 10 ? rate.toFixed(1) : formatCount(Math.round(rate))}/s${eta}`;
}

/** Counts by outcome and by container, the largest first. */
export function formatCounts({ codes, containers }: Tally): string {
  const lists = [codes, containers].map((counts) =>
    Object.entries(counts)
      .sort(([, one], [, other]) => other - one)
      .map(([name, count]) => `${name} ${formatCount(count)}`)
      .join(', '),
  );
  return lists.filter((list) => list !== '').join(' | ');
}

/** `1,234,567`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en');
}

/** `1 object`, `1,234 objects`. */
export function formatObjects(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'object' : 'objects'}`;
}

/** Seconds as `12 s`, `3 min 20 s`, `4 h 5 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
