// Asks before everything below a prefix is forgotten.

import { createInterface } from 'node:readline/promises';
import { wrongUse } from '../terminal/command-line';

type Terminal = Readonly<{ input: NodeJS.ReadableStream & { isTTY?: boolean }; output: NodeJS.WritableStream }>;

/** Whether the user types `yes`. Throws ProblemError `ConfigInvalid` when nobody can be asked. */
export async function confirm(question: string, { input, output }: Terminal, stop: AbortSignal): Promise<boolean> {
  if (input.isTTY !== true) throw wrongUse(`${question}\nAdd --yes to do this, or --dry-run to see what it would be`);
  const lines = createInterface({ input, output });
  try {
    return (await lines.question(`${question}\nType yes to go on: `, { signal: stop })).trim() === 'yes';
  } catch (error) {
    if (stop.aborted) return false;
    throw error;
  } finally {
    lines.close();
  }
}
