// docs/openapi.json: valid by itself, and true of what the running server answers.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020';
import { readConfig, settingNames } from '../../handler/config';
import { createRun } from '../../handler/run';
import { createHttpServer } from '../../handler/server';
import { styles } from '../../lib/style';

type Schema = Readonly<Record<string, unknown>>;
type Documented = Readonly<{
  headers: Readonly<Record<string, { $ref?: string; schema?: Schema }>>;
  content?: Readonly<Record<string, { schema: Schema }>>;
}>;
type Operation = Readonly<{
  parameters: readonly { name: string; in: string }[];
  responses: Record<string, Documented>;
}>;

const root = join(__dirname, '..', '..');
const file = join(root, 'docs', 'openapi.json');
const text = readFileSync(file, 'utf8');
const api = JSON.parse(text) as {
  info: { version: string };
  paths: Record<string, Record<'get' | 'head', Operation>>;
  components: { schemas: Record<string, Schema>; headers: Record<string, { schema: Schema }> };
};
const { get, head } = api.paths['/{key}'] as Record<'get' | 'head', Operation>;

/** The description as one document: the styles' own schemas in the place of what leads to them. */
function bundled(): typeof api {
  const schemas = Object.entries(api.components.schemas).map(([name, schema]) => {
    const path = schema['$ref'];
    return [name, typeof path === 'string' ? JSON.parse(readFileSync(join(root, 'docs', path), 'utf8')) : schema];
  });
  return { ...api, components: { ...api.components, schemas: Object.fromEntries(schemas) } };
}

const ajv = new Ajv2020({ strict: false, allErrors: true, formats: { byte: true } });
ajv.addSchema({ ...bundled(), $id: 'api.json' });

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
  const settings = { EXIF_BUCKET: join(root, 'samples'), EXIF_PUBLIC: '*', EXIF_SHOW_READS: '1', EXIF_PAGE: '1' };
  const log = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  server = createHttpServer(createRun(readConfig(settings)));
  server.on('close', () => log.mockRestore());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
});

test('is a valid OpenAPI 3.1 description', () => {
  // The validator follows no reference to another file; the styles' schemas have a test of their own.
  const { components } = api;
  const own = Object.entries(components.schemas).map(([name, schema]) => [name, '$ref' in schema ? {} : schema]);
  const alone = { ...api, components: { ...components, schemas: Object.fromEntries(own) } };
  const folder = mkdtempSync(join(tmpdir(), 'openapi-'));
  try {
    const path = join(folder, 'openapi.json');
    writeFileSync(path, JSON.stringify(alone));
    const said = execFileSync(join(root, 'node_modules', '.bin', 'validate-api'), [path], { encoding: 'utf8' });
    expect(JSON.parse(said)).toMatchObject({ valid: true });
  } finally {
    rmSync(folder, { recursive: true });
  }
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
  ['gps.jpg', 'exif', 'cos'],
  ['gps.jpg', 'x-oss-process=image/info', 'oss'],
  ['gps.jpg', 'x-image-process=image/info', 'obs'],
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

test('the page and its keys are described', async () => {
  const page = await fetch(`${origin}/`);
  expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/html/)]);
  const list = await fetch(`${origin}/-/page/keys.json`);
  expect(await list.json()).toEqual([]);
});

/** What is wrong with a reply's status, media type and headers. */
function faultsOf({ responses }: Operation, { status, headers }: Response): readonly string[] {
  const documented = responses[status];
  if (documented === undefined) return [`status ${status} is not described`];
  const type = headers.get('content-type');
  const types = Object.keys(documented.content ?? {});
  const wrong = types.length > 0 && !types.includes(type ?? '') ? [`media type ${type} is not described`] : [];
  const owned = [...headers.keys()].filter((name) => name.startsWith('x-') && name !== 'x-content-type-options');
  const unknown = owned.filter((name) => !(name in documented.headers)).map((name) => `${name} is not described`);
  const bad = Object.entries(documented.headers).flatMap(([name, { $ref, schema }]) => {
    const value = headers.get(name);
    const given = $ref === undefined ? schema : api.components.headers[$ref.split('/').at(-1) ?? '']?.schema;
    if (value === null || given === undefined || ajv.validate(given, value)) return [];
    return [`${name}: ${value} is not as described`];
  });
  return [...wrong, ...unknown, ...bad];
}
