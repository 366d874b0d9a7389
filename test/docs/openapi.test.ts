// docs/openapi.json: valid by itself, and true of what the running server answers.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020';
import { batchLimits } from '../../lib/limits';
import { styles } from '../../lib/style';
import { readConfig, settingNames } from '../../service/config/config';
import { createRun } from '../../service/job-runner';
import { createHttpServer } from '../../service/server/server';

type Schema = Readonly<Record<string, unknown>>;
type Header = Readonly<{ required?: boolean; schema: Schema }>;
type ResponseDescription = Readonly<{
  headers: Readonly<Record<string, Header | { $ref: string }>>;
  content?: Readonly<Record<string, { schema: Schema }>>;
}>;
type Operation = Readonly<{
  parameters: readonly { name: string; in: string }[];
  responses: Record<string, ResponseDescription | { $ref: string }>;
}>;

const root = join(__dirname, '..', '..');
const file = join(root, 'docs', 'openapi.json');
const text = readFileSync(file, 'utf8');
const api = JSON.parse(text) as {
  info: { version: string };
  paths: Record<string, Record<'get' | 'head', Operation>>;
  components: { schemas: Record<string, Schema>; headers: Record<string, Header> };
};
const { get, head } = api.paths['/{key}'] as Record<'get' | 'head', Operation>;

const ajv = new Ajv2020({ strict: false, allErrors: true, formats: { byte: true } });
ajv.addSchema({ ...api, $id: 'api.json' });

/** What is wrong with a value by the schema at `pointer` of the description; nothing when all is right. */
function faults(pointer: string, value: unknown): readonly string[] {
  const validate = ajv.getSchema(`api.json#${pointer}`);
  if (validate === undefined) throw new Error(`there is no schema at ${pointer}`);
  return validate(value)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

let server: Server;
let origin = '';

beforeAll(async () => {
  const settings = { EXIF_BUCKET: join(root, 'samples'), EXIF_PUBLIC: '*', EXIF_SHOW_READS: '1' };
  const log = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  server = createHttpServer(
    createRun(readConfig({ ...settings, EXIF_PAGE: '1', EXIF_HEALTH: '1', EXIF_OPENAPI: '1', EXIF_BATCH: '1' })),
    { bodyBytes: batchLimits.bodyBytes },
  );
  server.on('close', () => log.mockRestore());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
});

test('is a valid OpenAPI 3.1 description', () => {
  const said = execFileSync(join(root, 'node_modules', '.bin', 'validate-api'), [file], { encoding: 'utf8' });
  expect(JSON.parse(said)).toMatchObject({ valid: true });
});

test('has the schemas of docs/schema as they are (npm run openapi)', () => {
  const script = `import { withSchemas } from ${JSON.stringify(pathToFileURL(join(root, 'docs', 'openapi.mjs')))};
    import { readFileSync } from 'node:fs';
    console.log(JSON.stringify(withSchemas(JSON.parse(readFileSync(process.argv[1], 'utf8')))));`;
  const made = execFileSync(process.execPath, ['--input-type=module', '-e', script, file], { encoding: 'utf8' });
  expect(JSON.parse(made)).toEqual(api);
});

test('every reference leads to something', () => {
  const references = [...text.matchAll(/"\$ref": "([^"]+)"/g)].map(([, reference = '']) => reference);
  expect(references.length).toBeGreaterThan(20);
  for (const reference of references) expect(resolved(reference)).toEqual(expect.any(Object));
  expect(() => resolved('#/components/headers/None')).toThrow(/None/);
  expect(() => resolved('./schema/none.schema.json')).toThrow(/none/);
});

describe('the judge of these tests finds', () => {
  const whole = {
    'content-type': 'application/json',
    'x-cos-request-id': 'aQ==',
    'x-exif-reads': 'requests=1, bytes=9, size=9, ms=0.1, cache=off, ranges=0-8',
    'cache-control': 'private, no-cache',
    etag: `"${'0'.repeat(32)}"`,
    'last-modified': 'Thu, 01 Jan 1970 00:00:00 GMT',
  };
  const judged = (headers: Readonly<Record<string, string>>, status = 200) =>
    faultsOf(get, new Response(status === 304 ? null : '{}', { status, headers }));

  test('no fault for a complete reply', () => {
    expect(judged(whole)).toEqual([]);
  });

  test.each(Object.keys(whole))('a reply without %s', (name) => {
    const { [name as keyof typeof whole]: _, ...rest } = whole;
    expect(judged(rest)).toEqual([expect.stringContaining(name === 'content-type' ? 'media type' : name)]);
  });

  test.each([
    [{ ...whole, 'x-exif-reads': 'requests=1' }, 200, 'x-exif-reads'],
    [{ ...whole, etag: '"1"' }, 200, 'etag'],
    [{ ...whole, 'x-new': '1' }, 200, 'x-new'],
    [{ ...whole, 'content-type': 'text/html' }, 200, 'media type'],
    [{ ...whole, etag: 'none' }, 304, 'etag'],
    [whole, 201, 'status'],
  ])('what is not as described: %j by %i', (headers, status, fault) => {
    expect(judged(headers, status)).toEqual([expect.stringContaining(fault)]);
  });

  test('an error without the id that it must have', () => {
    const { 'x-exif-reads': reads, 'x-cos-request-id': id } = whole;
    const error = { 'content-type': 'application/xml', 'x-exif-reads': reads, 'x-cos-request-id': id };
    expect(judged({ ...error, 'x-cos-trace-id': 'aQ==' }, 404)).toEqual([]);
    expect(judged(error, 404)).toEqual([expect.stringContaining('x-cos-trace-id')]);
  });

  test('a reference that leads nowhere', () => {
    const headers = { etag: { $ref: '#/components/headers/None' } };
    const operation = { parameters: [], responses: { 200: { headers } } };
    expect(() => faultsOf(operation, new Response('{}', { headers: whole }))).toThrow(/None/);
  });
});

test('has every style, the version of the package, and settings that exist', () => {
  const named = get.parameters.map(({ name }) => name);
  expect(named.filter((name) => name.startsWith('exif/style/'))).toEqual(
    [...styles.keys()].map((name) => `exif/style/${name}`),
  );
  expect(head.parameters).toEqual(get.parameters);
  expect(api.info.version).toBe(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version);
  expect([...text.matchAll(/EXIF_[A-Z_]+/g)].map(String).filter((name) => !settingNames.includes(name))).toEqual([]);
});

const views = [...styles.keys()].flatMap((name): [string, string][] => [
  [`exif/style/${name}`, name],
  [`exif/style/${name}/only/Make,GPSLatitude`, name],
]);
const keys = ['gps.jpg', 'turned.jpg', 'plain.jpg', 'no-exif.png', 'big-endian.tif', 'reise/Zürich 1+1.jpg'];
const asked: readonly (readonly [key: string, query: string, schema: string])[] = [
  ...keys.flatMap((key) => views.map(([query, schema]) => [key, query, schema] as const)),
  ...keys.map((key) => [key, 'imageInfo', 'imageInfo'] as const),
  ...keys.flatMap((key) => [
    [key, 'metadata', 'metadata-flat'] as const,
    [key, 'metadata/only/title,make', 'metadata-flat'] as const,
    [key, 'metadata/style/typed/only/xmp,exif', 'metadata-typed'] as const,
  ]),
  ['gps.jpg', 'exif', 'cos'],
  ['gps.jpg', 'x-oss-process=image/info', 'oss'],
  ['gps.jpg', 'x-image-process=image/info', 'obs'],
  ['gps.jpg', 'ci-process=ImageAIGCMetadata', 'AigcAnswer'],
];

test.each(asked)('%s?%s is answered as %s', async (key, query, schema) => {
  const reply = await fetch(`${origin}/${encodeURI(key)}?${query}`);
  expect(reply.status).toBe(200);
  expect(faultsOf(get, reply)).toEqual([]);
  expect(faults(`/components/schemas/${schema}`, await reply.json())).toEqual([]);
});

test.each([
  ['/gps.jpg?exif/thumbnail', 'GET', {}, 200],
  ['/turned.jpg?exif/thumbnail/orient', 'GET', {}, 200],
  ['/plain.jpg?exif/thumbnail', 'GET', {}, 404],
  ['/gps.jpg?exif', 'HEAD', {}, 200],
  ['/gps.jpg?exif', 'GET', { 'if-none-match': '*' }, 304],
  ['/gps.jpg?exif', 'GET', { 'if-modified-since': 'Fri, 31 Dec 9999 23:59:59 GMT' }, 304],
  ['/gps.jpg?exif', 'GET', { 'if-match': '"other"' }, 412],
  ['/gps.jpg?exif', 'HEAD', { 'if-unmodified-since': 'Thu, 01 Jan 1970 00:00:00 GMT' }, 412],
  ['/gps.jpg?exif/style/typed', 'GET', { 'accept-encoding': 'br, identity;q=0' }, 200],
  ['/gps.jpg?exif/style/none', 'GET', {}, 400],
  ['/gps.jpg', 'GET', {}, 400],
  ['/text.txt?exif', 'GET', {}, 400],
  ['/none.jpg?exif', 'GET', {}, 404],
  ['/none.jpg?exif', 'HEAD', {}, 404],
  ['/none.jpg?exif', 'GET', { accept: 'application/json' }, 404],
  ['/gps.jpg?exif', 'GET', { authorization: 'AWS4-HMAC-SHA256 x' }, 400],
  ['/gps.jpg?exif&q-ak=a', 'GET', { accept: 'application/json' }, 400],
  ['/gps.jpg?exif', 'GET', { authorization: 'Bearer x', accept: 'application/json' }, 400],
])('%s by %s %j is answered with %i, as described', async (target, method, headers, status) => {
  const reply = await fetch(`${origin}${target}`, { method, headers });
  expect(reply.status).toBe(status);
  expect(faultsOf(method === 'HEAD' ? head : get, reply)).toEqual([]);
  if (method === 'HEAD') return;
  const type = reply.headers.get('content-type');
  if (type === 'application/problem+json')
    expect(faults('/components/schemas/Problem', await reply.json())).toEqual([]);
  if (type === 'application/xml') expect(await reply.text()).toMatch(/<Error>\s*<Code>\w+<\/Code>[\s\S]*<\/Error>/);
  if (type === 'image/jpeg') expect(new Uint8Array(await reply.arrayBuffer()).subarray(0, 3)).toEqual(jpegStart);
});
const jpegStart = Uint8Array.of(0xff, 0xd8, 0xff);

test('the page is described', async () => {
  const page = await fetch(`${origin}/`);
  expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/html/)]);
  const site = await fetch(`${origin}/-/page/site.json`);
  expect(await site.json()).toEqual({ keys: [], list: false, docs: false, openapi: true });
});

test.each([
  ['/-/health', 'get', 200],
  ['/-/health', 'head', 200],
  ['/-/health?of=it', 'get', 400],
  ['/-/health?of=it', 'head', 400],
  ['/-/openapi.json', 'get', 200],
  ['/-/openapi.json', 'head', 200],
  ['/-/openapi.json?of=it', 'get', 400],
  ['/-/metrics', 'get', 400],
  ['/-/metrics', 'head', 400],
] as const)('%s by %s is answered with %i, as described', async (target, method, status) => {
  const reply = await fetch(`${origin}${target}`, { method });
  expect(reply.status).toBe(status);
  const operation = api.paths[target.replace(/\?.*/, '')]?.[method] as Operation;
  expect(faultsOf(operation, reply)).toEqual([]);
  const body = await reply.text();
  if (target === '/-/health' && method === 'get')
    expect(faults('/components/schemas/Health', JSON.parse(body))).toEqual([]);
  if (target === '/-/openapi.json' && method === 'get') expect(JSON.parse(body)).toEqual(api);
});

test.each([
  ['keys and a view', '{"keys":["gps.jpg","none.jpg","text.txt"],"view":"exif/style/typed"}', 200],
  ['metadata', '{"keys":["gps.jpg","none.jpg","text.txt"],"view":"metadata"}', 200],
  ['a thumbnail', '{"keys":["gps.jpg"],"view":"exif/thumbnail"}', 400],
  ['no keys', '{"keys":[]}', 400],
  ['too many bytes', ' '.repeat(batchLimits.bodyBytes + 1), 413],
])('a batch with %s is answered as described', async (_, body, status) => {
  const reply = await fetch(`${origin}/-/batch`, { method: 'POST', body });
  expect(reply.status).toBe(status);
  const operation = api.paths['/-/batch']?.['post' as 'get'] as Operation;
  expect(faultsOf(operation, reply).filter((fault) => status !== 200 || !fault.startsWith('x-exif-reads'))).toEqual([]);
  if (status !== 200) return;
  expect(faults('/components/schemas/BatchRequest', JSON.parse(body))).toEqual([]);
  const lines = (await reply.text()).trimEnd().split('\n');
  expect(lines).toHaveLength(3);
  for (const line of lines) expect(faults('/components/schemas/BatchLine', JSON.parse(line))).toEqual([]);
});

describe('input that the server refuses before it is a request', () => {
  const operations = Object.values(api.paths).flatMap((path) => Object.values(path));

  test.each([
    ['headers that are too long', `X: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'BadRequest'],
    ['headers that do not end', '', 408, 'RequestTimeout'],
  ])('%s', async (_, rest, status, code) => {
    const { headersTimeout } = server;
    server.headersTimeout = 100;
    const { reply, body } = await sendRaw(`GET /gps.jpg?exif HTTP/1.1\r\nHost: h\r\n${rest}`);
    server.headersTimeout = headersTimeout;
    expect([reply.status, body]).toEqual([status, expect.stringContaining(`<Code>${code}</Code>`)]);
    expect(operations.length).toBeGreaterThan(5);
    for (const operation of operations) expect(faultsOf(operation, reply)).toEqual([]);
  });
});

/** The answer to bytes as they are; the server ends the connection. */
async function sendRaw(bytes: string): Promise<{ reply: Response; body: string }> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(bytes);
  const [head = '', body = ''] = (await textOf(socket)).split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line): [string, string] => [line.split(': ')[0] ?? '', line.replace(/^.*?: /, '')]);
  return { reply: new Response(body, { status: Number(statusLine.split(' ')[1]), headers }), body };
}

/** What a reference of the description leads to, in it or beside it. */
function resolved(reference: string): unknown {
  const [path = '', pointer = ''] = reference.split('#');
  let found: unknown = path === '' ? api : JSON.parse(readFileSync(join(root, 'docs', path), 'utf8'));
  for (const name of pointer.split('/').slice(1)) found = (found as Record<string, unknown> | undefined)?.[name];
  if (found === undefined) throw new Error(`${reference} leads nowhere`);
  return found;
}

/** Headers that are described as ones that may be missing, and that these settings over a folder of files always give. */
const always: Readonly<Record<number, readonly string[]>> = {
  200: ['etag', 'last-modified'],
  304: ['etag', 'last-modified'],
};

/** What is wrong with a reply's status, media type and headers. */
function faultsOf({ responses }: Operation, { status, headers }: Response): readonly string[] {
  const response = responses[status];
  if (response === undefined) return [`status ${status} is not described`];
  const documented = '$ref' in response ? (resolved(response.$ref) as ResponseDescription) : response;
  const type = headers.get('content-type');
  const types = Object.keys(documented.content ?? {});
  const wrong = types.length > 0 && !types.includes(type ?? '') ? [`media type ${type} is not described`] : [];
  const owned = [...headers.keys()].filter((name) => name.startsWith('x-') && name !== 'x-content-type-options');
  const unknown = owned.filter((name) => !(name in documented.headers)).map((name) => `${name} is not described`);
  const expected = [...(always[status] ?? []), 'x-exif-reads'];
  const bad = Object.entries(documented.headers).flatMap(([name, header]) => {
    const { required, schema } = '$ref' in header ? (resolved(header.$ref) as Header) : header;
    const value = headers.get(name);
    if (value === null) return required === true || expected.includes(name) ? [`${name} is missing`] : [];
    return ajv.validate(schema, value) ? [] : [`${name}: ${value} is not as described`];
  });
  return [...wrong, ...unknown, ...bad];
}
