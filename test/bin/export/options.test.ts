import { resolve } from 'node:path';
import { readDatasetOptions } from '../../../bin/export/dataset-options';
import { readExportOptions } from '../../../bin/export/options';
import { usage } from '../../../bin/export/usage';

const read = (...args: string[]) => readExportOptions(args, { INIT_CWD: '/home/ann' });

test('the defaults', () => {
  expect(read('photos', '--to', 'out/photos.parquet')).toEqual({
    source: 'photos',
    to: resolve('/home/ann/out/photos.parquet'),
    file: { form: 'parquet', gzip: false },
    include: null,
    all: false,
    concurrency: 32,
    workers: 1,
    privacy: true,
    count: true,
    overwrite: false,
    rawText: false,
    quiet: false,
  });
});

test.each([
  ['a.PARQUET', 'parquet', false],
  ['a.csv', 'csv', false],
  ['a.csv.gz', 'csv', true],
  ['a.b.ndjson', 'ndjson', false],
  ['a.ndjson.gz', 'ndjson', true],
])('the form of %s', (to, form, gzip) => {
  expect(read('photos', '--to', to)?.file).toEqual({ form, gzip });
});

test('every option', () => {
  const flags = ['--no-privacy', '--no-count', '--overwrite', '--raw-text', '--quiet'];
  const args = ['--to', 'a.csv', '--include', '*.jpg, *.heic', '--workers', '4', '--concurrency', '7', ...flags];
  expect(read('s3://b/p/', ...args)).toMatchObject({
    source: 's3://b/p/',
    include: ['*.jpg', '*.heic'],
    workers: 4,
    concurrency: 7,
    privacy: false,
    count: false,
    overwrite: true,
    rawText: true,
    quiet: true,
  });
});

test.each([
  [[], 'no source is given'],
  [['a', 'b', '--to', 'x.csv'], 'one source is exported at a time, but 2 are given: a b'],
  [['a'], '--to is missing'],
  [['a', '--to', 'x.txt'], 'use one of .parquet, .csv, .csv.gz, .ndjson, .ndjson.gz'],
  [['a', '--to', 'photos'], 'for a dataset of many files, end it with a slash'],
  [['a', '--to', 'https://a/b.csv'], 'name a file, or for a dataset'],
  [['a', '--to', 'x.csv', '--by=month'], '--by is for a dataset: end --to with a slash'],
  [['a', '--to', ''], '--to is empty'],
  [['a', '--to', 'x.csv', '--to', 'y.csv'], '--to is given twice'],
  [['a', '--to', 'x.csv', '--all', '--include', '*'], '--include and --all cannot be combined'],
  [['a', '--to', 'x.csv', '--include', 'a,,b'], '--include must be patterns'],
  [['a', '--to', 'x.parquet', '--raw-text'], '--raw-text is an option of CSV files'],
  [['a', '--to', 'x.csv', '--workers', '65'], '--workers must be a whole number from 1 to 64'],
  [['a', '--to', 'x.csv', '--concurrency', '0'], '--concurrency must be a whole number from 1 to 1000'],
  [['a', '--to', 'x.csv', '--overwite'], 'did you mean --overwrite?'],
])('%j: %s', (args, message) => {
  expect(() => read(...args)).toThrow(message);
});

test.each(['--to', '--merge', '--compact'])('a dataset has no options of files: %s', (name) => {
  expect(() => readDatasetOptions([name, 'dataset/', '--overwrite'], {})).toThrow('--overwrite is for a file');
});

test('the help has every option, in lines of at most 80 columns', () => {
  expect(read('--help')).toBeNull();
  for (const line of usage.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  const names = [
    'to',
    'overwrite',
    'include',
    'all',
    'no-privacy',
    'raw-text',
    'concurrency',
    'workers',
    'no-count',
    'quiet',
  ];
  for (const name of names) expect(usage).toContain(`\n  --${name} `);
});
