// What the bundles of the page and of the published package share: plugins for esbuild, and the licences of what is in them.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateSync } from 'node:zlib';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);

/** exifr without its code: the dictionaries that lib/tag/words.ts reads are 4 KB of its 75. */
export const words = {
  name: 'words',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^exifr$/ }, () => ({ path: 'exifr', namespace: 'words' }));
    onLoad({ filter: /.*/, namespace: 'words' }, () => ({ contents: `exports.tagValues = ${dictionaryText()};` }));
  },
};

function dictionaryText() {
  const { tagValues } = require('exifr');
  const blocks = ['ifd0', 'exif'].map((block) => {
    const tags = [...tagValues.get(block)].map(([tag, dictionary]) => `[${tag}, ${JSON.stringify(dictionary)}]`);
    return `['${block}', new Map([${tags.join(', ')}])]`;
  });
  return `new Map([${blocks.join(', ')}])`;
}

/** Leaves what lib/metadata/zones.ts loads to one file for Node and browsers; `path` is where bundles find it. */
export const zoneMap = (path) => ({
  name: 'zone-map',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^zones$/ }, () => ({ path, external: true }));
    onLoad({ filter: /[\\/]metadata[\\/]zones\.ts$/ }, () => ({
      contents: "export const loadZones = async () => (await import('zones')).loadZones();",
    }));
  },
});

/** The source of that file: the map of time zones is compressed: 42 KB in place of 73. */
export function packedZones() {
  // The package is a function with the map as a text of one byte for each character.
  const source = readFileSync(require.resolve('@photostructure/tz-lookup'), 'utf8');
  const [literal, map] = /"([\x23-\x5b]{9999,})"/.exec(source);
  return `
    import { decodeBase64 } from './bytes/base64';
    import { inflate } from './bytes/decompress';
    const packed = '${deflateSync(map, { level: 9 }).toString('base64')}';
    const lookupIn = (map) => {
      const module = {};
      ${source.replace(literal, () => 'map')}
      return module.exports;
    };
    let zones;
    export async function loadZones() {
      zones ??= lookupIn(new TextDecoder().decode(await inflate(decodeBase64(packed), ${map.length})));
      return zones;
    }`;
}

/** Replaces the parts of lib/ that need Node, for browsers. */
export const forBrowsers = {
  name: 'for-browsers',
  setup({ onResolve }) {
    const part = (name) => ({ path: join(root, 'lib', 'browser', name) });
    onResolve({ filter: /\/bytes\/decompress$/ }, () => part('decompress.ts'));
    onResolve({ filter: /^node:events$/ }, () => part('node-events.ts'));
  },
};

/** The licence texts of this project and of the packages of which code or data is in bundles; `more` names packages by hand. */
export function licenceTexts(metafiles, more) {
  const paths = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  const names = paths.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []);
  const texts = [...new Set([...names, ...more])].sort().map((name) => {
    const folder = join(root, 'node_modules', name);
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim();
    return `${name} ${version}\n\n${text}\n`;
  });
  const own = `bucket-exif\n\n${readFileSync(join(root, 'LICENSE'), 'utf8').trim()}\n`;
  return [own, ...texts].join('\n----\n\n');
}
