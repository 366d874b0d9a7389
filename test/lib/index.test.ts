// The package for programs: every source gives the same record, and faults are told by their codes.
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type Bucket,
  type FlatExif,
  type FlatMetadata,
  fromBucket,
  fromExif,
  fromFile,
  fromUrl,
  metadata,
  ProblemError,
  parse,
  type ReadCost,
  readExif,
  render,
  type Source,
  styleNames,
  type TypedExif,
  type TypedMetadata,
} from '../../lib';
import { blockJpeg, describedVideo } from '../../testing/build/every-block';
import { ascii, buildTiff } from '../../testing/build/tiff';
import { answering } from '../../testing/fakes/answering';
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
  expected = await render(await readExif(bytes), 'cos');
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
  'a path': () => path,
  'the URL of a file': () => pathToFileURL(path),
  bytes: () => bytes,
  'an ArrayBuffer': () => Uint8Array.from(bytes).buffer,
  'a Buffer': () => Buffer.from(bytes),
  'a part of an array': () => Uint8Array.of(1, 2, 3, ...bytes, 4).subarray(3, -1),
  'a Blob': () => new Blob([Uint8Array.from(bytes)]),
  'a folder as a bucket': () => fromBucket(samples)('gps.jpg'),
  'a web address': async () => new URL(`${(await serve(ranged(bytes))).endpoint}gps.jpg`),
  'a web address with options': async () =>
    fromUrl(`${(await serve(ranged(bytes))).endpoint}gps.jpg`, { redirects: 0 }),
  'a Response': () => new Response(Uint8Array.from(bytes)),
  'a web stream': () => new Blob([Uint8Array.from(bytes)]).stream(),
  'a stream of Node': () => createReadStream(path),
  'a size and a function': () => ({ size: bytes.length, read: ({ start, end }) => bytes.subarray(start, end) }),
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

test.each<[string, (content: Uint8Array, folder: string) => Source | Promise<Source>]>([
  [
    'a file',
    async (content, folder) => {
      await writeFile(join(folder, 'x'), content);
      return join(folder, 'x');
    },
  ],
  ['bytes', (content) => content],
  ['a Blob', (content) => new Blob([Uint8Array.from(content)])],
  ['a Response', (content) => new Response(Uint8Array.from(content))],
])('%s that is empty is EmptyObject, of another kind NotAnImage', async (_name, toSource) => {
  const folder = await mkdtemp(join(tmpdir(), 'bucket-exif-source-'));
  const codeOf = async (content: Uint8Array) => readExif(await toSource(content, folder)).catch(({ code }) => code);
  expect(await codeOf(new Uint8Array(0))).toBe('EmptyObject');
  expect(await codeOf(new TextEncoder().encode('just text'))).toBe('NotAnImage');
  await rm(folder, { recursive: true });
});

describe('a file', () => {
  test.each([[samples], [join(samples, 'missing.jpg')], ['/dev/null'], ['a\0b']])('%j is NoSuchKey', async (name) => {
    await expect(readExif(fromFile(name))).rejects.toMatchObject({ name: 'ProblemError', code: 'NoSuchKey' });
  });
});

describe('the location of an object', () => {
  const locate = async (): Promise<string> => {
    const { endpoint } = await serve(fakeS3('photos', new Map([['a b/gps?.jpg', bytes]])));
    return `s3://photos/a b/gps?.jpg?endpoint=${endpoint.origin}`;
  };

  test('is read with the credentials in env', async () => {
    expect(await parse(await locate(), { env })).toMatchObject({ make: 'Example Camera Co.', format: 'jpeg' });
    const wrong = { ...env, AWS_SECRET_ACCESS_KEY: 'wrong' };
    await expect(parse(await locate(), { env: wrong })).rejects.toMatchObject({ code: 'BucketMisconfigured' });
  });

  test('is read with those of the process if env is absent', async () => {
    const before = { ...process.env };
    Object.assign(process.env, env);
    try {
      expect(await parse(await locate())).toMatchObject({ make: 'Example Camera Co.' });
    } finally {
      for (const name of Object.keys(env)) delete process.env[name];
      Object.assign(process.env, before);
    }
  });
});

describe('a Blob', () => {
  test('reports when it was changed', async () => {
    const file = new File([Uint8Array.from(bytes)], 'gps.jpg', { lastModified: 1_700_000_000_000 });
    expect((await readExif(file)).stat.lastModified).toEqual(new Date(1_700_000_000_000));
  });

  test('that cannot be read any more is BucketFault, that became shorter ObjectChanged', async () => {
    const blob = (slice: () => Promise<ArrayBuffer>) => ({ size: 10, slice: () => ({ arrayBuffer: slice }) });
    const gone = blob(() => Promise.reject(new DOMException('gone', 'NotReadableError')));
    await expect(readExif(gone)).rejects.toMatchObject({ code: 'BucketFault' });
    await expect(readExif(blob(async () => new ArrayBuffer(3)))).rejects.toMatchObject({ code: 'ObjectChanged' });
  });
});

describe('parse', () => {
  test('returns the flat answer, or that of a style', async () => {
    const record = await readExif(path);
    expect(await parse(path)).toEqual(JSON.parse(await render(record, 'flat')));
    for (const style of styleNames) {
      expect(await parse(path, { style })).toEqual(JSON.parse(await render(record, style)));
    }
  });

  test('returns types that follow from the style', async () => {
    const flat: FlatExif = await parse(path);
    const { derived }: TypedExif = await parse(path, { style: 'typed', only: ['GPSLatitude', 'GPSLongitude'] });
    const cos = await parse(path, { style: 'cos' });
    const words: readonly (string | undefined)[] = [flat.make, cos.error === undefined ? cos['Make']?.val : cos.error];
    expect(words).toEqual(['Example Camera Co.', 'Example Camera Co.']);
    expect(derived.latitude).toBe(flat.latitude);
    // @ts-expect-error The type of flat has no such member.
    expect(flat.nothing).toBeUndefined();
  });

  test('an image without EXIF has the members about its file, and an error in the style cos', async () => {
    const plain = await readFile(join(samples, 'no-exif.png'));
    expect(await parse(plain)).toEqual({ format: 'png', size: plain.length, width: 150, height: 100 });
    expect(await parse(plain, { style: 'cos' })).toEqual({ error: 'no exif data' });
  });

  test('only shows some tags, drop leaves groups out', async () => {
    expect(Object.keys(await parse(path, { only: ['Make'] }))).not.toContain('latitude');
    expect(Object.keys(await parse(path, { drop: ['gps'] }))).not.toContain('latitude');
  });
});

describe('metadata', () => {
  test('returns what the service answers, with types that follow from the style', async () => {
    const of = async (query: string) =>
      JSON.parse(String((await answering({ bytes: blockJpeg, etag: null }).ask({ query })).body));
    const flat: FlatMetadata = await metadata(blockJpeg);
    const { blocks }: TypedMetadata = await metadata(blockJpeg, { style: 'typed', only: ['icc', 'xmp'] });
    expect(flat).toEqual(await of('metadata'));
    expect(blocks).toEqual((await of('metadata/style/typed/only/icc,xmp')).blocks);
    expect(await metadata(blockJpeg, { only: ['title', 'rating'] })).toEqual({ title: 'Title', rating: 4 });
  });

  test('takes the options of readExif', async () => {
    const cost: ReadCost = { requests: 0, bytes: 0 };
    const { latitude } = await metadata(path, { drop: ['gps'], cost });
    expect([latitude, cost.requests]).toEqual([undefined, 1]);
    await expect(metadata(path, { limits: { objectBytes: 1 } })).rejects.toMatchObject({ code: 'ImageTooLarge' });
  });

  test('reads a video, and an EXIF block without an image', async () => {
    expect(await metadata(describedVideo)).toMatchObject({ format: 'mov', title: 'Title', rotation: 90 });
    const block = buildTiff({ fields: [ascii(0x010f, 'Example')] });
    expect(await metadata(block)).toEqual({ make: 'Example', format: 'exif', size: block.length });
  });

  test.each<[string, object, string]>([
    ['an unknown style', { style: 'cos' }, 'flat, typed'],
    ['a style that is not a text', { style: 1 }, 'flat, typed'],
    ['an unknown name', { only: ['nothing'] }, 'xmp'],
    ['a text in place of a list', { only: 'xmp' }, 'array'],
    ['an empty list', { only: [] }, 'array'],
    ['a member of flat in typed', { style: 'typed', only: ['title'] }, 'xmp'],
    ['an unknown option', { styles: 'flat' }, 'style'],
  ])('%s is ConfigInvalid, and says what is known', async (_, options, known) => {
    const wrong = metadata(path, options);
    await expect(wrong).rejects.toMatchObject({ code: 'ConfigInvalid', message: expect.stringContaining(known) });
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
  const functions = { parse, readExif, render, fromFile, fromExif, fromUrl, fromBucket };
  const untyped = functions as unknown as Readonly<
    Record<keyof typeof functions, (...given: readonly unknown[]) => unknown>
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
    ['nothing', undefined, /^Cannot read EXIF from undefined: pass a path, a URL, bytes/],
    ['null', null, /from null: pass a path/],
    ['a number', 9, /from a number: pass/],
    ['an array', [0xff, 0xd8], /from an array: pass/],
    ['a promise', Promise.resolve(path), /: await it first/],
    ['a bucket without its key', fromBucket(samples), /call the function that fromBucket returned/],
    ['a source without a key', { bucket: { fetch: async () => null } }, /another kind of object: pass/],
    ['a bucket that fetches nothing', { bucket: {}, key: 'a' }, /bucket must have a function fetch/],
    ['an empty path', '', /A path must be a text, got an empty one/],
    ['an http address', 'http://127.0.0.1/latest', /from a string: anybody between can change it. Use https/],
    ['the address of a file', 'FILE:///etc/passwd', /file:\/\/ from a string: pass the path/],
    ['an address with data', 'data:image/png;base64,AA==', /data: from a string: pass await fetch/],
    ['an unknown scheme', 'gs://photos/a.jpg', /gs:\/\/ from a string; known: https/],
    ['a bucket only', 's3://photos', /need a key/],
    ['a wrong https address', 'https://a b/', /web address/],
    ['the URL of another scheme', new URL('ftp://host/a.jpg'), /http or|must be http/],
    ['the URL of a file elsewhere', new URL('file://host/a.jpg'), /must be file:/],
    ['a size without an end', { size: 2 ** 53, read: async () => new Uint8Array(0) }, /size must be a whole number/],
    ['a size below 0', { size: -1, read: async () => new Uint8Array(0) }, /size must be a whole number/],
    ['a size without a function', { size: 1, read: 1 }, /read must be a function, got a number/],
  ])('a source that is %s', (_name, source, message) => expectRefused(() => untyped.readExif(source), message));

  test.each([
    [{ only: ['Make'] }, /^option "only" is not known; known options: signal, limits, drop, cost, env, redirects/],
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
    [{ env: 'AWS_PROFILE' }, /env must be an object, got a string/],
    [{ redirects: 1.5 }, /redirects must be/],
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
    [() => untyped.parse(path, { style: 'Cos' }), /cos, flat, typed/],
    [() => untyped.parse(path, { style: 1 }), /cos, flat, typed/],
    [() => untyped.parse(path, { only: 'Make' }), /only must be an array/],
    [() => untyped.parse(path, { sytle: 'cos' }), /"sytle" is not known; known options: .*style, only/],
    [() => untyped.fromExif('x.jpg'), /got a string/],
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
