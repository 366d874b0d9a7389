// The command line as a user has it: files, folders, standard input, forms, exit codes.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { fromFile, readExif, render, type StyleName, styleNames } from '../../lib';
import { buildJpeg, exifSegment, frameHeader } from '../../testing/build/jpeg';
import { buildTiff, bytesField } from '../../testing/build/tiff';
import { hasTerminal, root, run, runOnTerminal, start } from './cli/program';

const samples = join(root, 'samples');
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bucket-exif-cli-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A small image with an ImageDescription. */
function describedAs(text: string): Uint8Array {
  const description = bytesField(0x010e, 2, [...new TextEncoder().encode(text), 0]);
  return buildJpeg([exifSegment(buildTiff({ fields: [description] })), frameHeader(4, 3)]);
}

const inStyle = async (name: string, style: StyleName): Promise<string> =>
  render(await readExif(fromFile(join(samples, name))), style);

describe('one file', () => {
  test('in a pipe is the text of a style, alone', async () => {
    for (const style of ['cos', 'typed'] as const) {
      const { code, out, err } = await run(['gps.jpg', '--style', style]);
      expect([code, out, err]).toEqual([0, `${await inStyle('gps.jpg', style)}\n`, '']);
    }
    expect(await run(['gps.jpg'])).toEqual(await run(['--style', 'flat', '--json', 'gps.jpg']));
  });

  test('without EXIF does not count as a failure', async () => {
    const { code, out, err } = await run(['--style', 'cos', 'no-exif.png']);
    expect([code, out, err]).toEqual([0, '{"error" : "no exif data"}\n', '']);
  });

  test('--only keeps the tags that are named, by name or number', async () => {
    const { out } = await run(['gps.jpg', '--style', 'cos', '--only', 'Model,0x010f']);
    expect(JSON.parse(out)).toEqual({ Make: { val: 'Example Camera Co.' }, Model: { val: 'Sample One' } });
  });

  test('--lines names it', async () => {
    const { out } = await run(['gps.jpg', '--lines', '--style', 'cos']);
    expect(JSON.parse(out)).toEqual({ source: 'gps.jpg', exif: JSON.parse(await inStyle('gps.jpg', 'cos')) });
  });

  test.each([
    ['text.txt', 'NotAnImage: [^\\n]+'],
    ['missing.jpg', 'NoSuchKey: no such file or folder'],
    ['/dev/null', 'NoSuchKey: not a regular file'],
  ])('%s is one line and exit code 1', async (name, problem) => {
    const { code, out, err } = await run([name]);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(new RegExp(`^${name}: ${problem}\\n$`));
  });

  test('larger than the service takes is read', async () => {
    const path = join(folder, 'large.jpg');
    const sample = readFileSync(join(samples, 'gps.jpg'));
    await writeFile(path, Buffer.concat([sample, Buffer.alloc(40 * 1024 * 1024)]));
    const { code, out } = await run([path, '--style', 'cos']);
    expect([code, out]).toEqual([0, `${await inStyle('gps.jpg', 'cos')}\n`]);
  });

  test('from standard input is the same', async () => {
    const input = readFileSync(join(samples, 'gps.jpg'));
    expect((await run(['-', '--style', 'cos'], { input })).out).toBe(`${await inStyle('gps.jpg', 'cos')}\n`);
    expect(await run(['-'], { input: new Uint8Array(0) })).toMatchObject({
      code: 1,
      err: '-: EmptyObject: Standard input is empty\n',
    });
  });
});

describe('several', () => {
  test('are one line each, in their order; a failure is on standard error and does not end it', async () => {
    const { code, out, err } = await run(['plain.jpg', 'text.txt', 'exif.png', 'gps.jpg', '--style', 'cos']);
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ source }) => source)).toEqual(['plain.jpg', 'exif.png', 'gps.jpg']);
    expect(lines[2].exif).toEqual(JSON.parse(await inStyle('gps.jpg', 'cos')));
    expect(err).toMatch(/^text\.txt: NotAnImage: [^\n]+\nSummary: 3 read \(1 without EXIF\), 1 not an image\n$/);
    expect(code).toBe(1);
  });

  test('a folder means all images below it, except hidden ones and those in linked folders', async () => {
    await mkdir(join(folder, 'b', 'c'), { recursive: true });
    await mkdir(join(folder, '.thumbs'));
    const bytes = describedAs('an image');
    for (const name of ['z.JPG', 'b/c/a.jpeg', '.thumbs/t.jpg', '._z.jpg', 'notes.txt']) {
      await writeFile(join(folder, name), bytes);
    }
    await symlink('..', join(folder, 'b', 'up'));
    await symlink('../z.JPG', join(folder, 'b', 'linked.jpg'));
    const all = '; --all reads also hidden files and files with any suffix';
    const skipped = [
      `Skipped 4 of 7 files in ${folder}: 1 without the suffix of an image (.txt 1), 2 hidden, 1 link to a folder${all}\nSummary: 3 read\n`,
      `Skipped 1 of 7 files in ${folder}: 1 link to a folder\nSummary: 6 read\n`,
    ];
    const sources = async (...args: string[]): Promise<string[]> => {
      const { code, out, err } = await run([folder, ...args]);
      expect([code, err]).toEqual([0, skipped.shift()]);
      return out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).source.slice(folder.length + 1));
    };
    expect(await sources()).toEqual(['b/c/a.jpeg', 'b/linked.jpg', 'z.JPG']);
    expect(await sources('--all')).toEqual([
      '._z.jpg',
      '.thumbs/t.jpg',
      'b/c/a.jpeg',
      'b/linked.jpg',
      'notes.txt',
      'z.JPG',
    ]);
  });

  test('a broken link is reported, and the other files are read', async () => {
    await writeFile(join(folder, 'a.jpg'), describedAs('an image'));
    await symlink('nowhere', join(folder, 'b.jpg'));
    const { code, out, err } = await run([folder]);
    expect([code, out.split('\n').length]).toEqual([1, 2]);
    expect(err).toMatch(/b\.jpg: NoSuchKey: /);
  });

  test('an empty folder is reported, but does not count as a failure', async () => {
    await writeFile(join(folder, 'notes.txt'), 'text');
    const empty = join(folder, 'em\x1bpty');
    await mkdir(empty);
    const skipped = `Skipped 1 of 1 file in ${folder}: 1 without the suffix of an image (.txt 1); `;
    const err = `No images in ${folder}\n${skipped}--all reads also hidden files and files with any suffix\nSummary: 0 read\n`;
    expect(await run([folder])).toEqual({ code: 0, out: '', err });
    expect(await run([empty, '--all'])).toMatchObject({
      code: 0,
      err: `No files in ${folder}/em\\u001bpty\nSummary: 0 read\n`,
    });
  });

  test('all files of a large folder are accounted for: read, failed or skipped for a reason', async () => {
    const bytes = describedAs('an image');
    await mkdir(join(folder, '.cache', 'deep'), { recursive: true });
    const names = Array.from({ length: 944 }, (_, at) => `${at}.jpg`);
    const others = [
      ...Array.from({ length: 20 }, (_, at) => `${at}.TXT`),
      ...Array.from({ length: 10 }, (_, at) => `film ${at}.mov`),
      ...['a.pdf', 'b.pdf', 'c.xmp', 'd.xmp', 'e.json', 'f.x\u202ey', 'README', 'a.b.c'],
      ...['._a.jpg', '.DS_Store', '.cache/deep/t.jpg', '.cache/u.jpg'],
    ];
    for (const name of [...names, ...others]) await writeFile(join(folder, name), bytes);
    await writeFile(join(folder, '7.jpg'), 'damaged');
    for (let at = 0; at < 12; at++) await symlink(folder, join(folder, `link ${at}`));
    expect(spawnSync('mkfifo', [join(folder, 'fifo.jpg'), join(folder, 'other')]).status).toBe(0);
    const { code, out, err } = await run([folder, '--style', 'cos']);
    expect(code).toBe(1);
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).source),
    ).toHaveLength(943);
    expect(err.split('\n')).toEqual([
      expect.stringMatching(/7\.jpg: NotAnImage: /),
      `Skipped 56 of 1,000 files in ${folder}: 38 without the suffix of an image ` +
        '(.txt 20, .mov 10, none 2, .pdf 2, .xmp 2, others 2), 4 hidden, 12 links to folders, 2 not regular; ' +
        '--all reads also hidden files and files with any suffix',
      'Summary: 943 read, 1 not an image',
      '',
    ]);
    const everything = await run([folder, '--all', '--style', 'cos']);
    expect(everything.out.trimEnd().split('\n')).toHaveLength(985);
    expect(everything.err).toContain('\nSkipped 14 of 1,000 files in ');
  }, 60_000);

  test('what a run that is stopped did not reach is not counted', async () => {
    for (const name of ['a.jpg', 'b.jpg', 'c.txt'])
      await writeFile(join(folder, name), describedAs('x'.repeat(60_000)));
    const { child, ended } = start([...Array.from({ length: 100 }, () => folder), '--lines']);
    child.stdout?.once('data', () => child.stdout?.destroy());
    expect(await ended).toMatchObject({ code: 0, err: '' });
  });

  test('more files than are read at once come in their order', async () => {
    const names = Array.from({ length: 100 }, (_, at) => `${String(at).padStart(3, '0')}.jpg`);
    const bytes = describedAs('an image');
    for (const name of names) await writeFile(join(folder, name), bytes);
    const { out, err } = await run(['.', '--style', 'cos'], { cwd: folder });
    expect(err).toBe('Summary: 100 read\n');
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).source),
    ).toEqual(names);
  });
});

test('--quiet leaves only the failures on standard error', async () => {
  const { code, err } = await run(['.', 'text.txt', '--quiet']);
  expect([code, err]).toEqual([1, expect.stringMatching(/^text\.txt: NotAnImage: [^\n]+\n$/)]);
});

describe('rows', () => {
  test('of CSV have a header and the fields of flat', async () => {
    const { out } = await run(['gps.jpg', 'no-exif.png', '--csv']);
    const [first, second] = parse(out, { columns: true, record_delimiter: '\r\n' }) as Record<string, string>[];
    const flat = JSON.parse(await inStyle('gps.jpg', 'flat'));
    delete flat.tags;
    const texts = Object.fromEntries(Object.entries(flat).map(([name, value]) => [name, String(value)]));
    expect(first).toMatchObject({ source: 'gps.jpg', ...texts });
    expect(second).toMatchObject({ source: 'no-exif.png', make: '', latitude: '', width: '150', format: 'png' });
  });

  test('have the columns that --only names, in their order', async () => {
    const only = ['--only', 'takenAt,Make,0x9209,LensSpecification'];
    const { out } = await run(['gps.jpg', 'plain.jpg', '--tsv', ...only]);
    const row = ['2026-05-17T20:42:09.25+02:00', 'Example Camera Co.', '16', '16 55 2.8 4'];
    expect(out).toBe(
      `source\ttakenAt\tMake\t0x9209\tLensSpecification\ngps.jpg\t${row.join('\t')}\nplain.jpg\t\t\t\t\n`,
    );
    expect((await run(['gps.jpg', 'plain.jpg', '--ndjson', ...only])).out).toBe(
      '{"source":"gps.jpg","takenAt":"2026-05-17T20:42:09.25+02:00","Make":"Example Camera Co.","0x9209":16,' +
        '"LensSpecification":[16,55,2.8,4]}\n{"source":"plain.jpg"}\n',
    );
  });

  test('of NDJSON are the style after the source, in any style', async () => {
    for (const style of ['flat', 'cos', 'typed'] as const) {
      for (const name of ['gps.jpg', 'no-exif.png']) {
        const { out } = await run([name, '--ndjson', '--style', style]);
        expect(JSON.parse(out)).toEqual({ source: name, ...JSON.parse(await inStyle(name, style)) });
        expect(out).toMatch(/^\{"source":"[^\n]+\n$/);
      }
    }
  });

  test('are a header alone when nothing can be read', async () => {
    const { code, out } = await run(['text.txt', '--csv', '--only', 'make']);
    expect([code, out]).toEqual([1, 'source,make\r\n']);
  });
});

describe('a table', () => {
  test('in a pipe has no colours; with FORCE_COLOR it has', async () => {
    const plain = await run(['gps.jpg', 'no-exif.png', '--table', '--style', 'cos']);
    expect(plain.out).not.toContain('\x1b');
    expect(plain.out).toMatch(
      /^gps\.jpg\n {2}jpeg, 600 x 400, 12,749 bytes; read 12,749 bytes in 1 request, \d+ ms\n {2}ApertureValue {2,}4970854\/1000000\n/,
    );
    expect(plain.out).toMatch(/\n\nno-exif\.png\n {2}png, [^\n]+\n {2}no EXIF\n/);
    const colored = await run(['gps.jpg', '--table'], { env: { FORCE_COLOR: '1' } });
    expect(colored.out).toContain('\x1b[1mgps.jpg\x1b[0m\n');
    expect((await run(['gps.jpg', '--table'], { env: { FORCE_COLOR: '0' } })).out).not.toContain('\x1b');
  });

  test('typed is in groups, with what is left unread said', async () => {
    const { out } = await run(['gps.jpg', '--table', '--style', 'typed']);
    expect(out).toMatch(
      /\n\n {2}IFD0\n {2}ImageDescription +Evening behind the hills\n {2}Make +Example Camera Co\.\n/,
    );
    expect(out).toMatch(/\n\n {2}GPS\n/);
    expect(out).toMatch(/\n {2}FileSource +1 byte\n/);
  });

  test('of a style with texts alone has a row for each', async () => {
    for (const style of ['oss', 'qiniu']) {
      const { out } = await run(['gps.jpg', '--table', '--style', style]);
      expect(out).toMatch(/\n {2}Make {2,}Example Camera Co\.\n/);
    }
  });

  test('readable is its default', async () => {
    const table = async (...args: string[]) => (await run(['gps.jpg', '--table', ...args])).out.replace(/\d+ ms/, '');
    expect(await table()).toBe(await table('--style', 'readable'));
  });
});

(hasTerminal ? describe : describe.skip)('on a terminal', () => {
  test('it is a table in colours that fits the lines', async () => {
    const text = await runOnTerminal(['gps.jpg']);
    expect(text).toContain('\x1b[1mgps.jpg\x1b[0m');
    const plain = text.replaceAll(/\p{Cc}\[[0-9;]*m/gu, '');
    expect(Math.max(...plain.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(plain).toContain('Example Camera Co.');
  });

  test('one that does not know its width has 80 columns', async () => {
    const text = await runOnTerminal(['gps.jpg'], { NO_COLOR: '1' }, '', 0);
    const longest = Math.max(...text.split('\r\n').map((line) => line.length));
    expect(longest).toBeGreaterThan(70);
    expect(longest).toBeLessThanOrEqual(80);
  });

  test('a bar shows how far a folder is while the output goes elsewhere', async () => {
    const slow = createServer((_request, reply) => void setTimeout(() => reply.writeHead(404).end(), 1500)).listen(0);
    await once(slow, 'listening');
    const { port } = slow.address() as AddressInfo;
    const text = await runOnTerminal(['.', `http://127.0.0.1:${port}/`], {}, '> /dev/null');
    slow.close();
    expect(text).toMatch(/\[#+-+\] 10 of 11 objects \(90 %\)/);
    expect(text).toMatch(/\/: NoSuchKey: /);
    expect(await runOnTerminal(['.'], {}, '2>&1 > /dev/null | cat')).toMatch(
      /^Skipped [^\r\n]+\r\nSummary: 10 read \(3 without EXIF\)\r\n$/,
    );
  });

  test('NO_COLOR and a dumb terminal get no colours, --json neither', async () => {
    expect(await runOnTerminal(['gps.jpg'], { NO_COLOR: '1' })).not.toContain('\x1b');
    expect(await runOnTerminal(['gps.jpg'], { TERM: 'dumb' })).not.toContain('\x1b');
    const json = await runOnTerminal(['gps.jpg', '--json']);
    expect(json).not.toContain('\x1b');
    expect(JSON.parse(json)).toHaveProperty('takenAt');
  });
});

describe('hostile text', () => {
  const hostile = 'a\x1b]0;owned\x07b\x9b2Jc\u202ed\u2028e';

  test('never reaches the output as what a terminal acts on, its value stays in JSON', async () => {
    const path = join(folder, 'evil\x1b[31m.jpg');
    await writeFile(path, describedAs(hostile));
    const outs = await Promise.all(
      [['--table', '--style', 'cos'], ['--json', '--style', 'cos'], ['--lines', '--style', 'cos'], ['--table']].map(
        (args) => run([path, ...args]),
      ),
    );
    for (const { out, err } of outs) {
      expect(err).toBe('');
      expect(out).not.toMatch(/[^\P{Cc}\n]|[\u202e\u2028]/u);
    }
    const [table, json, lines] = outs;
    expect(table?.out).toContain('a\\u001b]0;owned\\u0007b\\u009b2Jc\\u202ed\\u2028e');
    expect(JSON.parse(json?.out ?? '').ImageDescription.val).toBe(hostile);
    expect(JSON.parse(lines?.out ?? '').source).toBe(path);
  });

  test('nor does the name of a file that cannot be read', async () => {
    const { code, err } = await run(['no\x1b[31m\nsuch.jpg']);
    expect([code, err]).toEqual([1, expect.not.stringContaining('\x1b')]);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });
});

test.each([
  [[], /^bucket-exif: no source is given: name a file/],
  [['gps.jpg', 'ftp://host/a.jpg'], /is not supported/],
] as [string[], RegExp][])('wrong use is one line and exit code 2: %j', async (args, message) => {
  const { code, out, err } = await run(args);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(message);
  expect(err).toMatch(/; see bucket-exif --help\n$/);
  expect(err.trimEnd().split('\n')).toHaveLength(1);
});

test('--help lists every option and style, --version prints the version of the package', async () => {
  const { code, out } = await run(['--help']);
  expect(code).toBe(0);
  const source = readFileSync(join(root, 'bin', 'cli', 'options.ts'), 'utf8');
  const options = [...source.matchAll(/^ {2}'?([a-z-]+)'?: \{ type:/gm)].map(([, name]) => `--${name}`);
  expect(options.length).toBeGreaterThan(10);
  for (const word of [...options, ...styleNames, 's3://', 'cos://', 'https://']) expect(out).toContain(word);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(await run(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
});
