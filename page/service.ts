// Requests an object from the service: signed by the page when it has a key, unchanged when the address was already signed.

import { type FolderList, toFolderList } from './browse';
import { encodeKey, type Target } from './object-address';
import { parseReads } from './reads';
import { type Credential, signGet, signQuery } from './sign';
import { type PageProblem, pageProblem, type Source, type StyleAnswer, type Thumbnail } from './source';

/** The address of the service, and the key to sign with; `origin` has no slash at its end. */
export type ServiceAccess = Readonly<{ origin: string; host: string; credential: Credential | null }>;

/** The status when no object has that key. */
const notFound = 404;
/** The statuses when a service turns no thumbnails, and when a preview is too large to be turned. */
const cannotTurn: readonly number[] = [501, 400];
/** The most characters of an answer that are read; the rest is ignored. */
const maxText = 2_000_000;

/** An object of the service. One with a signed address can be shown only in the style of that address. */
export function serviceSource(target: Target, asking: ServiceAccess): Source {
  const { query } = target;
  return {
    name: target.key,
    where: 'service',
    only: query === null ? null : styleOf(query),
    request: {
      isSigned: query !== null || asking.credential !== null,
      address: async (operation) => `${asking.origin}${target.path}?${await signedQuery(target, operation, asking)}`,
    },
    see: async (operation, signal) => {
      try {
        const reply = await ask(target, query ?? operation, asking, signal);
        return await toSeen(reply, target.key, asking.credential !== null && query === null);
      } catch {
        signal.throwIfAborted();
        if (asking.credential !== null && !isSecureContext) {
          return pageProblem(
            'Cannot sign',
            'A browser signs requests only on an https page, or on a page from this computer (localhost).',
          );
        }
        return pageProblem('No answer', 'The service cannot be reached. Is it still running?');
      }
    },
    thumbnail: (signal) => pictureOf(target, 'exif/thumbnail', asking, signal),
    preview: (signal) => pictureOf(target, 'exif/preview', asking, signal),
  };
}

/** A picture inside an object; the page turns one that the service cannot turn. */
async function pictureOf(
  target: Target,
  operation: string,
  asking: ServiceAccess,
  signal: AbortSignal,
): Promise<Thumbnail | null> {
  if (target.query !== null) return null;
  const upright = await ask(target, `${operation}/orient`, asking, signal);
  const turned = await toThumbnail(upright, 1);
  if (turned !== null || !cannotTurn.includes(upright.status)) return turned;
  return toThumbnail(await ask(target, operation, asking, signal), null);
}

/** The folders and images of a folder, '' for the root. */
export async function listFolder(folder: string, asking: ServiceAccess): Promise<FolderList | PageProblem> {
  const target = { key: folder, path: `/-/list/${encodeKey(folder)}`, query: null };
  try {
    const seen = await toSeen(await ask(target, 'list', asking, null), folder, asking.credential !== null);
    if (seen.kind === 'problem') return seen;
    return toFolderList(seen.json) ?? pageProblem('Not an answer of this service', 'The reply is not a list.');
  } catch {
    return pageProblem('No answer', 'The service cannot be reached. Is it still running?');
  }
}

/** The query that asks for an operation, with a signature if this page signs. */
async function signedQuery({ path, query }: Target, operation: string, asking: ServiceAccess): Promise<string> {
  if (query !== null) return query;
  if (asking.credential === null) return operation;
  return `${operation}&${await signQuery(asking.credential, { host: asking.host, path, operation }, Date.now())}`;
}

async function toThumbnail(reply: Response, orientation: number | null): Promise<Thumbnail | null> {
  const isImage = reply.ok && reply.headers.get('content-type') === 'image/jpeg';
  if (isImage) return { blob: await reply.blob(), orientation };
  await reply.body?.cancel(); // a body that nobody reads keeps the connection
  return null;
}

async function ask(
  { path, query }: Target,
  operation: string,
  asking: ServiceAccess,
  signal: AbortSignal | null,
): Promise<Response> {
  const headers = new Headers({ accept: 'application/json' });
  if (asking.credential !== null && query === null) {
    const request = { host: asking.host, path, operation };
    headers.set('authorization', await signGet(asking.credential, request, Date.now()));
  }
  return fetch(`${asking.origin}${path}?${operation}`, { headers, signal, credentials: 'same-origin' });
}

async function toSeen(reply: Response, key: string, signed: boolean): Promise<StyleAnswer | PageProblem> {
  const reads = parseReads(reply.headers.get('x-exif-reads'));
  const text = (await reply.text()).slice(0, maxText);
  const json = parse(text);
  if (!reply.ok) return { ...toProblem(reply.status, json, { key, signed }), reads };
  if (json === undefined) return pageProblem('Not an answer of this service', 'The reply is not JSON.');
  return { kind: 'answer', text, json, reads, notes: [] };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The request, and whether this page signed it with its key. */
type Request = Readonly<{ key: string; signed: boolean }>;

/** The members of problem details [RFC 9457] that are shown. */
function toProblem(status: number, json: unknown, request: Request): PageProblem {
  const members =
    typeof json === 'object' && json !== null ? new Map(Object.entries(json)) : new Map<string, unknown>();
  const member = (name: string): string => String(members.get(name) ?? '').slice(0, 1000);
  const facts = [
    ['Status', String(status)],
    ['Reason', member('reason')],
    ['Request', member('requestId')],
  ] as const;
  return {
    kind: 'problem',
    title: member('title') || `Status ${status}`,
    detail: [member('detail') || 'The service gave no reason.', ...adviceOn(status, member('reason'), request)].join(
      ' ',
    ),
    facts: facts.filter(([, text]) => text !== ''),
    reads: null,
  };
}

/** Advice about mistakes in the request that the service cannot recognise. */
function adviceOn(status: number, reason: string, { key, signed }: Request): readonly string[] {
  if (!signed && reason === 'SignatureMissing') {
    return ['To sign requests on this page, open the address that npm start printed: it contains the key.'];
  }
  if (signed && ['SignatureDoesNotMatch', 'KeyUnknown'].includes(reason)) {
    return ['npm start makes a new key each time: open the address that it printed last.'];
  }
  if (status !== notFound) return [];
  return [
    ...(key === key.trim() ? [] : ['The key starts or ends with a space.']),
    ...(key.trim().endsWith('?exif') ? ['The key ends in ?exif. Leave it out: the page adds it.'] : []),
  ];
}

/** The style that a signed query asks for; null when it is not known. */
function styleOf(query: string): string {
  return /(?:^|&)exif(?:\/|%2f)style(?:\/|%2f)([a-z]+)/i.exec(query)?.[1] ?? 'as signed';
}
