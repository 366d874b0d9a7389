// --metadata: the output in each form.
import { type CommandOptions, readCommand } from '../../../bin/cli/options';
import { headerOf, readInput } from '../../../bin/cli/read-input';
import { painter } from '../../../bin/terminal/terminal';
import { metadata } from '../../../lib';
import { blockJpeg, describedVideo } from '../../../testing/build/every-block';

const stop = new AbortController().signal;

/** What the command prints for bytes with the name `a.jpg`. */
async function printed(bytes: Uint8Array, ...options: readonly string[]): Promise<string> {
  const command = readCommand(['--metadata', ...options, 'a.jpg'], false) as { options: CommandOptions };
  const view = { ...command.options, columnsOfTerminal: () => 200, paint: painter(false) };
  const result = await readInput({ name: 'a.jpg', source: bytes }, view, stop);
  if ('error' in result) throw result.error;
  return headerOf(view) + result.out;
}

test('JSON is what the library answers, in both styles, with the members or blocks of --only', async () => {
  expect(JSON.parse(await printed(blockJpeg))).toEqual(await metadata(blockJpeg));
  expect(JSON.parse(await printed(blockJpeg, '--style', 'typed', '--only', 'xmp,icc'))).toEqual(
    await metadata(blockJpeg, { style: 'typed', only: ['xmp', 'icc'] }),
  );
  expect(await printed(blockJpeg, '--only', 'title,rating')).toBe('{"title":"Title","rating":4}\n');
});

test('lines have the source, and the answer or its members', async () => {
  const only = ['--only', 'title'];
  expect(await printed(blockJpeg, '--lines', ...only)).toBe('{"source":"a.jpg","metadata":{"title":"Title"}}\n');
  expect(await printed(blockJpeg, '--ndjson', ...only)).toBe('{"source":"a.jpg","title":"Title"}\n');
});

test('rows have the members in the given order; lists are separated by semicolons, persons have their names', async () => {
  const only = ['--only', 'rating,title,keywords,persons,duration'];
  const cells = '4,Title,sea,A. Nobody; B. Nobody,';
  expect(await printed(blockJpeg, '--csv', ...only)).toBe(
    `source,rating,title,keywords,persons,duration\r\na.jpg,${cells}\r\n`,
  );
  expect(await printed(blockJpeg, '--tsv', '--only', 'hdr,motionPhoto')).toMatch(
    /^source\thdr\tmotionPhoto\na\.jpg\tultra-hdr\t\{"offset":\d+,.*\}\n$/,
  );
});

test('rows have all members without --only, and with blocks; those of others are empty', async () => {
  const [header = '', row = ''] = (await printed(blockJpeg, '--csv', '--only', 'icc')).split('\r\n');
  expect(header).toMatch(/^source,title,description,.*,format,size,etag,duration,.*,audioCodec$/);
  expect(row).toContain('Display P3');
  expect(row).not.toContain('Title');
});

test('the table has lists as texts, and groups for objects', async () => {
  const table = await printed(blockJpeg, '--table');
  expect(table).toMatch(/^a\.jpg\n {2}jpeg, 30 x 20, /);
  expect(table).toMatch(/\n {2}persons +A\. Nobody; B\. Nobody\n/);
  expect(table).toMatch(/\n {2}sources\n {2}title +XMP dc:title\n/);
  expect(await printed(describedVideo, '--table')).toMatch(/^a\.jpg\n {2}mov, .*\n[\s\S]*\n {2}duration +90\n/);
});
