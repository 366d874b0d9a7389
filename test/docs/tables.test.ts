// The table of columns on docs/tables.md is that of the code.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ColumnType, columns } from '../../lib/table/columns';

const sqlTypes: Readonly<Record<ColumnType, string>> = {
  text: 'VARCHAR',
  int32: 'INTEGER',
  int64: 'BIGINT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  instant: 'TIMESTAMPTZ',
  local: 'TIMESTAMP',
  texts: 'VARCHAR[]',
  map: 'MAP(VARCHAR, VARCHAR)',
};

test('docs/tables.md has every column with its type and its member', () => {
  const page = readFileSync(join(__dirname, '..', '..', 'docs', 'tables.md'), 'utf8');
  const [, section = ''] = page.split('\n## Columns\n');
  const rows = [...(section.split('\n## ')[0] ?? '').matchAll(/^\| `(\w+)` \| (.+?) \| (.*?) ?\| (.*?) ?\|$/gm)];
  expect(rows.map(([, name, type]) => [name, type])).toEqual(columns.map(({ name, type }) => [name, sqlTypes[type]]));
  const sources = new Map(rows.map(([, name, , , from]) => [name, from]));
  for (const { name, member } of columns) if (member !== undefined) expect(sources.get(name)).toBe(`\`${member}\``);
});
