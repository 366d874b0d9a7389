// The rows of a score board as a table.
import { formatTable } from '../table';
import type { FormatRow } from './score-board';

/** A line a format; requests and KB an image, `known` and `open` of the differences. */
export function report(rows: readonly FormatRow[]): string {
  const head = [
    'format',
    'files',
    'EXIF',
    'tags',
    '%',
    'extra',
    'width',
    'height',
    'frames',
    'GETs',
    'max',
    'x oracle',
    'KB',
    'style',
    '%',
    'known',
    'open',
  ];
  return formatTable([head, ...rows.map(cells)]);
}

function cells(row: FormatRow): readonly string[] {
  const { requests, shape } = row;
  if (row.unsupported === row.files) return [row.format, String(row.files), 'not supported'];
  const score = ({ agreeing, total }: FormatRow['tags']) => `${agreeing}/${total}`;
  const percent = ({ agreeing, total }: FormatRow['tags']) =>
    total === 0 ? '-' : ((100 * agreeing) / total).toFixed(2);
  return [
    row.format,
    row.unsupported + row.failed === 0 ? String(row.files) : `${row.files - row.unsupported - row.failed}/${row.files}`,
    score(row.found),
    score(row.tags),
    percent(row.tags),
    String(row.extra),
    score(shape.width),
    score(shape.height),
    score(shape.frames),
    requests.mean.toFixed(2),
    String(requests.max),
    Number.isFinite(requests.ratio) ? requests.ratio.toFixed(2) : '-',
    (row.meanBytes / 1024).toFixed(1),
    score(row.style),
    percent(row.style),
    String(row.known),
    String(row.differences - row.known),
  ];
}
