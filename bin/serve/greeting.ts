// The text that `npm start` prints when it is ready: the address, the access control, and commands to try.

import { percentEncode } from '../../lib/bytes/percent';
import type { Config } from '../../service/config/config';
import type { LocalKey } from './local-key';
import { isOpenKey, isOpenPlace } from './open-places';
import { sampleKeys } from './sample-keys';
import { linesToTry } from './to-try';

/**
 * The address that the server listens on, the local key (null = none), the object keys of --try, and a problem that the user
 * should know about (null = none).
 */
export type GreetingInput = Readonly<{
  address: string;
  port: number;
  key: LocalKey | null;
  tried: readonly string[];
  problem: string | null;
}>;

/** The text: buckets, addresses, cache, page, access control, and commands to try. */
export function greeting(config: Config, { address, port, key, tried, problem }: GreetingInput): string {
  const everywhere = address === '0.0.0.0' || address === '::';
  const host = `${everywhere ? '127.0.0.1' : address.includes(':') ? `[${address}]` : address}:${port}`;
  const served = [...config.hosts].map(([name, place]) => `${place.text} as ${name}`);
  if (config.fallback !== null) served.push(config.fallback.text);
  return [
    `Serving ${served.join(', ')} at http://${host}${everywhere ? ' and on all other addresses of this machine' : ''}`,
    accessLine(config),
    cacheLine(config),
    ...(config.page ? [`Page: http://${host}/${fragment(config, key)}`] : []),
    ...(problem === null ? [] : [problem]),
    'Try:',
    ...linesToTry(config, { host, key, tried }).map((line) => `  ${line}`),
    '',
  ].join('\n');
}

function cacheLine({ cache, env }: Config): string {
  if (cache.location === null) return 'Cache: none';
  return `Cache: ${env['EXIF_CACHE']}, ${cache.freshMs > 0 ? `fresh for ${cache.freshMs / 1000} s` : cache.freshness}`;
}

/**
 * The fragment of the page's address. If something is private, it has the key for the page to sign with. Browsers never send
 * the text after `#`.
 */
function fragment({ auth, fallback }: Config, key: LocalKey | null): string {
  if (key === null || fallback === null || isOpenPlace(fallback, auth)) return '';
  const keys = fallback.location.kind === 'directory' ? sampleKeys(fallback.location.path).map(percentEncode) : [];
  const shown = keys.slice(0, 1).map((first) => `&key=${first}`);
  return `#id=${key.id}&secret=${key.secret}${[...shown, ...samples(keys)].join('')}`;
}

/** The most characters for the object keys in the address: terminals do not make very long addresses clickable. */
const roomForSamples = 300;

/**
 * The object keys that the page offers, as far as there is room. They are in the address because the page cannot request a list
 * without a signature.
 */
function samples(keys: readonly string[]): readonly string[] {
  const parts = keys.map((encoded) => `&sample=${encoded}`);
  return parts.filter((_, at) => parts.slice(0, at + 1).join('').length <= roomForSamples);
}

/** The object keys of a folder that the page may offer to everybody: the public ones. */
export function publicKeys({ auth, fallback }: Config): readonly string[] {
  if (fallback === null || fallback.location.kind !== 'directory') return [];
  return sampleKeys(fallback.location.path, isOpenKey(fallback, auth));
}

function accessLine({ auth, fallback, hosts }: Config): string {
  const places = [...hosts.values(), ...(fallback === null ? [] : [fallback])];
  if (places.every((place) => isOpenPlace(place, auth))) {
    return 'Public: anyone who can reach this address can read the EXIF of every object.';
  }
  const some = auth.publicParts.length > 0 ? ', except for the objects in EXIF_PUBLIC' : '';
  if (auth.keys === null) return `Private without keys: nobody can read anything${some}.`;
  return `Private: only signed requests are answered${some}. (--public answers everybody.)`;
}
