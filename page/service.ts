// Asks the service for an object: signed where the page was given a key, as it stands where the address came signed.
import { parseReads } from './reads';
import { type Credential, signGet } from './sign';
import { type Refusal, refusal, type Seen, type Source, type Thumbnail } from './source';
import type { Target } from './target';

/** Where the service is and who asks; `origin` without a slash at its end. */
export type Asking = Readonly<{ origin: string; host: string; credential: Credential | null }>;

/** The status where there is no object of that key. */
const notFound = 404;
/** The status of a service that has nothing to turn thumbnails with. */
const cannotTurn = 501;
/** Characters of an answer that are looked at. */
const maxText = 2_000_000;

/** An object of the service. One that was given by a signed address can be seen only as that says. */
export function serviceSource(target: Target, asking: Asking): Source {
  const { query } = target;
  return {
    name: target.key,
    where: 'service',
    only: query === null ? null : styleOf(query),
    see: async (style, signal) => {
      try {
        const reply = await ask(target, query ?? `exif/style/${style}`, asking, signal);
        return await toSeen(reply, target.key, asking.credential !== null && query === null);
      } catch {
        signal.throwIfAborted();
        if (asking.credential !== null && !isSecureContext) {
          return refusal('Cannot sign', 'Browsers sign requests only at https or at an address of their own machine.');
        }
        return refusal('No answer', 'The service cannot be reached. Is it still running?');
      }
    },
    thumbnail: async (signal) => {
      if (query !== null) return null;
      const upright = await ask(target, 'exif/thumbnail/orient', asking, signal);
      if (upright.status !== cannotTurn) return toThumbnail(upright, 1);
      return toThumbnail(await ask(target, 'exif/thumbnail', asking, signal), null);
    },
  };
}

async function toThumbnail(reply: Response, orientation: number | null): Promise<Thumbnail | null> {
  const isImage = reply.ok && reply.headers.get('content-type') === 'image/jpeg';
  return isImage ? { blob: await reply.blob(), orientation } : null;
}

async function ask({ path, query }: Target, operation: string, asking: Asking, signal: AbortSignal): Promise<Response> {
  const headers = new Headers({ accept: 'application/json' });
  if (asking.credential !== null && query === null) {
    const request = { host: asking.host, path, operation };
    headers.set('authorization', await signGet(asking.credential, request, Date.now()));
  }
  return fetch(`${asking.origin}${path}?${operation}`, { headers, signal, credentials: 'same-origin' });
}

async function toSeen(reply: Response, key: string, signed: boolean): Promise<Seen | Refusal> {
  const reads = parseReads(reply.headers.get('x-exif-reads'));
  const text = (await reply.text()).slice(0, maxText);
  const json = parse(text);
  if (!reply.ok) return { ...toRefusal(reply.status, json, { key, signed }), reads };
  if (json === undefined) return refusal('Not an answer of this service', 'What came is no JSON.');
  return { kind: 'seen', text, json, reads, notes: [] };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What was asked for, and whether this page signed it with its key. */
type Request = Readonly<{ key: string; signed: boolean }>;

/** The members of problem details [RFC 9457] that help. */
function toRefusal(status: number, json: unknown, request: Request): Refusal {
  const members =
    typeof json === 'object' && json !== null ? new Map(Object.entries(json)) : new Map<string, unknown>();
  const member = (name: string): string => String(members.get(name) ?? '').slice(0, 1000);
  const facts = [
    ['Status', String(status)],
    ['Reason', member('reason')],
    ['Request', member('requestId')],
  ] as const;
  return {
    kind: 'refused',
    title: member('title') || `Status ${status}`,
    detail: [member('detail') || 'No reason was given.', ...adviceOn(status, member('reason'), request)].join(' '),
    facts: facts.filter(([, text]) => text !== ''),
    reads: null,
  };
}

/** What may be wrong, where the service cannot know what was meant. */
function adviceOn(status: number, reason: string, { key, signed }: Request): readonly string[] {
  if (!signed && reason === 'SignatureMissing') {
    return ['To sign it here, open the address that npm start printed: it has the key in it.'];
  }
  if (signed && ['SignatureDoesNotMatch', 'KeyUnknown'].includes(reason)) {
    return ['npm start makes a new key each time: open the address that it printed last.'];
  }
  if (status !== notFound) return [];
  return [
    ...(key === key.trim() ? [] : ['The key begins or ends with a blank.']),
    ...(key.trim().endsWith('?exif') ? ['The key ends in ?exif, which the page adds by itself.'] : []),
  ];
}

/** The style that a signed query asks for, as far as it can be told. */
function styleOf(query: string): string {
  return /(?:^|&)exif(?:\/|%2f)style(?:\/|%2f)([a-z]+)/i.exec(query)?.[1] ?? 'as signed';
}
