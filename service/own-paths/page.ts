// The page at GET / and what it is made of, below /-/page/. Loaded at the first request for it, never before.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isReadMethod } from '../../lib/http/answer';
import { matchingETag } from '../../lib/http/conditional';
import { weightOf } from '../../lib/http/negotiation';
import type { Answer, HttpRequest } from '../../lib/types';

type Asset = Readonly<{ type: string; plain: Uint8Array; gzip: Uint8Array; etag: string }>;
type Assets = ReadonlyMap<string, Asset>;

const prefix = '/-/page/';
const start = 'index.html';

const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
};

/** Only what comes with the page may run, show or be asked; no string becomes markup. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const guards = {
  'content-security-policy': policy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/** Where the built page is, seen from a bundle in handler/, from this file compiled in dist/, and from this source file. */
const folders = ['../page', '../../page', '../../dist/page'].map((path) => join(__dirname, path));

let loaded: Assets | null = null;

/**
 * The answer to GET and HEAD for the page, its assets and `keys.json` (`keys`: what it offers to try). Null for every
 * other request, which is the service's: also one with a query, for an object may have such a key; and when no page is
 * built.
 */
export async function pageAnswer(request: HttpRequest, now: Date, keys: readonly string[]): Promise<Answer | null> {
  const name = assetName(request);
  if (name === null) return null;
  loaded ??= loadAssets(folders);
  if (loaded.size === 0) return null;
  const common = { date: now.toUTCString(), ...guards };
  if (name === 'keys.json') {
    const body = new TextEncoder().encode(JSON.stringify(keys));
    return reply(request, { ...common, 'content-type': 'application/json', 'cache-control': 'no-store' }, body);
  }
  const asset = loaded.get(name);
  return asset === undefined ? null : assetReply(request, name, asset, common);
}

function assetName({ method, path, query }: HttpRequest): string | null {
  if (!isReadMethod(method) || query.length > 0) return null;
  if (path === '/') return start;
  const name = path.startsWith(prefix) ? path.slice(prefix.length) : '';
  return name === '' || name === start ? null : name;
}

function assetReply(
  request: HttpRequest,
  name: string,
  asset: Asset,
  common: Readonly<Record<string, string>>,
): Answer {
  const zipped = weightOf(request.headers['accept-encoding'] ?? '', 'gzip') > 0;
  const headers = {
    ...common,
    'content-type': asset.type,
    // Names carry a hash of the content, the start page's does not.
    'cache-control': name === start ? 'no-cache' : 'public, max-age=31536000, immutable',
    etag: `"${asset.etag}${zipped ? '-gzip' : ''}"`,
    vary: 'Accept-Encoding',
  };
  const known = matchingETag(request.headers['if-none-match'], headers.etag);
  if (known !== null) return { status: 304, headers: { ...headers, etag: known }, body: '' };
  if (!zipped) return reply(request, headers, asset.plain);
  return reply(request, { ...headers, 'content-encoding': 'gzip' }, asset.gzip);
}

function reply({ method }: HttpRequest, headers: Readonly<Record<string, string>>, body: Uint8Array): Answer {
  const whole = { ...headers, 'content-length': String(body.length) };
  return { status: 200, headers: whole, body: method === 'HEAD' ? '' : body };
}

/** All files of the first folder that has a built page; none where no folder has. */
function loadAssets(places: readonly string[]): Assets {
  const folder = places.find((place) => existsSync(join(place, `${start}.gz`)));
  if (folder === undefined) return new Map();
  const names = readdirSync(folder).filter((name) => !name.endsWith('.gz'));
  return new Map(names.map((name) => [name, loadAsset(folder, name)]));
}

function loadAsset(folder: string, name: string): Asset {
  const plain = new Uint8Array(readFileSync(join(folder, name)));
  const gzip = new Uint8Array(readFileSync(join(folder, `${name}.gz`)));
  const type = types[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
  return { type, plain, gzip, etag: createHash('sha256').update(plain).digest('hex').slice(0, 16) };
}
