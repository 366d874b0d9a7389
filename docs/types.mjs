// `npm run types`: writes lib/api/answers.ts, the TypeScript types of all answers, from the schemas of docs/schema.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile } from 'json-schema-to-typescript';

const docs = dirname(fileURLToPath(import.meta.url));
export const typesFile = join(docs, '..', 'lib', 'api', 'answers.ts');
const suffix = '.schema.json';

const head = `// The types of all answers. Made from docs/schema by \`npm run types\`: do not edit.
`;

/** The text of lib/api/answers.ts, not formatted. */
export async function answerTypes() {
  const names = readdirSync(join(docs, 'schema'))
    .filter((name) => name.endsWith(suffix))
    .map((name) => name.slice(0, -suffix.length))
    .sort();
  const types = [];
  for (const name of names) types.push(await typesOf(name));
  const styles = names.filter((name) => name !== 'imageInfo');
  const members = styles.map((name) => `  ${name}: ${typeName(name)};`).join('\n');
  const map = `/** The answer of each style. */\nexport type Answers = {\n${members}\n};\n`;
  return [head, map, ...types].join('\n');
}

async function typesOf(name) {
  const schema = JSON.parse(readFileSync(join(docs, 'schema', `${name}${suffix}`), 'utf8'));
  const type = typeName(name);
  const { $defs = {}, ...own } = schema;
  const definitions = Object.fromEntries(
    Object.entries($defs).map(([def, value]) => [definitionName(name, def), prepare(value, $defs, name)]),
  );
  const text = await compile({ ...prepare(own, $defs, name), title: type, definitions }, type, {
    additionalProperties: false,
    bannerComment: '',
    format: false,
    ignoreMinAndMaxItems: true,
    unreachableDefinitions: false,
  });
  return text.replaceAll('[k: string]', '[name: string]').replaceAll('/**\n * @minItems 1\n */\n', '');
}

function definitionName(name, definition) {
  return capital(name) + capital(definition);
}

function capital(name) {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function typeName(name) {
  return name === 'imageInfo' ? capital(name) : `${capital(name)}Exif`;
}

/** A schema in the form that the compiler knows: simple definitions are put in place, the others get a name that is unique. */
function prepare(schema, defs, style) {
  if (Array.isArray(schema)) return schema.map((part) => prepare(part, defs, style));
  if (typeof schema !== 'object' || schema === null) return schema;
  const { $ref, $id, $schema, prefixItems, examples, propertyNames, title, oneOf, ...rest } = schema;
  const own = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, prepare(value, defs, style)]));
  if (prefixItems !== undefined) return { ...own, items: prepare(prefixItems, defs, style), additionalItems: false };
  // Alternatives that only require members say nothing that a type can.
  const choices = (oneOf ?? []).filter((choice) => Object.keys(choice).some((key) => key !== 'required'));
  if (choices.length > 0) return { ...own, oneOf: withoutError(prepare(choices, defs, style)) };
  if ($ref === undefined) return own;
  const name = $ref.slice('#/$defs/'.length);
  const definition = prepare(defs[name], defs, style);
  const isSimple = !('properties' in definition || 'anyOf' in definition);
  return isSimple ? { ...definition, ...own } : { ...own, $ref: `#/definitions/${definitionName(style, name)}` };
}

/** When one alternative has a member `error`, the others do not have it: then a program can tell them apart. */
function withoutError(choices) {
  if (!choices.some(({ properties }) => properties?.error !== undefined)) return choices;
  return choices.map(({ properties, additionalProperties, ...choice }) => {
    if (properties !== undefined) return { ...choice, properties, additionalProperties };
    const description = 'Only an image without EXIF has this member.';
    return { ...choice, properties: { error: { tsType: 'undefined', description } }, additionalProperties };
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(typesFile, await answerTypes());
