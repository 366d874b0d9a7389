// What `npm start` says when it is ready: where it listens, and lines to paste.
import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Config } from '../handler/config';

/** What is served and where, and lines to paste. */
export function greeting(config: Config, address: string, port: number): string {
  const everywhere = address === '0.0.0.0' || address === '::';
  const host = everywhere ? '127.0.0.1' : address.includes(':') ? `[${address}]` : address;
  const origin = `http://${host}:${port}`;
  const served = [...[...config.hosts].map(([name, place]) => `${place.text} as ${name}`)];
  if (config.fallback !== null) served.push(config.fallback.text);
  return [
    `Serving ${served.join(', ')} at ${origin}${everywhere ? ' and on all other addresses of this machine' : ''}`,
    'Anyone who can reach this address can read the EXIF of every object.',
    'Try:',
    ...linesToTry(config, origin).map((line) => `  ${line}`),
    '',
  ].join('\n');
}

function linesToTry({ fallback, hosts }: Config, origin: string): string[] {
  const named = [...hosts.keys()].map((name) => `curl -H 'Host: ${name}' '${origin}/<ObjectKey>?exif'`);
  if (fallback === null) return named;
  const keys = fallback.location.kind === 'directory' ? someKeys(fallback.location.path) : [];
  return [
    ...(keys.length > 0 ? keys.map(encodeKey) : ['<ObjectKey>']).map((key) => `curl '${origin}/${key}?exif'`),
    ...named,
  ];
}

function encodeKey(key: string): string {
  return key
    .split('/')
    .map((part) => encodeURIComponent(part).replace(/'/g, '%27'))
    .join('/');
}

/** A few image keys of a folder, for the lines to try; folders that cannot be listed are passed over. */
function someKeys(root: string): string[] {
  const image =
    /\.(jpe?g|png|tiff?|webp|hei[cf]|avif|jxl|jp2|psd|gif|dng|cr[23]|nef|arw|orf|pef|raf|rw2|srw|mrw|iiq|kdc)$/i;
  const keys: string[] = [];
  const folders = [root];
  for (let visited = 0; folders.length > 0 && visited < 50 && keys.length < 6; visited++) {
    const folder = folders.shift() ?? root;
    for (const entry of list(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile() && image.test(entry.name)) keys.push(relative(root, path).split(sep).join('/'));
    }
  }
  return keys.slice(0, 6);
}

function list(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return []; // the lines are a help only
  }
}
