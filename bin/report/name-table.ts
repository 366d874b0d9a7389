// Tables of names and counts with a thin bar below each name. The first rows are shown, the others can be opened.

import { type NameCounts, shortened } from '../../lib/table/frequent';
import { count, type Html, html, nothing, percent } from './text';

/** Rows that are shown at once. */
const shownRows = 10;
/** Characters of a name: lenses have up to 60. */
const shownCharacters = 80;

/** `name` is from outside, or HTML of ours. */
export type CountRow = Readonly<{ name: string | Html; count: number }>;

/** `names`: how many there are. */
type Others = Readonly<{ text: string; names: number; count: number }>;

/**
 * `heading`: of the column of names. `unit`: of the column of counts. `whole`: what shares are of. `others`: names that are not in
 * `rows`, and their counts together.
 */
export type CountTable = Readonly<{
  caption: string;
  heading: string;
  unit: string;
  whole: number;
  rows: readonly CountRow[];
  others?: Others;
}>;

/** The table; the rows after the tenth are in a part that can be opened. */
export function countTable(table: CountTable): Html {
  const { rows, others } = table;
  const most = Math.max(...rows.map((row) => row.count), 1);
  const isShort = rows.length <= shownRows + 2;
  const first = isShort ? rows : rows.slice(0, shownRows);
  const rest = rows.slice(first.length);
  const last = others === undefined || others.count === 0 ? nothing : otherRow(others, table.whole);
  const head = part(table, first, most, rest.length === 0 ? last : nothing, table.caption);
  if (rest.length === 0) return head;
  const more = part(table, rest, most, last, `${table.caption}, continued`);
  return html`${head}<details class="more"><summary>and ${count(rest.length + (others?.names ?? 0))} more</summary>${more}</details>`;
}

function part(table: CountTable, rows: readonly CountRow[], most: number, last: Html, caption: string): Html {
  const { heading, unit, whole } = table;
  return html`<table class="counts"><caption class="hidden">${caption}</caption><thead><tr><th scope="col">${heading}</th><th scope="col" class="n">${unit}</th><th scope="col" class="n">Share</th></tr></thead><tbody>${rows.map((row) => tableRow(row, whole, most))}${last}</tbody></table>`;
}

function tableRow(row: CountRow, whole: number, most: number): Html {
  const width = Math.max((row.count / most) * 100, row.count > 0 ? 0.4 : 0).toFixed(2);
  const bar = html`<svg class="rule" width="100%" height="4" aria-hidden="true"><rect width="${width}%" height="4" rx="2"/></svg>`;
  return html`<tr><th scope="row">${nameOf(row.name)}${bar}</th><td class="n">${count(row.count)}</td><td class="n">${percent(row.count, whole)}</td></tr>`;
}

/** A long name is cut; all of it is shown when the pointer is on it. */
function nameOf(name: string | Html): Html {
  if (typeof name !== 'string' || name.length <= shownCharacters) return html`<bdi>${name}</bdi>`;
  return html`<bdi title="${name}">${shortened(name, shownCharacters)}</bdi>`;
}

function otherRow({ text, count: sum }: Others, whole: number): Html {
  return html`<tr class="others"><th scope="row">${text}</th><td class="n">${count(sum)}</td><td class="n">${percent(sum, whole)}</td></tr>`;
}

/** The table of names that were counted, with a note when the counts are not exact. */
export function nameTable(
  names: NameCounts,
  table: Omit<CountTable, 'rows' | 'others'> & Readonly<{ many: string }>,
): Html {
  const left = names.distinct - names.top.length;
  const others = {
    text: `${names.exact ? count(left) : `more than ${count(left)}`} other ${table.many}`,
    names: left,
    count: names.others,
  };
  const shown = countTable({ ...table, rows: names.top, ...(left > 0 || names.others > 0 ? { others } : {}) });
  if (names.exact) return shown;
  return html`${shown}<p class="note">There are more than ${count(names.distinct)} different ${table.many}, so rare ones were not kept: each count in this table may be too low by up to ${count(names.slack)}, which then are among the others.</p>`;
}
