// The OpenAPI description of the service: `/-/openapi.json`. This file is loaded at the first request for it.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { formatTag, matchingETag } from '../../lib/http/conditional';
import type { Answer, HttpRequest } from '../../lib/types';

/** The file, relative to the published bundle, to one in handler/, to this file compiled in dist/, and to this source file. */
const places = ['./openapi.json.gz', ...['../docs', '../../docs', '../../../docs'].map((at) => `${at}/openapi.json`)];

type Description = Readonly<{ body: Uint8Array; etag: string }>;

let loaded: Description | null | undefined;

/** The description, or 304. Null when the deployment has no such file. */
export function openapiAnswer({ headers: asked }: HttpRequest, now: Date): Answer | null {
  loaded = loaded === undefined ? load() : loaded;
  if (loaded === null) return null;
  const { body, etag } = loaded;
  const headers = {
    date: now.toUTCString(),
    'content-type': 'application/json',
    'cache-control': 'no-cache',
    etag,
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
  };
  if (matchingETag(asked['if-none-match'], etag) !== null) return { status: 304, headers, body: '' };
  return { status: 200, headers: { ...headers, 'content-length': String(body.length) }, body };
}

function load(): Description | null {
  const path = places.map((place) => join(__dirname, place)).find(existsSync);
  if (path === undefined) return null;
  const bytes = readFileSync(path);
  const body = new Uint8Array(path.endsWith('.gz') ? gunzipSync(bytes) : bytes);
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 16);
  return { body, etag: formatTag(hash, false, undefined) };
}
