// `npm run cost`: what a million answers cost, from list prices and what was measured. With --write, into docs/cost.md.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runMain } from '../testing/run-main';
import { parseMeasured, withWarm } from './cost/measured';
import { costTables } from './cost/page';

const help = `Usage: npm run cost -- [options]

Prints the tables of docs/cost.md.

  --warm FILE   take the times of npm run bench -- --only warm --json FILE
  --write       write the tables into docs/cost.md, and new times into bench/cost/measured.json
  --help
`;

const markers = ['<!-- npm run cost -- --write: from here', '<!-- npm run cost -- --write: to here -->'] as const;

/** The page with other tables between its markers. Throws Error when they are not there. */
export function withTables(page: string, tables: string): string {
  const [start, end] = markers.map((marker) => page.indexOf(marker));
  if (start === undefined || end === undefined || start < 0 || end < start) {
    throw new Error('cost: docs/cost.md has lost its markers');
  }
  const firstLine = page.slice(start, page.indexOf('\n', start));
  return `${page.slice(0, start)}${firstLine}\n\n${tables}\n\n${page.slice(end)}`;
}

/** Runs the command below the folder `root` of the project; the answer is the exit code. */
export async function main(args: readonly string[], root = projectFolder()): Promise<number> {
  const flag = { type: 'boolean' } as const;
  const options = { warm: { type: 'string' }, write: flag, help: flag } as const;
  const { values } = parseArgs({ args: [...args], options });
  if (values.help === true) {
    console.log(help);
    return 0;
  }
  const inputFile = join(root, 'bench', 'cost', 'measured.json');
  const pageFile = join(root, 'docs', 'cost.md');
  const held = parseMeasured(readFileSync(inputFile, 'utf8'));
  const measured = values.warm === undefined ? held : withWarm(held, readFileSync(values.warm, 'utf8'));
  const tables = costTables(measured);
  if (values.write !== true) {
    console.log(tables);
    return 0;
  }
  const page = withTables(readFileSync(pageFile, 'utf8'), tables);
  writeFileSync(inputFile, `${JSON.stringify(measured, null, 2)}\n`);
  writeFileSync(pageFile, page);
  console.log('Written: docs/cost.md, bench/cost/measured.json');
  return 0;
}

/** The compiled program is one folder deeper than its source. */
function projectFolder(): string {
  const folders = [join(__dirname, '..'), join(__dirname, '..', '..')];
  return folders.find((folder) => existsSync(join(folder, 'bench', 'cost', 'measured.json'))) ?? folders[1] ?? '.';
}

if (require.main === module) runMain(main);
