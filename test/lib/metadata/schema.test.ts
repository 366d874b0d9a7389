// The answers to `?metadata`, to files that together have every block, against docs/schema/metadata-<style>.schema.json.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020';
import { flatNames } from '../../../lib/metadata/flat';
import { fixtures } from '../../../testing/build/containers';
import { blockJpeg, describedVideo, textPng } from '../../../testing/build/every-block';
import { answering } from '../../../testing/fakes/answering';

const root = join(__dirname, '../../..');
const folder = join(root, 'docs/schema');
const suffix = '.schema.json';
const schemas = new Map(
  readdirSync(folder).map((name) => [
    name.slice(0, -suffix.length),
    JSON.parse(readFileSync(join(folder, name), 'utf8')),
  ]),
);
const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true });
for (const schema of schemas.values()) ajv.addSchema(schema);
const validator = (style: string) => ajv.getSchema(`metadata-${style}${suffix}`) as ValidateFunction;

const described = { blockJpeg, textPng, describedVideo };
const files: readonly (readonly [name: string, bytes: Uint8Array])[] = [
  ...Object.entries(described),
  ...readdirSync(join(root, 'samples'))
    .filter((name) => /\.(jpg|png|tif|avif)$/.test(name))
    .map((name) => [name, readFileSync(join(root, 'samples', name))] as const),
  ...Object.entries(fixtures).flatMap(([container, named]) =>
    Object.entries(named).map(([name, bytes]) => [`${container}: ${name}`, bytes] as const),
  ),
];

async function answer(bytes: Uint8Array, query: string): Promise<Record<string, unknown>> {
  const { body } = await answering({ bytes, etag: '"v1"', lastModified: new Date(0) }).ask({ query });
  return JSON.parse(String(body)) as Record<string, unknown>;
}

describe.each(['flat', 'typed'])('%s', (style) => {
  test('every answer keeps to the schema', async () => {
    const validate = validator(style);
    for (const [name, bytes] of files) {
      validate(await answer(bytes, `metadata/style/${style}`));
      expect({ name, errors: validate.errors }).toEqual({ name, errors: null });
    }
  });

  test('the schema refuses a number, an empty text and a list', () => {
    expect([1, '', []].filter((value) => validator(style)(value))).toEqual([]);
  });
});

test('the schema of flat has all members, in the order of the answer, and each with a description or that of EXIF', () => {
  const { properties } = schemas.get('metadata-flat') as { properties: Record<string, Record<string, string>> };
  expect(Object.keys(properties)).toEqual([...flatNames]);
  const bare = Object.entries(properties).filter(([, { description, $ref }]) => (description ?? $ref) === undefined);
  expect(bare).toEqual([]);
});

test('the files have every block', async () => {
  const typed = await Promise.all(Object.values(described).map((bytes) => answer(bytes, 'metadata/style/typed')));
  const { blocks } = schemas.get('metadata-typed').properties as { blocks: { properties: object } };
  const found = new Set(typed.flatMap((one) => Object.keys(one['blocks'] as object)));
  const known = Object.keys(blocks.properties);
  expect(known.filter((name) => !found.has(name) && name !== 'text')).toEqual([]);
  expect(typed.map(({ video }) => video !== undefined)).toEqual([false, false, true]);
});

test('a video is shown without the bytes of its blocks', async () => {
  const { video, blocks } = await answer(describedVideo, 'metadata/style/typed');
  expect(video).toMatchObject({ format: 'mov', rotation: 90, texts: [{ name: '\u00a9nam', value: 'A title' }] });
  expect(video).not.toHaveProperty('xmp');
  expect(blocks).toHaveProperty('xmp');
});
