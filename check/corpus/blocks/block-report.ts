// The table of `npm run conformance -- --blocks`.
import { formatTable } from '../../../testing/program/table';
import type { BlockResult, ExplainedDifference, FileBlocks } from './read-blocks';

/** One line for each block: files that have values, values that agree, and differences with and without a reason. */
export function blockTable(files: readonly FileBlocks[]): string {
  const names = [...new Set(files.flatMap(({ blocks }) => blocks.map(({ name }) => name)))];
  const rows = names.map((name) => {
    const results = files.flatMap(({ blocks }) => blocks.filter((block) => block.name === name && block.total > 0));
    const [agreeing, total] = [sum(results, ({ agreeing: part }) => part), sum(results, ({ total: part }) => part)];
    const differences = results.flatMap((result) => result.differences);
    const open = differences.filter(({ reason }) => reason === null).length;
    return [
      name,
      String(results.length),
      `${agreeing}/${total}`,
      percent(agreeing, total),
      ...counts(differences, open),
    ];
  });
  return formatTable([['block', 'files', 'values', '%', 'known', 'open'], ...rows]);
}

function counts(differences: readonly ExplainedDifference[], open: number): readonly string[] {
  return [String(differences.length - open), String(open)];
}

/** One line for each format: GETs of a file on average, and how many times those of an oracle. */
export function costTable(files: readonly FileBlocks[]): string {
  const read = files.filter(({ problem }) => problem === null);
  const formats = [...new Set(read.map(({ format }) => format))].toSorted();
  const row = (name: string, own: readonly FileBlocks[]): readonly string[] => {
    const requests = sum(own, ({ cost }) => cost.requests);
    return [
      name,
      String(own.length),
      (requests / own.length).toFixed(2),
      (requests / sum(own, ({ oracle }) => oracle)).toFixed(3),
      (sum(own, ({ cost }) => cost.bytes) / own.length / 1024).toFixed(1),
    ];
  };
  const rows = formats.map((name) =>
    row(
      name,
      read.filter(({ format }) => format === name),
    ),
  );
  return formatTable([['format', 'files', 'GETs', 'x oracle', 'KB'], ...rows, row('all', read)]);
}

/** A line for each difference. */
export function differenceLines(files: readonly FileBlocks[], isShown: (difference: ExplainedDifference) => boolean) {
  return files.flatMap(({ path, blocks }) =>
    blocks.flatMap(({ name, differences }: BlockResult) =>
      differences
        .filter(isShown)
        .map(
          ({ at, ours, truth, reason }) =>
            `${name}: ${path} ${at}: ours ${ours}, truth ${truth}${reason === null ? '' : ` (${reason})`}`,
        ),
    ),
  );
}

function sum<T>(list: readonly T[], of: (one: T) => number): number {
  return list.reduce((total, one) => total + of(one), 0);
}

function percent(part: number, total: number): string {
  return total === 0 ? '-' : ((100 * part) / total).toFixed(2);
}
