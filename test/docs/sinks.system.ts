// The quick start of docs/sinks.md, as it is, and its query of all objects, in DuckDB.
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { changesKey } from '../../lib/sink/objects';
import { outgoingOf } from '../lib/sink/outgoing';
import { type Block, blocksOf, isAsShown, stepsOf } from './blocks';
import { readPages, root } from './markdown';

const page = readPages().find(({ path }) => path === 'docs/sinks.md');
const blocks: readonly Block[] = page === undefined ? [] : blocksOf(page);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docs-sinks-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs a script of bash in the folder; the receiver that it starts ends with it. Returns what it printed. */
async function bash(script: string): Promise<string> {
  const env = {
    PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
    HOME: folder,
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
  };
  const child = spawn('bash', ['-c', `trap 'kill $(jobs -p)' EXIT\nexec 2>&1\n${script}`], { cwd: folder, env });
  let output = '';
  for await (const part of child.stdout.setEncoding('utf8')) output += part;
  return output;
}

test('the quick start does what it shows', async () => {
  const block = blocks.find(({ language }) => language === 'console');
  cpSync(join(root, 'samples'), join(folder, 'photos'), { recursive: true });
  cpSync(join(root, 'examples', 'javascript'), join(folder, 'examples', 'javascript'), { recursive: true });
  mkdirSync(join(folder, 'bin'));
  const npm = `#!/bin/bash\nshift 3\nexec node '${join(root, 'dist/bin/backfill.js')}' "$@"\n`;
  writeFileSync(join(folder, 'bin', 'npm'), npm, { mode: 0o755 });
  const port = String(20_000 + Math.floor(Math.random() * 10_000));
  const adapt = (text: string): string => text.replaceAll('9100', port);
  const steps = stepsOf(block?.text ?? '');
  expect(steps).toHaveLength(4);
  const output = await bash(steps.map(({ command }) => `${adapt(command)}\nprintf '\\001'`).join('\n'));
  const printed = output.split('\u0001');
  const wrong = steps.filter(({ shown }, index) => !isAsShown(printed[index] ?? '', adapt(shown)));
  expect({ wrong, output }).toEqual({ wrong: [], output: expect.any(String) });
}, 60_000);

test('the query finds the newest state of each object', async () => {
  const sql = blocks.find(({ language, text }) => language === 'sql' && text.includes('read_json'))?.text ?? '';
  const about = (key: string, order: number, model: string) =>
    outgoingOf(order, { key, order, record: { make: 'Canon', model } }).text;
  const files = [
    [about('a.jpg', 2, 'new'), about('b.jpg', 7, 'R5')],
    [about('a.jpg', 1, 'old'), about('a.jpg', 2, 'new')],
    [outgoingOf(9, { key: 'b.jpg', order: 9, type: 'removed', etag: null }).text.replace(/,"style".*$/, '}')],
  ];
  for (const [index, lines] of files.entries()) {
    const path = join(folder, changesKey('photos', new Date(1_793_700_000_000 + index * 3_600_000), `${index}`));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
  }
  const database = await (await DuckDBInstance.create()).connect();
  const reader = await database.runAndReadAll(
    `select key, "order", type, record ->> '$.model' from (${sql.trim().replace(/;$/, '').replace('s3://lake', folder)}) order by key`,
  );
  expect(reader.getRows()).toEqual([
    ['a.jpg', 2n, 'read', 'new'],
    ['b.jpg', 9n, 'removed', null],
  ]);
  database.closeSync();
});
