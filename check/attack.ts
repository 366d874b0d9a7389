// Attacks a server of this project on this machine, and measures whether it keeps to its limits.
//   node dist/check/attack.js [attack ...] [options]
import { rmSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { type Options, program, runMain, UsageError } from '../testing/program/program';
import { formatTable } from '../testing/program/table';
import { deadStore } from './attack/dead-store';
import type { Finding } from './attack/finding';
import { makePictures } from './attack/pictures';
import { type Target, targetOf } from './attack/target';
import { turnThumbnails } from './attack/turning';
import { unreadAnswers } from './attack/unread';

const attacks: ReadonlyMap<string, (target: Target) => Promise<readonly Finding[]>> = new Map([
  ['unread', unreadAnswers],
  ['dead-store', deadStore],
  ['thumbnails', turnThumbnails],
]);

const help = `Usage: npm run attack -- [${[...attacks.keys()].join('|')} ...] [options]

Starts npm start on a loopback address and attacks it: clients that never read their answers, a store that does not
answer, and many thumbnails to turn. Memory is the value that the system reports for the process. Exit code 1: a target is missed.

  --dist FOLDER  the compiled project to attack (default: this one)
  --help
`;

const options = { dist: 'text' } as const;

/** Runs the program; returns the exit code. */
export const main = program({ name: 'attack', help, options, positionals: true, run });

async function run({ dist = join(__dirname, '..') }: Options<typeof options>, names: readonly string[]) {
  const unknown = names.find((name) => !attacks.has(name));
  if (unknown !== undefined)
    throw new UsageError(`"${unknown}" is not a known attack; known attacks: ${[...attacks.keys()].join(', ')}`);
  const folder = await makePictures();
  try {
    const target = targetOf(resolve(dist), folder);
    const findings: Finding[] = [];
    for (const [name, attack] of attacks) {
      if (names.length > 0 && !names.includes(name)) continue;
      const found = await attack(target);
      report(name, found);
      findings.push(...found);
    }
    return findings.every(({ ok }) => ok) ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function report(name: string, findings: readonly Finding[]): void {
  const rows = findings.map(({ what, measured, target, ok }) => [what, measured, target, ok ? '' : 'MISSED']);
  console.log(`${name} (Node ${process.versions.node}, load ${loadavg()[0]?.toFixed(1)})`);
  console.log(`${formatTable([['', 'measured', 'target', ''], ...rows])}\n`);
}

if (require.main === module) runMain(main);
