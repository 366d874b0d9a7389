// The columns as Athena writes them in SQL, for examples/athena.sql.
import { type ColumnType, columns } from './columns';

/** Athena's types. Its `timestamp` has no zone: `instant` is in UTC. */
const types: Readonly<Record<ColumnType, string>> = {
  text: 'string',
  int32: 'int',
  int64: 'bigint',
  double: 'double',
  boolean: 'boolean',
  instant: 'timestamp',
  local: 'timestamp',
  texts: 'array<string>',
  map: 'map<string,string>',
};

/** One line for each column, as CREATE TABLE needs them. */
export function athenaColumns(): string {
  return columns.map(({ name, type }) => `  \`${name}\` ${types[type]}`).join(',\n');
}
