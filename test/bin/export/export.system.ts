// `bucket-exif export` as a program: its files are read by DuckDB and compared with the answers of the library, cell by cell.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { query, quoted } from '../../../check/export/duck';
import { compareCells } from '../../../check/export/objects';
import { type ColumnType, columns } from '../../../lib/table/columns';
import { smallVideos } from '../../../testing/build/small-videos';
import { cephClient } from '../../../testing/servers/ceph-client';
import { cephInstalled, cephKeys, startCephRgw } from '../../../testing/servers/ceph-rgw';
import { type ListingS3, listingS3 } from '../../../testing/servers/listing-s3';
import { serverEnv } from '../../../testing/servers/signed-http';
import { program, root, run, start } from '../cli/program';

const samples = join(root, 'samples');
const sidecar = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="4" xmp:Label="Green"/></rdf:RDF></x:xmpmeta>`;
/** Types as DuckDB describes them. */
const described: Readonly<Record<ColumnType, string>> = {
  text: 'VARCHAR',
  int32: 'INTEGER',
  int64: 'BIGINT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  instant: 'TIMESTAMP WITH TIME ZONE',
  local: 'TIMESTAMP',
  texts: 'VARCHAR[]',
  map: 'MAP(VARCHAR, VARCHAR)',
};

let folder: string;
let server: ListingS3 | null = null;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bucket-exif-export-'));
});
afterEach(async () => {
  await server?.close();
  server = null;
  await rm(folder, { recursive: true });
});

/** A folder with images, videos, a sidecar, what is no image, and files that are left out; the files that become rows, by key. */
async function makePhotos(): Promise<Map<string, string>> {
  const at = join(folder, 'photos');
  await mkdir(at);
  const copies = new Map<string, string>();
  const put = async (key: string, bytes: Uint8Array | string): Promise<void> => {
    await mkdir(dirname(join(at, key)), { recursive: true });
    await writeFile(join(at, key), bytes);
    copies.set(key, join(at, key));
  };
  for (const name of readdirSync(samples).filter((name) => /\.(jpg|png|tif|avif)$/.test(name)))
    await put(`2024/${name}`, readFileSync(join(samples, name)));
  await put('Zürich "1",\n😀/=a+%20.jpg', readFileSync(join(samples, 'gps.jpg')));
  await put('a.xmp', sidecar);
  await put('b.MP4', smallVideos['moov first'] ?? '');
  await put('broken.jpg', 'no image');
  await put('empty.heic', '');
  for (const name of ['notes.txt', '._a.jpg', '.hidden/b.jpg']) {
    await put(name, 'x');
    copies.delete(name);
  }
  return copies;
}

const read = (args: readonly string[], env: Record<string, string> = {}) =>
  run(['export', ...args], { cwd: folder, env });

test('a folder as Parquet: the types, and each cell', async () => {
  const copies = await makePhotos();
  const { code, out } = await read(['photos', '--to', 'photos.parquet', '--no-count']);
  expect([code, out]).toEqual([
    0,
    expect.stringMatching(
      /photos\.parquet: 1\d rows, \S+ KB, 2 with an error \(EmptyObject 1, NotAnImage 1\)\nRead .+ in \d+ GETs, .+; 3 not selected by name\n$/,
    ),
  ]);
  const file = join(folder, 'photos.parquet');
  expect(await compareCells(file, copies)).toEqual({ cells: expect.any(Number), differences: [] });
  const types = await query(`select column_name, column_type from (describe select * from ${quoted(file)})`);
  expect(types.map((row) => [row['column_name'], row['column_type']])).toEqual(
    columns.map(({ name, type }) => [name, described[type]]),
  );
  expect(await query(`select rating, format from ${quoted(file)} where key = 'a.xmp'`)).toEqual([
    { rating: 4, format: 'xmp' },
  ]);
  const [first] = await query(`select bucket, gives_away, (now() - last_modified) < interval 1 hour as is_new,
    epoch_ms(now()) - state_order < 3600000 as is_read_now from ${quoted(file)} where key = '2024/gps.jpg'`);
  expect(first).toEqual({
    bucket: 'photos',
    gives_away: ['position', 'serial', 'name'],
    is_new: true,
    is_read_now: true,
  });
  const rows = await query(`select key from ${quoted(file)}`);
  const keys = rows.map(({ key }) => String(key));
  expect(keys).toEqual([...keys].sort());
}, 60_000);

test('every form has the same rows, and threads change nothing', async () => {
  await makePhotos();
  const files = ['a.parquet', 'a.csv', 'a.csv.gz', 'a.ndjson', 'a.ndjson.gz', 'threads.parquet'];
  for (const to of files) {
    const options = to.startsWith('threads') ? ['--workers', '2'] : to.includes('csv') ? ['--raw-text'] : [];
    expect(await read(['photos', '--to', to, '--quiet', ...options])).toEqual({ code: 0, out: '', err: '' });
  }
  // A CSV file has no types, and an empty cell there is null.
  const columnsOf = (
    to: string,
  ) => `select key, size::bigint as size, error, width::int as width, latitude, make, taken_at_local::timestamp as local,
    taken_at::timestamptz as taken, gives_away::varchar[] as kinds, tags::varchar like '%SceneType%' as has_scene
    from ${to.includes('csv') ? `read_csv(${quoted(join(folder, to))})` : quoted(join(folder, to))}`;
  const expected = await query(columnsOf('a.parquet'));
  expect(expected.length).toBeGreaterThan(12);
  for (const to of files) expect([to, await query(columnsOf(to))]).toEqual([to, expected]);
}, 120_000);

test('EXIF_DROP, limits and --no-privacy', async () => {
  await makePhotos();
  // An export has neither cache nor sinks, so the settings for them do not matter.
  const service = {
    EXIF_CACHE: 'dynamodb:exif',
    EXIF_FRESHNESS: 'trust',
    EXIF_SINK: 'sns:x',
    EXIF_SINK_STYLE: 'typed',
  };
  const env = { EXIF_DROP: 'gps', EXIF_MAX_PIXELS: '100000', ...service };
  expect((await read(['photos', '--to', 'a.parquet'], env)).code).toBe(0);
  expect((await read(['photos', '--to', 'b.parquet', '--no-privacy'], env)).code).toBe(0);
  const of = (name: string) => quoted(join(folder, name));
  const where = "where key in ('2024/gps.jpg', '2024/big-endian.tif') order by key";
  expect(await query(`select key, error, latitude, geohash, gives_away from ${of('a.parquet')} ${where}`)).toEqual([
    { key: '2024/big-endian.tif', error: null, latitude: null, geohash: null, gives_away: ['serial', 'name'] },
    { key: '2024/gps.jpg', error: 'TooManyPixels', latitude: null, geohash: null, gives_away: null },
  ]);
  expect(await query(`select count(gives_away)::int as n from ${of('b.parquet')}`)).toEqual([{ n: 0 }]);
}, 60_000);

test('patterns, --include and --all', async () => {
  await makePhotos();
  const keysOf = async (source: string, ...options: string[]) => {
    const { code } = await read([source, '--to', 'a.ndjson', '--overwrite', ...options]);
    const lines = readFileSync(join(folder, 'a.ndjson'), 'utf8').trimEnd().split('\n');
    return [code, ...lines.filter((line) => line !== '').map((line) => JSON.parse(line).key)];
  };
  expect(await keysOf('photos/*/*.png')).toEqual([0, '2024/exif-after-idat.png', '2024/exif.png', '2024/no-exif.png']);
  expect(await keysOf('photos', '--include', '*.TXT')).toEqual([0, 'notes.txt']);
  const all = await keysOf('photos', '--all');
  expect(all).toEqual(expect.arrayContaining(['notes.txt', '._a.jpg', '.hidden/b.jpg', 'a.xmp']));
  expect(await keysOf('photos/*.none')).toEqual([0]);
}, 60_000);

test.each([
  [['missing'], /^missing does not exist: name a folder or s3:/],
  [['photos/a.xmp'], /^photos\/a\.xmp is not a folder/],
  [['s3://photos/2024'], /names one object: .* end it with a slash: s3:\/\/photos\/2024\/\n/],
  [['https://example.com/'], /^https:\/\/ cannot be exported: /],
  [['photos', '--overwrite', '--to', 'missing/a.csv'], /^Cannot write \S+missing\/a\.csv: no such file or folder/],
])('%j: exit code 2', async (args, message) => {
  await makePhotos();
  const to = args.includes('--to') ? [] : ['--to', 'a.csv'];
  expect(await read([...args, ...to])).toEqual({ code: 2, out: '', err: expect.stringMatching(message) });
  expect(await readdir(folder)).toEqual(['photos']);
});

test('a file that exists is not replaced by chance', async () => {
  await makePhotos();
  await writeFile(join(folder, 'a.csv'), 'old');
  expect(await read(['photos', '--to', 'a.csv'])).toEqual({
    code: 2,
    out: '',
    err: expect.stringMatching(/a\.csv exists: replace it with --overwrite, or choose another name\n$/),
  });
  expect(readFileSync(join(folder, 'a.csv'), 'utf8')).toBe('old');
});

test('a full disk is a clear error, and leaves no file', async () => {
  await makePhotos();
  // Files of at most 1,024 bytes.
  const script = `ulimit -f 1; exec ${process.execPath} ${program} export photos --to a.ndjson --no-count`;
  const child = spawn('bash', ['-c', script], {
    cwd: folder,
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (err += text));
  expect(await once(child, 'close')).toEqual([2, null]);
  expect(err).toMatch(/^Cannot write \S+a\.ndjson: .*EFBIG.*; no file is left behind\n$/);
  expect(await readdir(folder)).toEqual(['photos']);
});

const image = new Uint8Array(readFileSync(join(samples, 'gps.jpg')));
const keys = Array.from({ length: 1200 }, (_, at) => `2024/${String(at).padStart(4, '0')}.jpg`);

test('objects that fail are rows with an error and exit code 1; objects that are gone are no rows', async () => {
  server = await listingS3({
    keys: [...keys, 'other.jpg'],
    bytesOf: (key) => (key.endsWith('77.jpg') ? null : image),
    fault: (asked) => (asked.kind === 'get' && asked.key.endsWith('55.jpg') ? 403 : 0),
    pageKeys: 500,
  });
  const source = server.location.replace('photos?', 'photos/2024/?');
  const { code, out, err } = await read([source, '--to', 'a.parquet', '--no-count'], serverEnv);
  expect([code, out]).toEqual([
    1,
    expect.stringMatching(/: 1,188 rows, .* 12 with an error \(AccessDenied 12\)\n.*; 12 objects removed meanwhile\n$/),
  ]);
  expect(err.match(/^2024\/\d\d55\.jpg: AccessDenied: /gm)).toHaveLength(12);
  const file = quoted(join(folder, 'a.parquet'));
  expect(
    await query(`select error, count(*)::int as n, count(size)::int as sizes from ${file} group by error order by n`),
  ).toEqual([
    { error: 'AccessDenied', n: 12, sizes: 12 },
    { error: null, n: 1176, sizes: 1176 },
  ]);
  // In the order of the list, and with one read for each object.
  const found = await query(`select key from ${file}`);
  expect(found.map(({ key }) => key)).toEqual(keys.filter((key) => !key.endsWith('77.jpg')));
  expect(server.gets.get('2024/0000.jpg')).toBe(1);
}, 60_000);

test('a store that refuses everything ends the export', async () => {
  server = await listingS3({ keys, bytesOf: () => image, fault: ({ kind }) => (kind === 'get' ? 403 : 0) });
  const { code, out, err } = await read([server.location, '--to', 'a.parquet'], serverEnv);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(/\nStopped after 100 failures in a row\. The last one: /);
  expect(await readdir(folder)).toEqual([]);
});

test.each([[[]], [['--workers', '2']]])('Ctrl-C leaves no file and says so: %j', async (options) => {
  server = await listingS3({ keys, bytesOf: () => image, delayMs: 20 });
  const args = ['export', server.location, '--to', 'a.parquet', ...options];
  const { child, ended } = start(args, { cwd: folder, env: serverEnv });
  while (server.gets.size < 100) await new Promise((resolve) => setTimeout(resolve, 10));
  child.kill('SIGINT');
  const { code, err } = await ended;
  expect([code, err]).toEqual([
    130,
    expect.stringMatching(/a\.parquet is not written\n.*Stopped: \S+a\.parquet was not written\n$/s),
  ]);
  expect(await readdir(folder)).toEqual([]);
});

const withCeph = cephInstalled('an export of a real S3 server') ? test : test.skip;
withCeph(
  'a bucket of a real S3 server',
  async () => {
    const copies = await makePhotos();
    const { port, stop } = await startCephRgw();
    const client = cephClient(port);
    const Bucket = 'export-table';
    try {
      await client.send(new CreateBucketCommand({ Bucket }));
      const etags = new Map<string, string | undefined>();
      for (const [key, path] of copies) {
        const { ETag } = await client.send(new PutObjectCommand({ Bucket, Key: key, Body: readFileSync(path) }));
        etags.set(key, ETag);
      }
      const env = { AWS_ACCESS_KEY_ID: cephKeys.accessKeyId, AWS_SECRET_ACCESS_KEY: cephKeys.secretAccessKey };
      const { code, err } = await read([`s3://${Bucket}?endpoint=http://127.0.0.1:${port}`, '--to', 'a.parquet'], env);
      expect([code, err]).toEqual([0, '']);
      const file = join(folder, 'a.parquet');
      expect(await compareCells(file, copies)).toEqual({ cells: expect.any(Number), differences: [] });
      const rows = await query(`select key, etag from ${quoted(file)} where error is null`);
      for (const { key, etag } of rows) expect([key, etag]).toEqual([key, etags.get(String(key))]);
    } finally {
      client.destroy();
      await stop();
    }
  },
  120_000,
);
