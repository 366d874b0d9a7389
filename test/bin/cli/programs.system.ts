// The programs inside the command line: serve, backfill and help.
import { once } from 'node:events';
import { run, start } from './program';

test('serve is the service', async () => {
  const { child } = start(['serve', '--port', '0', '--cache', 'none']);
  const [greeting] = await once(child.stderr as NodeJS.ReadableStream, 'data');
  const [, url = ''] = /curl '([^']+\?exif[^']*)'/.exec(String(greeting)) ?? [];
  const reply = await fetch(url);
  child.kill('SIGKILL');
  expect(reply.status).toBe(200);
});

test('the help of serve shows the command that was typed', async () => {
  const { code, out } = await run(['serve', '--help']);
  expect([code, out]).toEqual([0, expect.stringContaining('\nUsage: bucket-exif serve [options]\n')]);
  expect(out).not.toContain('npm start');
  const wrong = await run(['serve', '--bukcet', 'x']);
  expect([wrong.code, wrong.err]).toEqual([
    2,
    expect.stringMatching(/; did you mean --bucket\? See bucket-exif serve --help\n$/),
  ]);
});

test('backfill is the program that fills the cache, and its texts show the command that was typed', async () => {
  const help = await run(['backfill', '--help']);
  expect([help.code, help.out]).toEqual([
    0,
    expect.stringContaining('\nUsage: bucket-exif backfill --bucket LOCATION'),
  ]);
  expect(await run(['help', 'backfill'])).toEqual(help);
  const wrong = await run(['backfill', '--bukcet', 'x']);
  expect([wrong.code, wrong.err]).toEqual([
    2,
    "Unknown option '--bukcet'; did you mean --bucket? See bucket-exif backfill --help\n",
  ]);
  const dry = await run(['backfill', '--bucket', '.', '--dry-run']);
  expect([dry.code, dry.out]).toEqual([0, expect.stringContaining('A backfill would read 10 of ')]);
});

test.each([
  [['help'], 0, /^bucket-exif: shows the EXIF/, /^$/],
  [['help', 'serve'], 0, /\nUsage: bucket-exif serve/, /^$/],
  [
    ['help', 'nothing'],
    2,
    /^$/,
    /^bucket-exif: "nothing" is not a command: commands are serve, backfill.* and \w+; see /,
  ],
  [['srve', '--port', '1'], 2, /^$/, /^bucket-exif: "srve" is not a command; did you mean bucket-exif serve\? See /],
  [['backfil'], 2, /^$/, /did you mean bucket-exif backfill\?/],
  [['constructor'], 1, /^$/, /^constructor: NoSuchKey: /],
] as [string[], number, RegExp, RegExp][])('%j', async (args, code, out, err) => {
  expect(await run(args)).toEqual({ code, out: expect.stringMatching(out), err: expect.stringMatching(err) });
});
