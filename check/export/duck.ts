// Reads tables with DuckDB.
import { DuckDBInstance } from '@duckdb/node-api';

/** Cells as JSON: numbers, booleans and texts; numbers of 64 bits and times are texts, lists are lists. */
export type DuckRow = Readonly<Record<string, unknown>>;

/** The rows of a query. Times are shown in UTC. */
export async function query(sql: string): Promise<readonly DuckRow[]> {
  const database = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '2GB' });
  try {
    const connection = await database.connect();
    await connection.run("set timezone = 'UTC'");
    return (await connection.runAndReadAll(sql)).getRowObjectsJson();
  } finally {
    database.closeSync();
  }
}

/** A path as a text of SQL. */
export function quoted(path: string): string {
  return `'${path.replaceAll("'", "''")}'`;
}
