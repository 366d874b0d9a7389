// Every link of every page leads somewhere, no table appears twice, and README.md stays short.
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { blocksOf } from './blocks';
import { anchorsOf, type Page, readPages, root, tablesOf, withoutCode } from './markdown';

const pages = readPages();

/** The links that lead nowhere. `isThere` says whether a file or folder exists. */
function brokenLinks({ path, text }: Page, all: readonly Page[], isThere: (path: string) => boolean): string[] {
  const links = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => {
    if (/^(https?|mailto):/.test(link)) return false;
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? path : posix.join(posix.dirname(path), file);
    if (!isThere(target)) return true;
    const page = all.find((other) => other.path === target);
    return anchor !== undefined && !(page !== undefined && anchorsOf(page.text).has(anchor));
  });
}

test.each(pages)('every link of $path leads to a file and a heading', (page) => {
  expect(brokenLinks(page, pages, (path) => existsSync(join(root, path)))).toEqual([]);
});

test('a link is broken without its file or its heading', () => {
  const page = { path: 'docs/a.md', text: '# `A` page: one\n[x](b.md#b) [x](#a-page-one) [x](https://a.example#x)' };
  const other = { path: 'docs/b.md', text: '# B\n```sh\n# no heading\n```\n' };
  const isThere = (path: string) => /^docs\/[ab]\.md$/.test(path);
  expect(brokenLinks(page, [page, other], isThere)).toEqual([]);
  const wrong = ['c.md', '../b.md', '#a', 'b.md#no-heading', '/docs/b.md'];
  const text = wrong.map((link) => `[x](${link})`).join('\n');
  expect(brokenLinks({ path: 'docs/a.md', text }, [page, other], isThere)).toEqual(wrong);
});

test('no row of a table appears twice', () => {
  const rows = pages.flatMap(({ path, text }) =>
    tablesOf(text).flatMap((table) => table.rows.map((row) => ({ path, row: row.join(' | ') }))),
  );
  const long = rows.filter(({ row }) => row.length > 60);
  expect(long.filter(({ row }, index) => long.findIndex((other) => other.row === row) < index)).toEqual([]);
});

test.each(pages)('every page that $path names exists', ({ path, text }) => {
  if (path === 'CHANGELOG.md') return;
  const named = [...text.matchAll(/(?<![\w/.-])docs\/[\w-]+\.(?:md|json)/g)].map(String);
  expect(named.filter((name) => !existsSync(join(root, name)))).toEqual([]);
});

test.each(pages)('every block of code of $path names its language', (page) => {
  const unnamed = blocksOf(page).filter(({ language }) => language === '');
  expect(unnamed.map(({ line }) => line)).toEqual([]);
});

test.each(pages)('every npm script that $path names exists', ({ path, text }) => {
  if (path === 'CHANGELOG.md') return;
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const named = [...text.matchAll(/\bnpm run ([a-z][\w:-]*)/g)].map(([, name = '']) => name);
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

test('README.md leads to every page of docs/', () => {
  const readme = pages.find(({ path }) => path === 'README.md')?.text ?? '';
  const linked = new Set([...readme.matchAll(/\]\((docs\/[\w-]+\.md)/g)].map(([, link = '']) => link));
  expect(pages.map(({ path }) => path).filter((path) => path.startsWith('docs/') && !linked.has(path))).toEqual([]);
});

test('README.md has at most 150 lines', () => {
  expect(
    pages
      .find(({ path }) => path === 'README.md')
      ?.text.trimEnd()
      .split('\n').length,
  ).toBeLessThanOrEqual(150);
});
