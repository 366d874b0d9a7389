import { join } from 'node:path';
import { readReportOptions } from '../../../bin/report/options';
import { usage } from '../../../bin/report/usage';

const folder = join('/work', 'here');

test('all options', () => {
  const args = [
    'photos.parquet',
    '--html',
    'out.html',
    '--json=a/b.json',
    '--title',
    'Our photos',
    '--overwrite',
    '--quiet',
  ];
  expect(readReportOptions(args, folder)).toEqual({
    source: 'photos.parquet',
    html: join(folder, 'out.html'),
    json: join(folder, 'a', 'b.json'),
    title: 'Our photos',
    overwrite: true,
    quiet: true,
  });
  expect(readReportOptions(['x', '--help'], folder)).toBeNull();
});

test.each([
  [[], /No source is given/],
  [['--html', 'a.html'], /No source is given/],
  [['a', 'b', '--html', 'a.html'], /one source/],
  [['a.parquet'], /Give --html FILE, --json FILE or both/],
  [['a', '--html', 'x', '--json', './x'], /the same file/],
  [['a', '--html='], /need the name of a file/],
  [['a', '--html', 'x', '--title', ' '], /--title needs 1 to 200/],
  [['a', '--html', 'x', '--title', 'x'.repeat(201)], /--title needs/],
  [['a', '--htm', 'x'], /did you mean --html\?/],
  [['a', '--html', 'x', '--html', 'y'], /--html is given twice/],
])('%j is refused', (args, message) => {
  expect(() => readReportOptions(args, folder)).toThrow(message);
});

test('the lines of --help fit a terminal', () => {
  expect(usage.split('\n').filter((line) => line.length > 80)).toEqual([]);
});
