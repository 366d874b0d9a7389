// One image as a table: its name, what it is, its tags in groups.

import type { ExifRecord, ReadCost } from '../../lib';
import { type Section, toSections } from './sections';
import { cut, type Paint, printable } from './terminal';

/** What was read: `json` is the record in the style that is shown. */
export type Shown = Readonly<{ name: string; record: ExifRecord; json: string; cost: ReadCost; ms: number }>;

/** Columns before a name, and most of them for it. */
const [indent, longestName] = ['  ', 32];
/** Columns that a value always gets, however narrow the terminal. */
const leastValue = 16;

/** The lines of a table; none longer than `columns`, where that leaves room for a value. */
export function toTable(shown: Shown, columns: number, paint: Paint): string {
  const { name, record, json } = shown;
  const { document } = record;
  const lines = [paint.title(printable(name)), indent + paint.note(summary(shown))];
  if (document === null) lines.push(`${indent}no EXIF`);
  for (const section of toSections(json)) lines.push(...sectionLines(section, columns, paint));
  const warnings = [...new Set(document?.warnings.map(({ code }) => code))];
  if (warnings.length > 0) lines.push('', indent + paint.warning(`damaged in parts: ${warnings.join(', ')}`));
  return `${lines.join('\n')}\n`;
}

function sectionLines({ title, rows }: Section, columns: number, paint: Paint): readonly string[] {
  const names = rows.map(([name]) => cut(printable(name), longestName));
  const width = Math.max(...names.map((name) => name.length));
  const left = Math.max(leastValue, columns - indent.length - width - 2);
  const lines = rows.map(([, text], at) => {
    return `${indent}${(names[at] ?? '').padEnd(width)}  ${cut(printable(text), left)}`;
  });
  return title === '' ? lines : ['', indent + paint.section(printable(title)), ...lines];
}

/** `jpeg, 4000 x 3000, 84,211 bytes; read 65,536 bytes in 1 request, 2 ms`. */
function summary({ record, cost, ms }: Shown): string {
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
