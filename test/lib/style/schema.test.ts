// Each style's answers, to the samples and to the fixtures of every container, against docs/schema/<style>.schema.json.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020';
import { defaultLimits } from '../../../lib/limits';
import { showsOnly } from '../../../lib/style/only';
import type { ExifRecord } from '../../../lib/types';
import { latin1 } from '../../../testing/build/bytes';
import { fixtures } from '../../../testing/build/containers';
import { readRecord } from '../../../testing/compare/read';
import { anyRef, bucketOf } from '../../../testing/fakes/counting-bucket';
import { everyStyle } from './every-style';

const root = join(__dirname, '../../..');

/** Every image there is, by name. */
const images: readonly (readonly [name: string, bytes: Uint8Array])[] = [
  ...readdirSync(join(root, 'samples'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(jpe?g|png|tiff?)$/i.test(name))
    .map((name) => [name, readFileSync(join(root, 'samples', name))] as const),
  ...Object.entries(fixtures).flatMap(([container, named]) =>
    Object.entries(named).map(([name, bytes]) => [`${container}: ${name}`, bytes] as const),
  ),
  ['svg: SVG of a width alone', latin1('<svg xmlns="http://www.w3.org/2000/svg" width="3">')],
  ['svg: SVG of a height alone', latin1('<svg xmlns="http://www.w3.org/2000/svg" height="2">')],
];

function recordOf(bytes: Uint8Array): Promise<ExifRecord> {
  const deps = { bucket: bucketOf(bytes).bucket, limits: defaultLimits, dropGroups: [] };
  return readRecord(anyRef, deps, { requests: 0, bytes: 0 }, new AbortController().signal);
}

test('there are images', () => {
  expect(images.length).toBeGreaterThan(30);
});

function compile(style: string): ValidateFunction {
  const schema = JSON.parse(readFileSync(join(root, 'docs/schema', `${style}.schema.json`), 'utf8'));
  return new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true }).compile(schema);
}

describe.each(everyStyle)('$name', (style) => {
  test('has a schema with its name and a dialect', () => {
    const schema = JSON.parse(readFileSync(join(root, 'docs/schema', `${style.name}.schema.json`), 'utf8'));
    expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    expect(schema.title).toEqual(expect.any(String));
  });

  test('the schema says something: it refuses a number, an empty text and a list', () => {
    const validate = compile(style.name);
    expect([1, '', []].filter((value) => validate(value))).toEqual([]);
  });

  test('every answer keeps to it', async () => {
    const validate = compile(style.name);
    for (const [name, bytes] of images) {
      validate(JSON.parse(await style.render(await recordOf(bytes))));
      expect({ name, errors: validate.errors }).toEqual({ name, errors: null });
    }
  });

  test('so do those that are left without a tag', async () => {
    const validate = compile(style.name);
    const record = await recordOf(readFileSync(join(root, 'samples/gps.jpg')));
    validate(JSON.parse(await style.render(record, showsOnly(['Photographer']))));
    expect(validate.errors).toBeNull();
  });
});
