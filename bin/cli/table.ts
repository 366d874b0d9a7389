// Makes a table of one image: its name, its format and size, its tags in groups.

import type { ExifRecord, ReadCost } from '../../lib';
import { columnsOf, cut, type Paint, printable } from '../terminal/terminal';
import { type Section, toSections } from './sections';

/** The image to show; `json` is its record in the style that is shown. */
export type TableInput = Readonly<{ name: string; record: ExifRecord; json: string; cost: ReadCost; ms: number }>;

/** Columns before a name, and between it and its value. */
const [indent, gap] = ['  ', '  '];
/** The most columns for a name. A narrow terminal has fewer, so that values have `room`, but never less than `least`. */
const nameColumns = { most: 32, least: 8, room: 16 } as const;

/** The lines of a table, none longer than `columns`. */
export function toTable(shown: TableInput, columns: number, paint: Paint): string {
  const { name, record, json } = shown;
  const { document } = record;
  const fit = (text: string): string => cut(text, columns);
  const lines = [paint.title(fit(printable(name))), paint.note(fit(indent + summary(shown)))];
  if (document === null) lines.push(fit(`${indent}no EXIF`));
  for (const section of toSections(json)) lines.push(...sectionLines(section, columns, paint));
  const warnings = [...new Set(document?.warnings.map(({ code }) => code))];
  if (warnings.length > 0) lines.push('', paint.warning(fit(`${indent}damaged in parts: ${warnings.join(', ')}`)));
  return `${lines.join('\n')}\n`;
}

function sectionLines({ title, rows }: Section, columns: number, paint: Paint): readonly string[] {
  const values = rows.map(([, text]) => printable(text));
  const longest = longestName(values, columns);
  const names = rows.map(([name]) => cut(printable(name), longest));
  const width = Math.max(...names.map(columnsOf));
  const lines = names.map((name, at) => {
    const padding = ' '.repeat(width - columnsOf(name));
    return cut(`${indent}${name}${padding}${gap}${values[at] ?? ''}`, columns);
  });
  return title === '' ? lines : ['', paint.section(cut(indent + printable(title), columns)), ...lines];
}

/** Columns that names may take, so that a part of their values is visible too. */
function longestName(values: readonly string[], columns: number): number {
  const { most, least, room } = nameColumns;
  const needed = Math.max(...values.map((value) => columnsOf(cut(value, room))));
  return Math.min(most, Math.max(least, columns - indent.length - gap.length - needed));
}

/** `jpeg, 4000 x 3000, 84,211 bytes; read 65,536 bytes in 1 request, 2 ms`. */
function summary({ record, cost, ms }: TableInput): string {
  const { width, height, frames, animated } = record.shape;
  const parts = [
    record.container,
    width === null || height === null ? '' : `${width} x ${height}`,
    frames > 1 && animated ? `${frames} frames` : '',
    // Other containers count thumbnails and masks, too.
    frames > 1 && !animated && record.container === 'tiff' ? `${frames} pages` : '',
    counted(record.stat.size, 'byte'),
  ];
  const what = parts.filter((part) => part !== '').join(', ');
  return `${what}; read ${counted(cost.bytes, 'byte')} in ${counted(cost.requests, 'request')}, ${Math.round(ms)} ms`;
}

function counted(count: number, unit: string): string {
  return `${count.toLocaleString('en')} ${unit}${count === 1 ? '' : 's'}`;
}
