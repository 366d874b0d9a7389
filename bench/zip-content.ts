// Prints the content of the zip of `npm run package`.
import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { zip } from '../testing/deployed-zip';
import { formatTable } from '../testing/program/table';

/** Bytes that it may have. */
const most = 11_000_000;

/** Prints its size, and that of each part as it is stored and as it is unzipped. */
export function benchZip(): void {
  if (!existsSync(zip)) return console.log(`Skipped: the zip. There is no ${zip}: npm run package\n`);
  const parts = partsOf(execFileSync('unzip', ['-v', zip], { encoding: 'utf8' }));
  const rows = parts.map(({ name, files, stored, length }) => [name, String(files), kb(stored), kb(length)]);
  const size = statSync(zip).size;
  console.log(`The zip: ${size} bytes, ${(size / most).toFixed(2)} of the most it may have (${most})`);
  console.log(`${formatTable([['', 'files', 'KB', 'unzipped'], ...rows])}\n`);
}

export type ZipPart = Readonly<{ name: string; files: number; stored: number; length: number }>;

/** The listing of `unzip -v` by top folder, packages by name or scope; the longest first. Lengths in bytes. */
export function partsOf(listing: string): readonly ZipPart[] {
  const parts = new Map<string, ZipPart>();
  for (const [, length, stored, path = ''] of listing.matchAll(
    /^ *(\d+) +\S+ +(\d+) +-?\d+% +\S+ +\S+ +[\da-f]{8} +(.+)$/gm,
  )) {
    const name = partName(path);
    const of = parts.get(name) ?? { name, files: 0, stored: 0, length: 0 };
    parts.set(name, {
      name,
      files: of.files + 1,
      stored: of.stored + Number(stored),
      length: of.length + Number(length),
    });
  }
  return [...parts.values()].sort((a, b) => b.stored - a.stored);
}

/** `handler`, `page`, the name of a package (of a scope its own name too where it is native), a file at the top. */
function partName(path: string): string {
  const [top = '', scope = '', name = ''] = path.split('/');
  if (top !== 'node_modules') return top;
  return scope === '@img' ? `${scope}/${name}` : scope;
}

function kb(bytes: number): string {
  return (bytes / 1000).toFixed(0);
}
