// What `npm start` says when it is ready: where it listens, who may ask, and lines to paste.
import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { bucketName, type Config, type Place } from '../handler/config';
import { isPublic } from '../lib/auth/public';
import { percentEncode } from '../lib/bytes/percent';
import type { SignQuery } from './local-key';

/** What is served and where, and lines to paste; `signQuery` null = no key of this machine's own. */
export function greeting(config: Config, address: string, port: number, signQuery: SignQuery | null): string {
  const everywhere = address === '0.0.0.0' || address === '::';
  const host = `${everywhere ? '127.0.0.1' : address.includes(':') ? `[${address}]` : address}:${port}`;
  const served = [...config.hosts].map(([name, place]) => `${place.text} as ${name}`);
  if (config.fallback !== null) served.push(config.fallback.text);
  return [
    `Serving ${served.join(', ')} at http://${host}${everywhere ? ' and on all other addresses of this machine' : ''}`,
    whoMayAsk(config),
    `Cache: ${config.cache.location === null ? 'none' : `${config.env['EXIF_CACHE']}, ${config.cache.freshness}`}`,
    'Try:',
    ...linesToTry(config, host, signQuery).map((line) => `  ${line}`),
    '',
  ].join('\n');
}

function whoMayAsk({ auth, fallback, hosts }: Config): string {
  const places = [...hosts.values(), ...(fallback === null ? [] : [fallback])];
  const isOpen = (place: Place): boolean =>
    auth.publicParts.some(
      ({ bucket, prefix, exact }) => prefix === '' && !exact && [null, bucketName(place)].includes(bucket),
    );
  if (auth.callers === 'platform' || places.every(isOpen)) {
    return 'Public: anyone who can reach this address can read the EXIF of every object.';
  }
  const some = auth.publicParts.length > 0 ? ', but for what EXIF_PUBLIC names' : '';
  if (auth.keys === null) return `Private without keys: nobody can read anything${some}.`;
  return `Private: only signed requests are answered${some}. (--public answers everybody.)`;
}

/** A line for each of a few keys: public ones as they are, others signed, which takes a key of this machine's own. */
function linesToTry({ fallback, hosts, auth }: Config, host: string, signQuery: SignQuery | null): string[] {
  const places = [
    ...(fallback === null ? [] : [{ place: fallback, name: null }]),
    ...[...hosts].map(([name, place]) => ({ place, name })),
  ];
  const lines = places.flatMap(({ place, name }) => {
    const header = name === null ? '' : `-H 'Host: ${name}' `;
    const toLine = (key: string, query: string): string => `curl ${header}'http://${host}/${encodeKey(key)}?${query}'`;
    const keys = place.location.kind === 'directory' ? someKeys(place.location.path) : [];
    if (keys.length === 0) return [`curl ${header}'http://${host}/<ObjectKey>?exif'`];
    const isOpen = (key: string): boolean =>
      auth.callers === 'platform' || isPublic(auth.publicParts, toRef(place, key));
    const signed = (key: string): string[] =>
      signQuery === null ? [] : [toLine(key, signQuery(name ?? host, key, new Date()))];
    const shown = keys.flatMap((key) => (isOpen(key) ? [toLine(key, 'exif')] : signed(key)));
    const [first] = keys.filter(isOpen);
    const example = first === undefined ? [] : signed(first).flatMap((line) => ['and signed, good for an hour:', line]);
    return name === null ? [...shown, ...example] : shown.slice(0, 1);
  });
  return lines.length > 0 ? lines : ['requests that a key of EXIF_KEYS signed: see docs/auth.md'];
}

function toRef(place: Place, key: string) {
  return { bucketId: place.text, bucket: bucketName(place), key };
}

function encodeKey(key: string): string {
  return key.split('/').map(percentEncode).join('/');
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
