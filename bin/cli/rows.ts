// Rows of CSV and TSV.

import { printable } from '../terminal/terminal';
import type { Cell } from './columns';

/** How rows are written. `raw`: texts that a spreadsheet may take for a formula stay as they are. */
export type RowForm = Readonly<{ form: 'csv' | 'tsv'; raw: boolean }>;

/** A row with its line end: CRLF in CSV [RFC 4180 2], LF in TSV. */
export function toRow(cells: readonly Cell[], { form, raw }: RowForm): string {
  const texts = cells.map((cell) => cellText(cell, raw));
  return form === 'csv' ? `${texts.map(csvCell).join(',')}\r\n` : `${texts.map(tsvCell).join('\t')}\n`;
}

function cellText(cell: Cell, raw: boolean): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  if (typeof cell !== 'string') return cell.join(' ');
  return raw ? cell : withoutFormulas(cell);
}

/** A text that no spreadsheet takes for a formula: with `'` before each place where one may begin. */
export function withoutFormulas(text: string): string {
  return text.replace(formulas, "$&'").replace(/^[\t\r\n]/, "'$&");
}

/**
 * The places where a spreadsheet may begin to read a formula [OWASP, CSV Injection]; texts in images are from anybody. These are
 * the start of a text, and in it each semicolon and line break: in many countries a semicolon separates cells, and then the
 * quotes that we write do not protect. A number, such as the offset +02:00, is harmless.
 */
const formulas = /(?:^|[;\r\n][ "]*)(?=[=+\-@＝＋－＠])(?![+-]\d[\d:.]*(?:[;\r\n]|$))/g;

/** [RFC 4180 2] Line breaks become LF. Characters that a terminal may act on are escaped; only LF and tab stay. */
function csvCell(text: string): string {
  const shown = text.replace(/\r\n?/g, '\n').replace(/[^\n\t]+/g, printable);
  return /[",\n]/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
}

const tsvEscapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** The escapes of PostgreSQL's COPY and MySQL's LOAD DATA, so that a row is always one line and a tab always ends a cell. */
function tsvCell(text: string): string {
  return printable(text.replace(/[\\\t\n\r]/g, (char) => tsvEscapes[char] ?? char));
}
