// EXIF_DROP in everything that leaves this service or stays in it: messages of each style, items of DynamoDB, rows of a table,
// entries of caches and annotations.
import { encodeAnnotation } from '../../../lib/cache/annotation-text';
import { encodeEntry } from '../../../lib/cache/envelope';
import { itemOf } from '../../../lib/sink/item';
import type { SinkMessage, SinkStyle } from '../../../lib/sink/sink';
import { styleNames, styles } from '../../../lib/style';
import { columns } from '../../../lib/table/columns';
import { rowOf } from '../../../lib/table/row';
import { type TagGroup, tagGroups } from '../../../lib/tag/groups';
import { secretJpeg, secretPng, secretVideo } from '../../../testing/build/secrets';
import { spySinks } from '../../../testing/fakes/spy-sinks';
import { run, world } from '../read/warm-world';

const files = { secretJpeg, secretPng, secretVideo };
const groups = Object.keys(tagGroups) as TagGroup[];
const sinkStyles: readonly SinkStyle[] = [...styleNames, 'metadata'];
const now = new Date('2026-11-03T10:20:30Z');

/** What an upload of the file leaves in a sink and in the cache. */
async function uploaded(bytes: Uint8Array, style: SinkStyle, dropGroups: readonly TagGroup[]) {
  const { sinks, sent } = spySinks(style);
  const all = world({ bytes, etag: '"v1"' }, { sinks, dropGroups });
  await run(all, 'warm');
  const [message] = sent;
  const { entry } = await all.raw.get({ bucketId: 'test', bucket: 'photos', key: 'a.jpg' }, AbortSignal.timeout(9_000));
  if (message === undefined || entry === null) throw new Error('nothing was sent or cached');
  return { message, entry };
}

function rowText(message: SinkMessage): string {
  const { record = {}, ...object } = message;
  const row = rowOf(object, { record });
  return JSON.stringify(columns.map(({ name }) => row[name] ?? null));
}

/** Everything that one upload leaves anywhere, as text, by what it is. */
async function traces(bytes: Uint8Array, dropGroups: readonly TagGroup[]): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  for (const style of sinkStyles) {
    const { message, entry } = await uploaded(bytes, style, dropGroups);
    found[`message ${style}`] = JSON.stringify(message);
    found[`item ${style}`] = JSON.stringify(itemOf(message, now));
    found[`row ${style}`] = rowText(message);
    found['entry'] = textOf(encodeEntry(entry));
    const flat = styles.get('flat');
    found['annotation'] = textOf(await encodeAnnotation(entry, (record) => flat?.render(record) ?? '{}'));
  }
  return found;
}

/** The text, with the bytes of tags as text too: an entry has them in Base64. */
function textOf(text: string | null): string {
  if (text === null) throw new Error('too long');
  const decoded = [...text.matchAll(/"([A-Za-z0-9+/]{8,}={0,2})"/g)].map(([, bytes = '']) =>
    Buffer.from(bytes, 'base64').toString('latin1'),
  );
  return [text, ...decoded].join('\n');
}

/** The texts of a group, as `(gps,xmp)City`. */
const textsOf = (text: string, group: string): readonly string[] =>
  (text.match(/\([a-z,]+\)\w+/g) ?? []).filter((found) => /\(([a-z,]+)\)/.exec(found)?.[1]?.split(',').includes(group));

describe.each(Object.entries(files))('%s', (name, bytes) => {
  test.each(groups)('nothing that an upload leaves has a text of %s', async (group) => {
    const left = Object.entries(await traces(bytes, [group])).filter(([, text]) => textsOf(text, group).length > 0);
    expect(left).toEqual([]);
  });

  test('nothing has the position without gps', async () => {
    for (const [what, text] of Object.entries(await traces(bytes, ['gps'])))
      expect(`${what}: ${text}`).not.toMatch(/47\.1|8\.2[58]|itude":[-\d]|"geohash"/);
  });

  test('the test sees these texts where no group is left out', async () => {
    const all = await traces(bytes, []);
    const { 'message metadata': message = '', 'item metadata': item = '', 'row metadata': row = '' } = all;
    const seen = (text: string) => groups.filter((group) => textsOf(text, group).length > 0);
    expect(seen(message).length).toBeGreaterThan(2);
    expect(seen(item)).toEqual(seen(message));
    expect(row).toContain('(gps,xmp)photoshopCity');
    if (name !== 'secretVideo') {
      expect(seen(all['entry'] ?? '')).toContain('serial');
      expect(seen(all['annotation'] ?? '')).toContain('owner');
    }
  });
});
