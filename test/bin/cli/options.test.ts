// The command line, checked before anything is read.
import { readArguments } from '../../../bin/cli/inputs';
import { readCommand } from '../../../bin/cli/options';
import { usage } from '../../../bin/cli/usage';
import { painter, wantsColor } from '../../../bin/terminal/terminal';

const around = { env: {}, stdin: () => process.stdin, all: false, stop: new AbortController().signal };

async function refusalOf(args: readonly string[]): Promise<unknown> {
  try {
    const asked = readCommand(args, false);
    if (asked.kind === 'read') await readArguments(asked.options.sources, around);
    return 'nothing';
  } catch (error) {
    return error;
  }
}

describe('refused is', () => {
  test.each([
    [[], /^no source is given: name a file.* or - for standard input$/],
    [['--verbose', 'gps.jpg'], /--verbose/],
    [['-GPSPosition', 'gps.jpg'], /^Unknown option '-GPSPosition'$/],
    [['--style', 'none', 'gps.jpg'], /^--style must be one of cos/],
    [['--style', '', 'gps.jpg'], /--style must be/],
    [['--only', 'Make,Makee', 'gps.jpg'], /^--only: "Makee" is not the name of a tag; use names such as Make/],
    [['--only', 'make', '--style', 'cos', 'gps.jpg'], /^--only: "make" is not the name of a tag: did you mean Make\?$/],
    [['--only', '', 'gps.jpg'], /^--only: "" is not/],
    [['--json', '--table', 'gps.jpg'], /cannot be combined/],
    [['--lines', '--table', 'gps.jpg'], /--table and --lines cannot be combined/],
    [['-', '-'], /only once/],
    [[''], /empty/],
    [['s3://'], /need a bucket/],
    [['s3:///a.jpg'], /need a bucket/],
    [['s3://photos'], /region/],
    [['s3://photos/a.jpg?regoin=eu-west-1'], /region.*; did you mean the option "region"\?$/],
    [['--csv', '--json', 'gps.jpg'], /^--json and --csv cannot be combined/],
    [['--csv', '--style', 'cos', 'gps.jpg'], /^--csv has the fields of the style flat: leave out --style$/],
    [['--raw-text', 'gps.jpg'], /^--raw-text is an option of --csv and --tsv$/],
    [
      ['--csv', '--only', 'make,takenat', 'gps.jpg'],
      /"takenat" is not the name of a field or .*: did you mean takenAt\?$/,
    ],
    [['--csv', '--only', 'DateTimeOrginal,x', 'gps.jpg'], /"DateTimeOrginal" is not the name of a field or of a tag/],
    [['--metadata', '--style', 'cos', 'gps.jpg'], /^--metadata has the styles flat and typed$/],
    [['--metadata', '--csv', '--style', 'typed', 'gps.jpg'], /^--csv has the fields of the style flat/],
    [['--metadata', '--only', 'titel', 'gps.jpg'], /"titel" is not the name of a block .*: did you mean title\?$/],
    [['--metadata', '--only', 'xmp,xxxxxxxx', 'gps.jpg'], /"xxxxxxxx" is not .*; use a block \(exif, makernote, xmp, /],
    [['--metadata', '--only', 'xxxxxxxx', 'gps.jpg'], /or a member such as title, .*: docs\/metadata.md lists them$/],
    [['--metadata', '--only', 'BodySerialNumber', 'gps.jpg'], /: did you mean serialNumber\?$/],
    [
      ['--metadata', '--csv', '--only', 'title,tags', 'gps.jpg'],
      /^--only: tags has no column in CSV and TSV: use --json/,
    ],
    [['--only', 'title', 'gps.jpg'], /^--only: "title" is not the name of a tag: add --metadata, which has it$/],
    [['--csv', '--only', 'make,keywords', 'gps.jpg'], /"keywords" is not .*: add --metadata, which has it$/],
    [['--metadata', '--only', 'xmp,title', 'gps.jpg'], /^--only: name either blocks, such as xmp, or members/],
    [['--metadata', '--style', 'typed', '--only', 'title', 'gps.jpg'], /"title" is not the name of a block/],
    [['--metadata', '--only', '', 'gps.jpg'], /^--only: "" is not/],
    [['s3://photos/a.jpg'], /region/],
    [['cos://photos/a.jpg?region=ap-guangzhou'], /name-appid/],
    [['ftp://host/a.jpg'], /^ftp:\/\/ is not supported: use s3:.*cos:.*https:.*http:.* or the path of a file$/],
    [['file:///tmp/a.jpg'], /^file:\/\/ is not supported: .* or the path of a file$/],
    [['https://'], /web address/],
    [['https://user:secret@host/a.jpg'], /must not contain a user name or a password/],
    [['gps.jpg', 'ftp://host/a.jpg'], /is not supported/],
  ] as [string[], RegExp][])('%j', async (args, message) => {
    const refusal = await refusalOf(args);
    expect(refusal).toMatchObject({
      name: 'ProblemError',
      code: 'ConfigInvalid',
      message: expect.stringMatching(message),
    });
    expect(String(refusal)).not.toMatch(/secret|\n/);
  });
});

test.each([
  [['a.jpg'], false, 'json'],
  [['a.jpg'], true, 'table'],
  [['a.jpg', '--json'], true, 'json'],
  [['a.jpg', '--lines'], true, 'lines'],
  [['a.jpg', '--lines', '--json'], false, 'lines'],
  [['a.jpg', '--ndjson'], true, 'ndjson'],
  [['a.jpg', '--csv'], true, 'csv'],
  [['a.jpg', '--tsv'], true, 'tsv'],
  [['a.jpg', '--table'], false, 'table'],
] as [string[], boolean, string][])('the form of %j, on a terminal %j, is %s', (args, isTerminal, form) => {
  expect(readCommand(args, isTerminal)).toMatchObject({ kind: 'read', options: { form } });
});

test.each([
  [
    ['--csv', '--only', 'takenAt,Make,0x9209,37385,takenAt'],
    ['takenAt', 'Make', '0x9209', '37385'],
  ],
  [['--ndjson', '--only', 'make'], ['make']],
  [['--csv', '--only', 'make,source'], ['make']],
  [['--csv', '--only', 'source'], []],
  [['--ndjson', '--style', 'cos', '--only', 'Make'], null],
  [
    ['--json', '--only', 'Make,takenAt'],
    ['Make', 'takenAt'],
  ],
  [['--table', '--style', 'flat', '--only', 'make'], ['make']],
  [['--ndjson'], null],
  [['--json', '--only', 'Make'], null],
] as [string[], string[] | null][])('%j has the columns %j', (args, expected) => {
  const command = readCommand([...args, 'a.jpg'], false);
  const columns = command.kind === 'read' ? command.options.columns : null;
  expect(columns?.map(({ name }) => name) ?? null).toEqual(expected);
});

test('no line of the help has more than 80 columns', () => {
  expect(usage.split('\n').filter((line) => line.length > 80)).toEqual([]);
});

test('every argument after -- is a source, whatever it begins with', () => {
  expect(readCommand(['--', '-a.jpg', '--json'], false)).toMatchObject({ options: { sources: ['-a.jpg', '--json'] } });
});

test.each([
  [true, {}, true],
  [false, {}, false],
  [true, { NO_COLOR: '1' }, false],
  [true, { NO_COLOR: '' }, true],
  [true, { TERM: 'dumb' }, false],
  [false, { FORCE_COLOR: '1' }, true],
  [false, { FORCE_COLOR: '' }, true],
  [true, { FORCE_COLOR: '0' }, false],
  [false, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
] as [boolean, Record<string, string>, boolean][])('colours: a terminal %j with %j: %j', (isTerminal, env, wanted) => {
  expect(wantsColor(isTerminal, env)).toBe(wanted);
  expect(painter(wanted).title('x').length > 1).toBe(wanted);
});
