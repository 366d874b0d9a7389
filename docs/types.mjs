// `npm run types`: writes lib/api/answers.ts, the TypeScript types of all answers, from the schemas of docs/schema.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile } from 'json-schema-to-typescript';

const docs = dirname(fileURLToPath(import.meta.url));
export const typesFile = join(docs, '..', 'lib', 'api', 'answers.ts');
const suffix = '.schema.json';
/** Answers that are not a style. */
const alone = ['imageInfo', 'private', 'sink'];

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
  const exif = names.filter((name) => !alone.includes(name) && !name.includes('-'));
  const metadata = names.filter((name) => name.includes('-'));
  return [
    head,
    `/** The answer of each style. */\nexport type Answers = {\n${membersOf(exif)}\n};\n`,
    `/** The answer of each style of the metadata. */\nexport type MetadataAnswers = {\n${membersOf(metadata)}\n};\n`,
    ...types,
  ].join('\n');
}

/** The members `style: Type` of a map; the style of `metadata-flat` is `flat`. */
function membersOf(names) {
  return names.map((name) => `  ${name.split('-').at(-1)}: ${typeName(name)};`).join('\n');
}

function readSchema(name) {
  return JSON.parse(readFileSync(join(docs, 'schema', `${name}${suffix}`), 'utf8'));
}

async function typesOf(name) {
  const schema = readSchema(name);
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
  const bounds = /\/\*\*(\n *\* @m\w+Items \d+)+\n *\*\/\n|(\n *\* *)(\n *\* @m\w+Items \d+)+/g;
  return text.replaceAll('[k: string]', '[name: string]').replaceAll(bounds, '');
}

/** `TypedTag` of the schema `typed`, `MetadataPerson` of `metadata-flat`. */
function definitionName(name, definition) {
  return capital(name.split('-')[0]) + capital(definition);
}

function capital(name) {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** `FlatExif` of the schema `flat`, `FlatMetadata` of `metadata-flat`. */
function typeName(name) {
  const [first, style] = name.split('-');
  if (style !== undefined) return capital(style) + capital(first);
  if (name === 'private') return 'PrivateFindings';
  if (name === 'sink') return 'SinkMessage';
  return alone.includes(name) ? capital(name) : `${capital(name)}Exif`;
}

/** A schema in the form that the compiler knows: simple definitions are put in place, the others get a name that is unique. */
function prepare(schema, defs, style) {
  if (Array.isArray(schema)) return schema.map((part) => prepare(part, defs, style));
  if (typeof schema !== 'object' || schema === null) return schema;
  const each = (members) =>
    Object.fromEntries(Object.entries(members).map(([name, member]) => [name, prepare(member, defs, style)]));
  const { $ref, $id, $schema, prefixItems, examples, propertyNames, title, oneOf, ...rest } = schema;
  const own = Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [key, key === 'properties' ? each(value) : prepare(value, defs, style)]),
  );
  if (prefixItems !== undefined) return { ...own, items: prepare(prefixItems, defs, style), additionalItems: false };
  // Alternatives that only require members say nothing that a type can.
  const choices = (oneOf ?? []).filter((choice) => Object.keys(choice).some((key) => key !== 'required'));
  if (choices.length > 0) return { ...own, oneOf: withoutError(prepare(choices, defs, style)) };
  if ($ref === undefined) return own;
  const [file, pointer] = $ref.split('#/');
  if (pointer === undefined) return { ...own, tsType: typeName(file.slice(0, -suffix.length)) };
  if (file !== '') return memberOf(file.slice(0, -suffix.length), pointer.slice('properties/'.length), own);
  const name = pointer.slice('$defs/'.length);
  const isSimple = !['properties', 'anyOf'].some((key) => key in defs[name]);
  if (!isSimple) return { ...own, $ref: `#/definitions/${definitionName(style, name)}` };
  return { ...prepare(defs[name], defs, style), ...own };
}

/** A member that has the type of the member of another answer. */
function memberOf(schema, member, own) {
  const { description } = readSchema(schema).properties[member];
  return { ...(description === undefined ? {} : { description }), ...own, tsType: `${typeName(schema)}['${member}']` };
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
