// One JSON object a line, on standard output: what the platforms collect.

/** Members in their order; anything JSON can hold. */
export type Line = Readonly<Record<string, unknown>>;

/** Writes one line. Control and direction characters of keys are escaped, so that no key can forge or hide a line. */
export function writeLog(line: Line): void {
  process.stdout.write(`${formatLog(line)}\n`);
}

/** The line's text, ASCII only. */
export function formatLog(line: Line): string {
  return JSON.stringify(line).replace(
    /[^\x20-\x7e]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
