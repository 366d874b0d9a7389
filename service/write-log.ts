// The log: one line per event on standard output, as JSON for the platforms that collect it, or as text for a terminal.
import { printable } from '../lib/io/printable';

/** The fields of a line, in their order: any values that JSON can hold. */
export type LogFields = Readonly<Record<string, unknown>>;

/** The levels, from the least to the most important. */
export const logLevels = ['info', 'warn', 'error'] as const;
export const logFormats = ['json', 'text'] as const;

/** `level`: the least level that is written. `format`: null = text on a terminal, otherwise JSON. */
export type LogSettings = Readonly<{
  level: (typeof logLevels)[number];
  format: (typeof logFormats)[number] | null;
}>;

/** What a function writes before it has read its settings. */
export const defaultLog: LogSettings = { level: 'info', format: 'json' };

/** Writes one line when its level is high enough. No key can fake or hide a line. */
export function writeLog(line: LogFields, { level, format }: LogSettings): void {
  if (!isWritten(line['level'], { level })) return;
  const asText = format === 'text' || (format === null && process.stdout.isTTY);
  process.stdout.write(`${asText ? formatText(line, new Date()) : formatLog(line)}\n`);
}

/** Whether lines of a level are written. */
export function isWritten(level: unknown, least: Pick<LogSettings, 'level'>): boolean {
  return rank(level) >= rank(least.level);
}

const ranks: ReadonlyMap<unknown, number> = new Map(logLevels.map((name, rank) => [name, rank]));

function rank(level: unknown): number {
  return ranks.get(level) ?? 0;
}

/** The line as JSON, ASCII only: control and direction characters of keys are escaped. */
export function formatLog(line: LogFields): string {
  return JSON.stringify(line).replace(
    /[^\x20-\x7e]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * The line for people: the time of this machine, what was asked for and what it cost. Further lines of a problem (the stack of
 * a bug) are indented, so that they cannot look like a line of the log.
 */
export function formatText(line: LogFields, now: Date): string {
  const { bucket, key, note, code, problem, cacheProblem } = line;
  const object = typeof key === 'string' ? `${String(bucket)}/${key}` : null;
  const words = [line['status'] ?? line['level'], line['method'] ?? line['act'], line['view'], object, note];
  const start = printable([now.toTimeString().slice(0, 8), ...words.filter((word) => word != null)].join(' '));
  const reason = problem === undefined ? [] : [`${String(code)}: ${indented(problem)}`];
  const cause = cacheProblem === undefined ? [] : [`cache: ${indented(cacheProblem)}`];
  return [start, ...costOf(line), ...reason, ...cause].join(', ');
}

function indented(text: unknown): string {
  return String(text).split('\n').map(printable).join('\n    ');
}

function costOf({ ms, requests, bytes, cache }: LogFields): readonly string[] {
  if (typeof ms !== 'number') return [];
  const use = cache == null || cache === 'off' ? [] : [`cache ${String(cache)}`];
  return [
    `${ms} ms`,
    `${String(requests)} ${requests === 1 ? 'request' : 'requests'}`,
    `${String(bytes)} bytes`,
    ...use,
  ];
}
