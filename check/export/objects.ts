// Exports objects that are copies of the images of a corpus, and compares each cell with the answer to `?metadata`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, linkSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fromFile, metadata, ProblemError } from '../../lib';
import { columns } from '../../lib/table/columns';
import { type DuckRow, query, quoted } from './duck';

/** Objects of a folder, by key, and the file that each is a copy of. */
export type Copies = ReadonlyMap<string, string>;

/** Makes `count` files below `folder` that have the bytes of those in `corpora`, under keys that try to break a table. */
export function copyCorpus(corpora: readonly string[], folder: string, count: number): Copies {
  const files = corpora.flatMap((corpus) =>
    readdirSync(corpus, { recursive: true, encoding: 'utf8' })
      .map((name) => join(corpus, name))
      .filter((path) => statSync(path).isFile())
      .sort(),
  );
  const copies = new Map<string, string>();
  for (let at = 0; at < count; at++) {
    const path = files[at % files.length] ?? '';
    const key = `${names[at % names.length]}/${Math.floor(at / 500)}/${at} ${path.slice(-40).toWellFormed().replaceAll('/', '-')}`;
    const copy = join(folder, key);
    mkdirSync(dirname(copy), { recursive: true });
    try {
      linkSync(path, copy);
    } catch {
      copyFileSync(path, copy); // another file system
    }
    copies.set(key, path);
  }
  return copies;
}

const names = [
  '2024',
  'a b',
  'Zürich',
  '東京',
  '😀',
  'quote"\'',
  'comma,;',
  '=1+1',
  '%41+',
  '\ufeffmark',
  'back\\slash',
];

/** The library, with which the rows are compared, has no limits on the size of images. */
const noLimits = { EXIF_MAX_SIDE: '2000000000', EXIF_MAX_PIXELS: '9000000000000000' };

/** Runs the command over a folder. Returns its exit code and its output. */
export async function exportFolder(folder: string, to: string): Promise<Readonly<{ code: number; text: string }>> {
  const program = join(__dirname, '..', '..', 'bin', 'bucket-exif.js');
  const args = [program, 'export', folder, '--to', to, '--all', '--workers', '2', '--overwrite'];
  const child = spawn(process.execPath, args, { env: { ...process.env, ...noLimits } });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (part) => (text += part));
  const [code] = (await once(child, 'close')) as [number];
  return { code, text };
}

/** Compares the file with answers. Returns what differs, and the number of cells that were compared. */
export async function compareCells(
  to: string,
  copies: Copies,
): Promise<Readonly<{ cells: number; differences: readonly string[] }>> {
  // DuckDB's client for Node leaves out a byte order mark at the start of a text.
  const rows = await query(`select * replace ('#' || key as key, epoch_ms(taken_at) as taken_at,
    epoch_ms(taken_at_local) as taken_at_local) from ${quoted(to)}`);
  const answers = new Map<string, Promise<DuckRow>>();
  const differences: string[] = [];
  let cells = 0;
  if (rows.length !== copies.size) differences.push(`${rows.length} rows, but ${copies.size} objects`);
  for (const row of rows) {
    const path = copies.get(String(row['key']).slice(1));
    if (path === undefined) {
      differences.push(`${JSON.stringify(row['key'])} is not the key of an object`);
      continue;
    }
    const answer = answers.get(path) ?? expectedOf(path);
    answers.set(path, answer);
    for (const [name, expected] of Object.entries(await answer)) {
      cells++;
      const found = JSON.stringify(row[name] ?? null);
      if (found !== JSON.stringify(expected ?? null))
        differences.push(`${row['key']}: ${name} is ${found}, expected ${JSON.stringify(expected ?? null)}`);
    }
  }
  return { cells, differences };
}

/** The cells of an image by the answer of the library, as DuckDB shows them. Not by the code of lib/table. */
async function expectedOf(path: string): Promise<DuckRow> {
  const { size } = statSync(path);
  try {
    const answer = (await metadata(fromFile(path))) as unknown as Record<string, unknown>;
    const members = columns.flatMap(({ name, type, member }) => {
      if (member === undefined) return [];
      const value = answer[member];
      return [[name, type === 'int64' && value !== undefined ? String(value) : value]];
    });
    return { ...Object.fromEntries(members), ...madeOf(answer), size: String(size), error: null };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const nothing = Object.fromEntries(
      columns.flatMap(({ name, member }) => (member === undefined ? [] : [[name, null]])),
    );
    return { ...nothing, size: String(size), error: error.code, tags: null, taken_at: null, geohash: null };
  }
}

type Person = Readonly<{ name?: string; area?: object }>;

/** The cells that are made of several members. */
function madeOf(answer: Readonly<Record<string, unknown>>): DuckRow {
  const taken = answer['takenAt'] as string | undefined;
  const persons = answer['persons'] as readonly Person[] | undefined;
  const names = persons?.flatMap(({ name }) => name ?? []) ?? [];
  const faces = persons?.filter(({ area }) => area !== undefined).length ?? 0;
  const ai = answer['ai'] as Readonly<{ generated: boolean | null; source: string }> | undefined;
  const tags = Object.entries((answer['tags'] ?? {}) as Record<string, unknown>).map(([key, value]) => {
    return { key, value: Array.isArray(value) ? value.join(' ') : String(value) };
  });
  return {
    taken_at: taken !== undefined && /(Z|[+-]\d\d:\d\d)$/.test(taken) ? timeOf(taken) : null,
    taken_at_local: taken === undefined ? null : timeOf(`${taken.slice(0, 19)}${/\.\d+/.exec(taken)?.[0] ?? ''}Z`),
    persons: names.length === 0 ? null : names,
    faces: faces === 0 ? null : faces,
    ai_generated: ai?.generated,
    ai_source: ai?.source,
    motion_photo: answer['motionPhoto'] === undefined ? null : true,
    tags: tags.length === 0 ? null : tags,
  };
}

/** Milliseconds as DuckDB shows them; null for a time that does not exist. */
function timeOf(text: string): string | null {
  const time = Date.parse(text.replace(/(\.\d{3})\d+/, '$1'));
  return Number.isNaN(time) ? null : String(time);
}
