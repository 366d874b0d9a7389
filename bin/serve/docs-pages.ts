// Serves docs/ of a checkout as text, so that the page can link to it: GET /-/docs/ has the list. The published package has no
// docs/.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer } from '../../lib/types';
import type { OwnAnswer } from '../../service/own-paths/own-paths';

const start = '/-/docs/';

/** The answers for the documents of the first of these folders that has some; null when none has. */
export function docsAnswers(folders: readonly string[]): OwnAnswer | null {
  const found = folders.map((folder) => ({ folder, names: documentsOf(folder) })).find(({ names }) => names.length > 0);
  if (found === undefined) return null;
  const { folder, names } = found;
  return ({ path }) => {
    if (path === start) return reply('text/html; charset=utf-8', listOf(folder, names));
    const name = names.find((one) => path === `${start}${one}`);
    return name === undefined ? null : reply('text/plain; charset=utf-8', readFileSync(join(folder, name), 'utf8'));
  };
}

function documentsOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => /^[\w-]+\.md$/.test(name));
  } catch {
    return [];
  }
}

/** A link for each document, with its title. */
function listOf(folder: string, names: readonly string[]): string {
  const items = names.map((name) => {
    const [, title = name] = /^# (.+)$/m.exec(readFileSync(join(folder, name), 'utf8')) ?? [];
    return `<li><a href="${name}">${title.replace(/[<>&]/g, '')}</a></li>`;
  });
  const head =
    '<meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>bucket-exif: documents</title>';
  return `<!doctype html><html lang="en"><head>${head}</head><body><main><h1>Documents</h1><ul>${items.join('')}</ul></main></body></html>\n`;
}

function reply(type: string, body: string): Answer {
  const headers = {
    'content-type': type,
    'content-length': String(new TextEncoder().encode(body).length),
    'cache-control': 'no-cache',
    'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  };
  return { status: 200, headers, body };
}
