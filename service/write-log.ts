// The log: one JSON object per line on standard output, which the platforms collect.

/** The fields of a line, in their order: any values that JSON can hold. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Writes one line. Control and direction characters of keys are escaped, so that no key can fake or hide a line. */
export function writeLog(line: LogFields): void {
  process.stdout.write(`${formatLog(line)}\n`);
}

/** The line's text, ASCII only. */
export function formatLog(line: LogFields): string {
  return JSON.stringify(line).replace(
    /[^\x20-\x7e]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
