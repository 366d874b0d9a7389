// `node deploy/artifact/bundle-entry.mjs FOLDER ENTRY...` bundles entry points of handler/, each into three files:
//   ENTRY.js         handler/heap-flags.ts, and a line that loads ENTRY.bundle.js. Newer runtime clients of Lambda import() a
//                    handler, and Node then reads a CommonJS file a second time to find the names of its exports, which takes
//                    longer than loading it
//   ENTRY.bundle.js  all that the entry point imports, in one file: finding sixty small files takes half of a cold start
//   ENTRY.later.js   all that it loads by require() on first use. V8 reads a file as a whole before it runs it, so code that most
//                    processes never use would cost each of them time
// Packages are not bundled, so that they can still be loaded on first use. The bundles are made from the sources: esbuild cannot
// find unused code in compiled CommonJS. Only esbuild's asynchronous calls take plugins, hence a program.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const node = { platform: 'node', target: 'node20', logLevel: 'error' };
const common = { ...node, absWorkingDir: root, bundle: true, packages: 'external', write: false };

/** The three files as `name -> text`, and what each has of each source, in bytes. */
export async function bundleEntry(entry) {
  const source = `handler/${entry}.ts`;
  const later = new Set();
  await build({ ...common, entryPoints: [source], plugins: [lazyFiles((path) => void later.add(path))] });
  const { outputFiles, metafile } = await build({
    ...common,
    // The only format that esbuild can split into several files.
    format: 'esm',
    splitting: true,
    metafile: true,
    outdir: root,
    entryPoints: { [entry]: source, [`${entry}.later`]: 'later' },
    chunkNames: `${entry}.bundle`,
    plugins: [lazyFiles((path) => ({ path, namespace: 'lazy' })), laterFile(entry, source, [...later].sort())],
  });
  const names = metafile.outputs[`${entry}.js`].exports;
  const exported = names.map((name) => `exports.${name} = `).join('');
  const member = names.length === 1 ? `.${names[0]}` : '';
  const flags = await build({ ...node, absWorkingDir: root, entryPoints: ['handler/heap-flags.ts'], write: false });
  const first = `${flags.outputFiles[0].text}${exported}require('./${entry}.bundle.js')${member};\n`;
  const files = new Map([[`${entry}.js`, first]]);
  for (const { path, text } of outputFiles) {
    const name = relative(root, path);
    if (files.has(name)) continue;
    const isLater = name === `${entry}.later.js`;
    const { code } = await transform(isLater ? text : lateExports(text, names), { ...node, format: 'cjs' });
    files.set(name, isLater ? replaceOnce(code, `require("./${entry}.bundle.js")`, (found) => `${found}.all`) : code);
  }
  return { files, outputs: metafile.outputs };
}

/**
 * The text of an ES module with an object as its exports: it has the members `names`, and a member `all` with all exports for
 * ENTRY.later.js, as they are at its first use. These are hundreds; defining each at the start, as esbuild does, takes half a
 * millisecond. Throws Error when an export gets its value later, as modules do that esbuild runs on demand.
 */
function lateExports(text, names) {
  let all = [];
  const rest = replaceOnce(text, /^export \{\n(.*?)\n\};\n/ms, (_, list) => {
    all = list.split(',\n').map((item) => item.trim().split(' as '));
    return '';
  });
  const unset = all.find(([local]) =>
    new RegExp(`^(var|let) ([\\w$]+, )*${local.replaceAll('$', '\\$')}[,;]`, 'm').test(rest),
  );
  if (unset !== undefined) throw new Error(`${unset[0]} has no value when ENTRY.later.js is loaded`);
  const own = all
    .filter(([local, name = local]) => names.includes(name))
    .map(([local, name = local]) => `get ${name}() { return ${local}; },`);
  const members = all.map(([local, name = local]) => (name === local ? name : `${name}: ${local}`));
  return `module.exports = { ${own.join(' ')} get all() { return { ${members.join(', ')} }; } };\n${rest}`;
}

/** Throws Error unless `found` is in `text` exactly once. */
function replaceOnce(text, found, by) {
  let times = 0;
  const replaced = text.replaceAll(
    found instanceof RegExp ? new RegExp(found, `${found.flags}g`) : found,
    (...match) => {
      times++;
      return by(...match);
    },
  );
  if (times !== 1) throw new Error(`esbuild wrote ${found} ${times} times`);
  return replaced;
}

/** Calls `found` with the path of each file that is loaded by require(), from the root; it may say what to load in its place. */
function lazyFiles(found) {
  return {
    name: 'lazy-files',
    setup(plugins) {
      plugins.onResolve({ filter: /^\.{1,2}\// }, async ({ path, kind, namespace, resolveDir }) => {
        if (kind !== 'require-call' || namespace !== 'file') return undefined;
        const resolved = await plugins.resolve(path, { kind: 'import-statement', resolveDir });
        return found(relative(root, resolved.path).replaceAll('\\', '/'));
      });
    },
  };
}

/** The file with all files of `later`, and a place holder for each of them that loads it on first use. */
function laterFile(entry, source, later) {
  const nameOf = (path) => path.replace(/\W/g, '_');
  const loading = `./${entry}.later.js`;
  return {
    name: 'later-file',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^later$/ }, () => ({ path: 'later', namespace: 'later' }));
      // It imports the entry point too: so all that the entry point imports is shared by both, and becomes one file.
      onResolve({ filter: /^entry$/ }, () => ({ path: join(root, source), sideEffects: true }));
      onResolve({ filter: /\.later\.js$/ }, ({ path }) => ({ path, external: true }));
      onLoad({ filter: /.*/, namespace: 'later' }, () => ({
        resolveDir: root,
        contents: [`import 'entry';`, ...later.map((path) => `export * as ${nameOf(path)} from './${path}';`)].join(
          '\n',
        ),
      }));
      onLoad({ filter: /.*/, namespace: 'lazy' }, ({ path }) => ({
        contents: `module.exports = require('${loading}').${nameOf(path)};`,
      }));
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder, ...entries] = process.argv.slice(2);
  mkdirSync(folder, { recursive: true });
  for (const entry of entries)
    for (const [name, text] of (await bundleEntry(entry)).files) writeFileSync(join(folder, name), text);
}
