// What it costs to find the objects below a prefix in a table of DynamoDB.

import type { ObjectTable } from '../../lib/s3/object-table';
import { formatCount } from '../terminal/progress';

/** Bytes that one read request unit reads, with a consistent read. */
const unitBytes = 4096;

/** A sentence about the scan of a table. */
export async function scanCost(name: string, table: ObjectTable, signal: AbortSignal): Promise<string> {
  const { items, bytes } = await table.size(signal);
  const units = Math.max(1, Math.ceil(bytes / unitBytes));
  return (
    `${name}: DynamoDB finds a prefix only by reading the whole table: about ${formatCount(items)} items, ` +
    `${formatCount(units)} read request units`
  );
}
