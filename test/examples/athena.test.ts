// The SQL for Athena is not executed. This compares its columns with those of the program.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { athenaColumns } from '../../lib/table/athena';
import { columns } from '../../lib/table/columns';

const text = readFileSync(join(__dirname, '..', '..', 'examples', 'athena.sql'), 'utf8');
const create = (start: string): string => text.split(`${start} (\n`)[1]?.split('\n)\n')[0] ?? '';

test('it says first that nobody has run it', () => {
  expect(text).toMatch(/^-- NOT EXECUTED/);
});

test('both tables have all columns, with their types', () => {
  expect(create('CREATE EXTERNAL TABLE photos')).toBe(athenaColumns());
  expect(create('CREATE TABLE photos_iceberg')).toBe(athenaColumns());
});

test('all columns are copied', () => {
  const copied = text.split('\nSELECT\n')[1]?.split('\nFROM photos;')[0];
  expect(copied).toBe(columns.map(({ name }) => `  "${name}"`).join(',\n'));
});
