// The package for programs: every source gives the same record, and faults are told by their codes.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Bucket,
  fromBlob,
  fromBucket,
  fromBytes,
  fromFile,
  fromUrl,
  ProblemError,
  type ReadCost,
  readExif,
  render,
  type Source,
  styleNames,
} from '../../lib';
import { fakeKeys, fakeS3 } from '../../testing/servers/fake-s3';
import { askedRange, type RawReply, type RawServer, rawReply, rawServer } from '../../testing/servers/raw-s3';

const samples = join(__dirname, '..', '..', 'samples');
const path = join(samples, 'gps.jpg');
const env = { AWS_ACCESS_KEY_ID: fakeKeys.accessKeyId, AWS_SECRET_ACCESS_KEY: fakeKeys.secretAccessKey };
const servers: RawServer[] = [];
let bytes: Uint8Array;
let expected: string;

beforeAll(async () => {
  bytes = new Uint8Array(await readFile(path));
  expected = await render(await readExif(fromBytes(bytes)), 'cos');
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serve(reply: RawReply): Promise<RawServer> {
  const server = await rawServer(reply);
  servers.push(server);
  return server;
}

/** A server of `object` that knows ranges. */
const ranged =
  (object: Uint8Array): RawReply =>
  (socket, request) => {
    const { start, end } = askedRange(request);
    const last = Math.min(end, object.length);
    const headers = { ETag: '"1"', 'Content-Range': `bytes ${start}-${last - 1}/${object.length}` };
    socket.write(rawReply(206, headers, object.subarray(start, last)));
  };

const sources: Readonly<Record<string, () => Source | Promise<Source>>> = {
  'a file': () => fromFile(path),
  bytes: () => fromBytes(bytes),
  'an ArrayBuffer': () => fromBytes(Uint8Array.from(bytes).buffer),
  'a Buffer': () => fromBytes(Buffer.from(bytes)),
  'a part of an array': () => fromBytes(Uint8Array.of(1, 2, 3, ...bytes, 4).subarray(3, -1)),
  'a Blob': () => fromBlob(new Blob([Uint8Array.from(bytes)])),
  'a folder as a bucket': () => fromBucket(samples)('gps.jpg'),
  'a web address': async () => fromUrl(`${(await serve(ranged(bytes))).endpoint}gps.jpg`),
  'an S3 bucket': async () => {
    const { endpoint } = await serve(fakeS3('photos', new Map([['a b/gps.jpg', bytes]])));
    return fromBucket(`s3://photos?endpoint=${endpoint.origin}`, env)('a b/gps.jpg');
  },
};

test.each(Object.entries(sources))('%s is read', async (_name, open) => {
  const cost: ReadCost = { requests: 0, bytes: 0 };
  const record = await readExif(await open(), { cost });
  expect(record).toMatchObject({ container: 'jpeg', shape: { width: 600, height: 400 }, stat: { size: bytes.length } });
  expect(await render(record, 'cos')).toBe(expected);
  expect(cost).toEqual({ requests: 1, bytes: bytes.length });
});

describe.each([
  [
    'a file',
    async (content: Uint8Array, folder: string) => {
      await writeFile(join(folder, 'x'), content);
      return fromFile(join(folder, 'x'));
    },
  ],
  ['bytes', async (content: Uint8Array) => fromBytes(content)],
  ['a Blob', async (content: Uint8Array) => fromBlob(new Blob([Uint8Array.from(content)]))],
])('%s', (_name, toSource) => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bucket-exif-source-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('that is empty is EmptyObject, of another kind NotAnImage', async () => {
    const codeOf = async (content: Uint8Array) => readExif(await toSource(content, folder)).catch(({ code }) => code);
    expect(await codeOf(new Uint8Array(0))).toBe('EmptyObject');
    expect(await codeOf(new TextEncoder().encode('just text'))).toBe('NotAnImage');
  });

  test('is read in parts, exactly those asked for', async () => {
    const content = Uint8Array.from({ length: 1000 }, (_, at) => at % 251);
    const { bucket, key } = await toSource(content, folder);
    const ref = { bucketId: 'b', bucket: 'b', key };
    const read = (start: number, end: number) => bucket.fetch(ref, { start, end }, null, AbortSignal.timeout(5000));
    expect((await read(10, 20))?.bytes).toStrictEqual(content.slice(10, 20));
    expect((await read(990, 2000))?.bytes).toStrictEqual(content.slice(990));
    await expect(read(1000, 1001)).rejects.toMatchObject({ code: 'RangeNotSatisfiable' });
    await expect(read(5, 5)).rejects.toMatchObject({ code: 'InternalError' });
    const over = bucket.fetch(ref, { start: 0, end: 1 }, null, AbortSignal.abort());
    await expect(over).rejects.toMatchObject({ code: 'Timeout' });
  });
});

describe('a file', () => {
  test.each([[samples], [join(samples, 'missing.jpg')], ['/dev/null'], ['a\0b']])('%j is NoSuchKey', async (name) => {
    await expect(readExif(fromFile(name))).rejects.toMatchObject({ name: 'ProblemError', code: 'NoSuchKey' });
  });
});

describe('a Blob', () => {
  test('reports when it was changed', async () => {
    const file = new File([Uint8Array.from(bytes)], 'gps.jpg', { lastModified: 1_700_000_000_000 });
    expect((await readExif(fromBlob(file))).stat.lastModified).toEqual(new Date(1_700_000_000_000));
  });

  test('that cannot be read any more is BucketFault, that became shorter ObjectChanged', async () => {
    const blob = (slice: () => Promise<ArrayBuffer>) => fromBlob({ size: 10, slice: () => ({ arrayBuffer: slice }) });
    const gone = blob(() => Promise.reject(new DOMException('gone', 'NotReadableError')));
    await expect(readExif(gone)).rejects.toMatchObject({ code: 'BucketFault' });
    await expect(readExif(blob(async () => new ArrayBuffer(3)))).rejects.toMatchObject({ code: 'ObjectChanged' });
  });
});

describe('options', () => {
  test('only shows tags by name or number, with values that depend on the others; a wrong name is an error', async () => {
    const record = await readExif(fromFile(path));
    const { ifds, derived } = JSON.parse(await render(record, 'typed', { only: ['GPSLatitude', '0x010f'] }));
    expect(Object.values(ifds).flatMap((tags) => (tags as { name: string }[]).map(({ name }) => name))).toEqual([
      'Make',
      'GPSLatitude',
    ]);
    expect(derived.latitude).toBe(JSON.parse(await render(record, 'typed')).derived.latitude);
    const wrong = render(record, 'typed', { only: ['Make', 'Makee'] });
    await expect(wrong).rejects.toMatchObject({ code: 'ConfigInvalid', message: expect.stringContaining('"Makee"') });
  });

  test('drop leaves groups out', async () => {
    const record = await readExif(fromFile(path), { drop: ['gps'] });
    expect(record.document?.entries.some(({ ifd }) => ifd === 'GPS')).toBe(false);
  });

  test('limits bound what is read', async () => {
    await expect(readExif(fromFile(path), { limits: { objectBytes: 100 } })).rejects.toMatchObject({
      code: 'ImageTooLarge',
    });
    await expect(readExif(fromFile(path), { limits: { side: 100 } })).rejects.toMatchObject({ code: 'SideTooLong' });
  });

  test('an infinite time means no limit', async () => {
    await expect(readExif(fromFile(path), { limits: { totalMs: Infinity } })).resolves.toMatchObject({
      container: 'jpeg',
    });
  });

  test('a signal, or the time in the limits, ends a read', async () => {
    const never: Bucket = {
      fetch: (_ref, _range, _condition, signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(new ProblemError('Timeout', 'over')));
        }),
    };
    const source = { bucket: never, key: 'a' };
    await expect(readExif(source, { limits: { totalMs: 20 } })).rejects.toMatchObject({ code: 'Timeout' });
    await expect(readExif(source, { signal: AbortSignal.timeout(20) })).rejects.toMatchObject({ code: 'Timeout' });
    await expect(readExif(fromFile(path), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'Timeout',
      message: 'The signal of the caller stopped the read',
    });
  });
});

test('every style is rendered by its name; the error for another name lists them', async () => {
  const record = await readExif(fromFile(path));
  expect(styleNames).toContain('cos');
  for (const style of styleNames) expect(JSON.parse(await render(record, style))).toEqual(expect.any(Object));
  await expect(render(record, 'none' as 'cos')).rejects.toMatchObject({
    code: 'ConfigInvalid',
    message: expect.stringContaining('cos'),
  });
});

describe('wrong arguments are refused with ConfigInvalid', () => {
  // As from JavaScript, where no compiler looks.
  const untyped = { readExif, render, fromFile, fromBytes, fromBlob, fromUrl, fromBucket } as unknown as Readonly<
    Record<
      'readExif' | 'render' | 'fromFile' | 'fromBytes' | 'fromBlob' | 'fromUrl' | 'fromBucket',
      (...given: readonly unknown[]) => unknown
    >
  >;
  const expectRefused = async (call: () => unknown, message: RegExp): Promise<void> => {
    const calling = async (): Promise<unknown> => call();
    await expect(calling()).rejects.toMatchObject({
      name: 'ProblemError',
      code: 'ConfigInvalid',
      message: expect.stringMatching(message),
    });
  };

  test.each([
    ['a path', 'x.jpg', /got a string: use fromFile\(path\)/],
    ['nothing', undefined, /got undefined: use fromFile/],
    ['null', null, /got null/],
    ['bytes', new Uint8Array(9), /got bytes: use .*fromBytes\(bytes\)/],
    ['a bucket without its key', fromBucket(samples), /got a function: use .*fromBucket\(location\)\(key\)/],
    ['a source without a key', { bucket: { fetch: async () => null } }, /got another kind of object/],
    ['a bucket that fetches nothing', { bucket: {}, key: 'a' }, /got another kind of object/],
  ])('a source that is %s', (_name, source, message) => expectRefused(() => untyped.readExif(source), message));

  test.each([
    [{ only: ['Make'] }, /^option "only" is not known; known options: signal, limits, drop, cost/],
    [null, /^options must be an object, got null$/],
    ['x', /^options must be an object, got a string$/],
    [{ limits: 9 }, /^limits must be an object, got a number$/],
    [{ drop: ['gsp'] }, /^"gsp" in drop is not a known group; known groups: gps, serial, owner, thumbnail, makernote/],
    [{ drop: 'gps' }, /drop must be an array/],
    [{ drop: ['constructor'] }, /"constructor"/],
    [{ limits: { readByte: 1 } }, /"readByte".*readBytes/],
    [{ limits: { readBytes: -1 } }, /readBytes must be/],
    [{ limits: { side: Number.NaN } }, /side must be/],
    [{ limits: { side: '9' } }, /side must be/],
    [{ limits: { firstRead: 0 } }, /firstRead must be/],
    [{ limits: { firstRead: 1.5 } }, /firstRead must be/],
    [{ limits: { firstRead: Infinity } }, /firstRead must be/],
    [{ signal: {} }, /signal must be an AbortSignal/],
    [{ cost: {} }, /cost must be/],
  ])('options %j', (options, message) => expectRefused(() => untyped.readExif(fromFile(path), options), message));

  test('an option that is undefined is one that is not given', async () => {
    const options = { signal: undefined, limits: { side: undefined }, drop: undefined, cost: undefined };
    await expect(untyped.readExif(fromFile(path), options)).resolves.toMatchObject({ container: 'jpeg' });
  });

  test.each([
    [() => untyped.render(undefined, 'cos'), /record/],
    [() => untyped.render({}, 'cos'), /record/],
    [async () => untyped.render(await readExif(fromFile(path)), 'Cos'), /cos, flat, typed/],
    [async () => untyped.render(await readExif(fromFile(path)), 'cos', { onyl: [] }), /"onyl".*only/],
    [async () => untyped.render(await readExif(fromFile(path)), 'cos', { only: 'Make' }), /only must be an array/],
    [async () => untyped.render(await readExif(fromFile(path)), 'cos', { only: [] }), /only must be an array/],
    [async () => untyped.render(await readExif(fromFile(path)), 'cos', { only: [271] }), /only must be an array/],
    [
      async () => untyped.render(await readExif(fromFile(path)), 'cos', { only: ['Make', 'model'] }),
      /"model".*mean Model/,
    ],
    [() => untyped.fromBytes('x.jpg'), /got a string/],
    [() => untyped.fromBytes(undefined), /got undefined/],
    [() => untyped.fromBlob(new Uint8Array(9)), /fromBytes/],
    [() => untyped.fromFile(new URL('file:///a.jpg')), /path/],
    [() => untyped.fromUrl(undefined), /web address/],
    [() => untyped.fromUrl('https://host/', { redirects: -1 }), /redirects must be/],
    [() => untyped.fromUrl('https://host/', { redirect: 1 }), /"redirect"/],
    [() => untyped.fromBucket(undefined), /location/],
    [() => (untyped.fromBucket(samples) as (key?: unknown) => unknown)(undefined), /key/],
  ])('%s', expectRefused);
});

test.each(['s3://photos/key', 's3://photos', 'cos://photos?region=x', 'ftp://x'])('%s is not a bucket', (location) => {
  expect(() => fromBucket(location)).toThrow(ProblemError);
});
