// A style is listed wherever a reader or a user of the page looks for it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { styleNames } from '../../lib/style';
import { styleNames as switchNames } from '../../page/source';

const read = (name: string): string => readFileSync(join(__dirname, '..', '..', name), 'utf8');

test('the page has a switch for each style', () => {
  expect([...switchNames].sort()).toEqual([...styleNames].sort());
});

test.each(styleNames)('%s has its section in docs/styles.md, and README.md names it', (name) => {
  const readme = read('README.md').split('\n');
  expect(read('docs/styles.md')).toContain(`\n## \`${name}\`\n`);
  for (const row of ['| `exif/style/<style>` |', '| `EXIF_STYLE` |'])
    expect(readme.find((line) => line.startsWith(row))).toContain(`\`${name}\``);
});
