// The Markdown pages of the project: README.md, those beside it, and docs/.
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/** The folder of the project. */
export const root = join(__dirname, '..', '..');

/** A page, by its path from the folder of the project. */
export type Page = Readonly<{ path: string; text: string }>;

/** All pages, those of `folders` with their subfolders. */
export function readPages(): readonly Page[] {
  const nested = ['docs', 'examples'].flatMap((folder) => filesOf(folder));
  const paths = [...readdirSync(root), ...nested].filter((path) => path.endsWith('.md'));
  return paths.map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

function filesOf(folder: string): readonly string[] {
  try {
    const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
    return names.filter((name) => !name.includes('node_modules')).map((name) => posix.join(folder, name));
  } catch {
    return [];
  }
}

/** The text of a page without its blocks of code. */
export const withoutCode = (text: string): string => text.replace(/^```.*\n[\s\S]*?^```$/gm, '');

/** The names that a link can have after `#`, as GitHub makes them from the headings. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const titles = [...withoutCode(text).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title);
  return new Set(titles.map(slugOf));
}

function slugOf(title: string): string {
  const words = title.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
  return words.replace(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-');
}

/** A table: its rows, each the texts of its cells. */
export type Table = Readonly<{ header: readonly string[]; rows: readonly (readonly string[])[] }>;

/** The tables of a page, in their order. */
export function tablesOf(text: string): readonly Table[] {
  return [...withoutCode(text).matchAll(/(?:^\|.*\|$\n?)+/gm)].map(([table]) => {
    const [header = [], , ...rows] = table.trimEnd().split('\n').map(cellsOf);
    return { header, rows };
  });
}

const cellsOf = (row: string): readonly string[] =>
  row
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
