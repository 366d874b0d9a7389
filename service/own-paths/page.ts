// The page at `/`, and its assets below `/-/page/`. This file is loaded at the first request for one of them.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { formatTag, matchingETag } from '../../lib/http/conditional';
import { weightOf } from '../../lib/http/negotiation';
import type { Answer, HttpRequest } from '../../lib/types';

/** What the page offers: keys to try, a list of the folder that is served, documents, and the OpenAPI description. */
export type SiteFacts = Readonly<{ keys: readonly string[]; list: boolean; docs: boolean; openapi: boolean }>;

type Asset = Readonly<{ type: string; plain: Uint8Array; gzip: Uint8Array; hash: string }>;
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

/** Only files of the page may run, be shown or be requested; no string becomes markup. */
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

/** The folder of the built page, relative to a bundle in handler/, to this file compiled in dist/, and to this source file. */
const folders = ['../page', '../../page', '../../dist/page'].map((path) => join(__dirname, path));

let loaded: Assets | null = null;

/**
 * The answer for the page, its assets, and `site.json` with what it offers. Null for any other path, and when the page was not built.
 */
export function pageAnswer(request: HttpRequest, now: Date, site: SiteFacts): Answer | null {
  const name = assetName(request.path);
  if (name === null) return null;
  loaded ??= loadAssets(folders);
  if (loaded.size === 0) return null;
  const common = { date: now.toUTCString(), ...guards };
  if (name === 'site.json') {
    const body = new TextEncoder().encode(JSON.stringify(site));
    return reply({ ...common, 'content-type': 'application/json', 'cache-control': 'no-store' }, body);
  }
  const asset = loaded.get(name);
  return asset === undefined ? null : assetReply(request, name, asset, common);
}

/** The name of the asset at a path; null for a path that is not the page's. */
function assetName(path: string): string | null {
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
  const etag = formatTag(asset.hash, false, { coding: zipped ? 'gzip' : null, smallToo: false });
  const headers = {
    ...common,
    'content-type': asset.type,
    // The names of assets have a hash of the content; the name of the start page has none.
    'cache-control': name === start ? 'no-cache' : 'public, max-age=31536000, immutable',
    etag,
    vary: 'Accept-Encoding',
  };
  const known = matchingETag(request.headers['if-none-match'], etag);
  if (known !== null) return { status: 304, headers: { ...headers, etag: known }, body: '' };
  if (!zipped) return reply(headers, asset.plain);
  return reply({ ...headers, 'content-encoding': 'gzip' }, asset.gzip);
}

function reply(headers: Readonly<Record<string, string>>, body: Uint8Array): Answer {
  return { status: 200, headers: { ...headers, 'content-length': String(body.length) }, body };
}

/** All files of the first folder that has a built page; none when no folder has one. */
function loadAssets(places: readonly string[]): Assets {
  const folder = places.find((place) => existsSync(join(place, `${start}.gz`)));
  if (folder === undefined) return new Map();
  const names = readdirSync(folder).map((name) => name.replace(/\.gz$/, ''));
  return new Map(names.map((name) => [name, loadAsset(folder, name)]));
}

function loadAsset(folder: string, name: string): Asset {
  const gzip = new Uint8Array(readFileSync(join(folder, `${name}.gz`)));
  const plain = new Uint8Array(gunzipSync(gzip));
  const type = types[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
  return { type, plain, gzip, hash: createHash('sha256').update(plain).digest('hex').slice(0, 16) };
}
