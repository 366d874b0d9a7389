// Attacks a server of this project on this machine and measures whether it holds.
//   node dist/check/attack.js [attack ...] [options]
import { rmSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runMain } from '../testing/program/run-main';
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
answer, and many thumbnails to turn. Memory is what the system says of the process. Exit 1 when a target is missed.

  --dist FOLDER  the compiled project to attack (default: this one)
  --help
`;

/** Runs the command; the answer is the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { dist: { type: 'string' }, help: { type: 'boolean' } },
  });
  const unknown = positionals.find((name) => !attacks.has(name));
  if (values.help === true || unknown !== undefined) {
    console.log(unknown === undefined ? help : `Unknown attack ${unknown}\n\n${help}`);
    return unknown === undefined ? 0 : 2;
  }
  const folder = await makePictures();
  try {
    const target = targetOf(resolve(values.dist ?? join(__dirname, '..')), folder);
    const findings: Finding[] = [];
    for (const [name, attack] of attacks) {
      if (positionals.length > 0 && !positionals.includes(name)) continue;
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
