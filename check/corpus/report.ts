// The rows of a score board as a table.
import { formatTable } from '../../testing/program/table';
import { type FormatRow, sumScores } from './score-board';

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
    'typed',
    'derived',
    'known',
    'open',
  ];
  return formatTable([head, ...rows.map(cells)]);
}

/** What the style `typed` keeps, and each member that it derives: right in how many files of those that have it. */
export function typedReport({ typed, lossless, derived }: FormatRow): string {
  const members = [...derived].map(([name, { agreeing, total }]) => `${name} ${agreeing}/${total}`);
  return [
    `typed: ${typed.agreeing} of ${typed.total} values equal ExifTool's, read back from the JSON; of ${lossless.total} tags ${lossless.agreeing} come back as they are stored.`,
    `derived: ${members.join(', ')}.`,
  ].join('\n');
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
    score(row.typed),
    score(sumScores([...row.derived.values()])),
    String(row.known),
    String(row.differences - row.known),
  ];
}
