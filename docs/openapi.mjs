// `npm run openapi`: puts the schemas of docs/schema into docs/openapi.json, which tools can read then without following a
// reference to another file. What a schema defines for itself becomes a schema of its own, `typed_tag`.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const docs = dirname(fileURLToPath(import.meta.url));
const file = join(docs, 'openapi.json');
const suffix = '.schema.json';
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** The description with the schemas as they are now. */
export function withSchemas(api) {
  const own = Object.entries(api.components.schemas).filter(([name]) => !isOfFile(name));
  const schemas = Object.fromEntries([...names().flatMap(hoisted), ...own]);
  return { ...api, components: { ...api.components, schemas } };
}

function names() {
  const all = readdirSync(join(docs, 'schema')).map((name) => name.slice(0, -suffix.length));
  return all.filter((name) => name !== 'sink'); // no request is answered with it
}

function isOfFile(name) {
  return names().some((style) => name === style || name.startsWith(`${style}_`));
}

/** A schema and those that it defines, each under a name of its own. */
function hoisted(style) {
  const { $schema, $id, $defs = {}, ...schema } = readJson(join(docs, 'schema', `${style}${suffix}`));
  const named = (value) =>
    JSON.parse(
      JSON.stringify(value)
        .replaceAll('"#/$defs/', `"#/components/schemas/${style}_`)
        .replaceAll(/"([\w-]+)\.schema\.json#\//g, '"#/components/schemas/$1/'),
    );
  return [[style, named(schema)], ...Object.entries($defs).map(([name, def]) => [`${style}_${name}`, named(def)])];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(file, `${JSON.stringify(withSchemas(readJson(file)), null, 2)}\n`);
}
