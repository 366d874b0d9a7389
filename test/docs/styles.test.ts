// A style is listed wherever a reader or a user of the page looks for it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { styleNames } from '../../lib/style';
import { styleNames as switchNames } from '../../page/source';

const read = (name: string): string => readFileSync(join(__dirname, '..', '..', name), 'utf8');

test('the page has a switch for each style', () => {
  expect([...switchNames].sort()).toEqual([...styleNames].sort());
});

test.each(styleNames)('%s has its section in docs/styles.md, and other pages name it', (name) => {
  expect(read('docs/styles.md')).toContain(`\n## \`${name}\`\n`);
  const setting = read('docs/settings.md')
    .split('\n')
    .find((line) => line.startsWith('| `EXIF_STYLE` |'));
  expect(setting).toContain(`\`${name}\``);
  expect(read('README.md')).toMatch(new RegExp(`\\?exif/style/${name}\`|\`${name}\``));
});
