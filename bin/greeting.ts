// What `npm start` says when it is ready: where it listens, and lines to paste.
import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Config } from '../handler/config';

/** What is served and where, and lines to paste. */
export function greeting(config: Config, address: string, port: number): string {
  const host = address.includes(':') ? `[${address}]` : address;
  const origin = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;
  const place = config.fallback;
  const keys = place?.location.kind === 'directory' ? someKeys(place.location.path) : [];
  const lines = (keys.length > 0 ? keys : ['<ObjectKey>']).map((key) => `  curl '${origin}/${encodeKey(key)}?exif'\n`);
  const what = place === null ? `${config.hosts.size} buckets by host name` : place.text;
  return `Serving ${what} at ${origin}\nAnyone who can reach this address can read the EXIF of every object.\nTry:\n${lines.join('')}`;
}

function encodeKey(key: string): string {
  if (key === '<ObjectKey>') return key;
  return key
    .split('/')
    .map((part) => encodeURIComponent(part).replace(/'/g, '%27'))
    .join('/');
}

/** A few image keys of a folder, for the lines to try. */
function someKeys(root: string): string[] {
  const image = /\.(jpe?g|png|tiff?|heic|avif|webp|jxl|dng|cr[23]|nef|arw)$/i;
  const keys: string[] = [];
  const folders = [root];
  for (let visited = 0; folders.length > 0 && visited < 50 && keys.length < 6; visited++) {
    const folder = folders.shift() ?? root;
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile() && image.test(entry.name)) keys.push(relative(root, path).split(sep).join('/'));
    }
  }
  return keys.slice(0, 6);
}
