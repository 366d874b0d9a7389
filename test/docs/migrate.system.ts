// migrate.md: what the old programs and the new one print for a sample is what the page shows.
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Block, blocksOf, contains } from './blocks';
import { root } from './markdown';

const path = 'docs/migrate.md';
const blocks = blocksOf({ path, text: readFileSync(join(root, path), 'utf8') }).filter(
  ({ mark }) => mark?.kind === 'run by',
);
/** Each program, with the JSON after it. */
const programs = blocks.flatMap((program, index) =>
  program.language === 'json' ? [] : [{ name: `line ${program.line}`, program, shown: blocks[index + 1]?.text ?? '' }],
);

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bucket-exif-migrate-'));
  cpSync(join(root, 'samples', 'gps.jpg'), join(folder, 'gps.jpg'));
  mkdirSync(join(folder, 'node_modules'));
  for (const name of ['exifr', 'sharp'])
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  symlinkSync(root, join(folder, 'node_modules', 'bucket-exif'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a program prints on a machine in the zone of New York; null when ExifTool is not installed. */
async function run({ language, text }: Block): Promise<string | null> {
  const options = { cwd: folder, env: { ...process.env, TZ: 'America/New_York' } };
  if (language === 'js') {
    writeFileSync(join(folder, 'program.mjs'), text);
    return (await promisify(execFile)(process.execPath, ['program.mjs'], options)).stdout;
  }
  try {
    return (await promisify(execFile)('bash', ['-c', text], options)).stdout;
  } catch (error) {
    if ((error as { code?: unknown }).code !== 127) throw error;
    console.log('Skipped: the old call of ExifTool. On Debian: apt-get install libimage-exiftool-perl');
    return null;
  }
}

test('the page has three programs that are run here', () => {
  expect(programs.map(({ program }) => program.language)).toEqual(['sh', 'js', 'js']);
});

test.each(programs)('$name prints what the page shows', async ({ program, shown }) => {
  const printed = await run(program);
  if (printed === null) return;
  const found = { printed: JSON.parse(printed), shown: JSON.parse(shown) };
  expect(contains(found.printed, found.shown) ? 'as shown' : found).toBe('as shown');
});
