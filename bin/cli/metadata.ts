// The option --metadata: checks what is asked, and makes cells and rows of the answer.

import type { Source, StyleName } from '../../lib';
import { readSource } from '../../lib/api/node-source';
import { blockNames } from '../../lib/block/block';
import type { MetadataAnswer } from '../../lib/metadata/content';
import { meantName } from '../../lib/metadata/meant-name';
import type { ExifRecord, ReadCost } from '../../lib/types';
import { wrongUse } from '../terminal/command-line';
import type { Cell, Column } from './columns';

/** The code for metadata is loaded only for this option. */
const load = () => require('../../lib/api/metadata') as typeof import('../../lib/api/metadata');
const membersOf = () => (require('../../lib/metadata/flat') as typeof import('../../lib/metadata/flat')).flatNames;
/** Members that are not columns: lists and objects about the others. */
const notColumns = ['sources', 'warnings', 'tags'];

/** The answer in a style; `names` are those of `--only`. Throws ProblemError `ConfigInvalid`. */
export function readMetadataAnswer(style: StyleName, names: readonly string[] | null): MetadataAnswer {
  if (style !== 'flat' && style !== 'typed') throw wrongUse('--metadata has the styles flat and typed');
  const known = [...blockNames, ...(style === 'flat' ? membersOf() : [])];
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const meant = meantName(unknown, known);
    const member =
      style === 'flat' ? ', or a member such as title, keywords or takenAt: docs/metadata.md lists them' : '';
    const use = `; use a block (${blockNames.join(', ')})${member}`;
    const hint = meant === null ? use : `: did you mean ${meant}?`;
    throw wrongUse(`--only: ${JSON.stringify(unknown)} is not the name of a block or of a member${hint}`);
  }
  const blocks = names?.filter((name) => blockNames.some((block) => block === name)) ?? [];
  if (blocks.length > 0 && blocks.length !== names?.length) {
    throw wrongUse('--only: name either blocks, such as xmp, or members, such as title');
  }
  return load().checkMetadata(style, names ?? undefined);
}

/**
 * The columns of CSV and TSV: the members in `names`, in this order; all when there are none. Throws ProblemError `ConfigInvalid`
 * for a member without a column.
 */
export function metadataColumns(names: readonly string[] | null): readonly Column[] {
  const all = [...membersOf()].filter((name) => !notColumns.includes(name));
  const wrong = names?.find((name) => notColumns.includes(name));
  if (wrong !== undefined) throw wrongUse(`--only: ${wrong} has no column in CSV and TSV: use --json or --ndjson`);
  const named = [...new Set(names)].filter((name) => all.includes(name));
  return (named.length === 0 ? all : named).map((name) => ({ name, tag: null }));
}

/** Reads a source: the record of its EXIF, and the answer. */
export async function readAnswer(
  source: Source,
  options: Readonly<{ signal: AbortSignal; cost: ReadCost }>,
  answer: MetadataAnswer,
): Promise<Readonly<{ record: ExifRecord; json: string }>> {
  const record = await readSource(source, options, (...opened) => load().readMetadataOf(...opened, answer));
  return { record: record.exif, json: await answer.render(record) };
}

/** The values of an answer in the style `flat`. */
export function metadataCells(json: string, columns: readonly Column[]): readonly Cell[] {
  const members = JSON.parse(json) as Readonly<Record<string, unknown>>;
  return columns.map(({ name }) => cellOf(members[name]));
}

/** An answer for the table: each list is one text. */
export function forTable(json: string): string {
  const members = Object.entries(JSON.parse(json) as object);
  return JSON.stringify(
    Object.fromEntries(members.map(([name, value]) => [name, Array.isArray(value) ? cellOf(value) : value])),
  );
}

function cellOf(value: unknown): Cell {
  if (value === undefined) return null;
  if (typeof value === 'number' || typeof value === 'string') return value;
  return Array.isArray(value) ? value.map(itemText).join('; ') : JSON.stringify(value);
}

/** An item of a list: a text, or the name of a person. */
function itemText(item: unknown): string {
  if (typeof item === 'string') return item;
  const { name } = item as { name?: unknown };
  return typeof name === 'string' ? name : JSON.stringify(item);
}
