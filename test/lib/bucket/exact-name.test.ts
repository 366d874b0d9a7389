import { hasExactNames, type NameLookup } from '../../../lib/bucket/exact-name';

/** A file system that finds a path under any spelling that `fold` makes alike, and counts its listings. */
function folding(paths: readonly string[], fold: (path: string) => string): NameLookup & { listed: string[] } {
  const listed: string[] = [];
  return {
    listed,
    async identity(path) {
      const at = paths.findIndex((stored) => fold(stored) === fold(path));
      return at < 0 ? null : String(at);
    },
    async list(directory) {
      listed.push(directory);
      const inside = paths.filter((stored) => fold(stored).startsWith(fold(`${directory}/`)));
      return inside.map((stored) => stored.slice(directory.length + 1)).filter((name) => !name.includes('/'));
    },
  };
}

const paths = ['/r/Sub', '/r/Sub/a.JPG', '/r/123', '/r/caf\u00e9', '/r/straße', '/r/が'];
const foldCase = (path: string) => path.normalize('NFC').toUpperCase();

describe('exact spelling', () => {
  test.each([
    ['Sub/a.JPG', true],
    ['sub/a.JPG', false],
    ['Sub/A.jpg', false],
    ['SUB/A.JPG', false],
    ['123', true],
    ['caf\u00e9', true],
    ['cafe\u0301', false],
    ['straße', true],
    ['straSSe', false],
    ['が', true],
    ['が'.normalize('NFD'), false],
  ])('%s on a file system that folds: %s', async (key, exact) => {
    expect(await hasExactNames('/r', key.split('/'), false, folding(paths, foldCase))).toBe(exact);
  });

  test('needs no listing on a case-sensitive file system', async () => {
    const names = folding([...paths, '/r/sub'], (path) => path);
    expect(await hasExactNames('/r', ['Sub', 'a.JPG'], false, names)).toBe(true);
    expect(names.listed).toEqual([]);
  });

  test('is always looked up if requested: file systems fold names in different ways', async () => {
    const dots = folding(['/r/123'], (path) => path.replace(/\.+$/, ''));
    expect(await hasExactNames('/r', ['123.'], true, dots)).toBe(false);
    expect(await hasExactNames('/r', ['123'], true, dots)).toBe(true);
  });
});
