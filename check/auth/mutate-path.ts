// Changes to path, method and target form that some server or store folds away.

import { type MutationContext, type Mutator, replaceAt } from './mutator';
import type { Draft } from './wire';

const inserts = [
  '/',
  '//',
  './',
  '../',
  '/./',
  '/../',
  '%2e/',
  '%2E%2e/',
  '%2e%2e%2f',
  '..%2f',
  '..\\',
  '..%5c',
  '\\',
  '%5C',
  '%2F',
  '%252e%252e/',
  '%00',
  '%09',
  '%0a',
  ';a=1',
  ';',
  '#',
  '#a',
  '%3F',
  '%23',
  '*',
];
const methods = ['HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'get', 'Get', 'GET ', '', 'PATCH'];

export const pathMutators: readonly Mutator[] = [
  { name: 'insert into the path', weight: 4, mutate: insertIntoPath },
  { name: 'insert at a slash', weight: 4, mutate: insertAtSlash },
  { name: 'end of the path', weight: 3, mutate: changeEnd },
  { name: 'fold the path', weight: 3, mutate: foldPath },
  { name: 'absolute form', weight: 3, mutate: toAbsolute },
  { name: 'bucket into the path', weight: 1, mutate: setPath(({ path }) => `/bucket${path}`) },
  { name: 'path of another request', weight: 2, mutate: setPath((_, { partner }) => partner.path) },
  {
    name: 'question mark into the path',
    weight: 1,
    mutate: (draft) => {
      draft.path += draft.params.length === 0 ? '%3F' : `%3F${draft.params.splice(0, 1).flat().join('%3D')}`;
    },
  },
  { name: 'method', weight: 3, mutate: changeMethod },
];

function setPath(pathOf: (draft: Draft, around: MutationContext) => string): Mutator['mutate'] {
  return (draft, around) => {
    draft.path = pathOf(draft, around);
  };
}

function changeMethod(draft: Draft, { random }: MutationContext): void {
  draft.method = random.pick(methods);
}

function insertIntoPath(draft: Draft, { random }: MutationContext): void {
  const at = random.below(draft.path.length + 1);
  draft.path = draft.path.slice(0, at) + random.pick(inserts) + draft.path.slice(at);
}

function insertAtSlash(draft: Draft, { random }: MutationContext): void {
  const segments = draft.path.split('/');
  const way = random.pick(['', '.', 'a/..', '%2e', 'a/%2e%2e', '..', '%2E%2E', '.%2e', '.;', '\\', '%5c', 'a\\..']);
  segments.splice(1 + random.below(segments.length), 0, ...way.split('/'));
  draft.path = segments.join('/');
}

function changeEnd(draft: Draft, { random }: MutationContext): void {
  const { path } = draft;
  draft.path = random.pick([
    `${path}/`,
    `${path}/.`,
    `${path}/..`,
    `${path}%2F`,
    `${path}.`,
    `${path}%20`,
    `${path}%00`,
    path.slice(0, -1),
    path.slice(1),
  ]);
}

/** As WHATWG URL, nginx and others do. */
function foldPath(draft: Draft, { random }: MutationContext): void {
  const { path } = draft;
  const slashed = path.replaceAll('\\', '/').replace(/%5c/gi, '/');
  draft.path = random.pick([
    () => path.replace(/\/{2,}/g, '/'),
    () => path.replace(/\/(?:\.|%2e)(?=\/|$)/gi, ''),
    () => path.replace(/\/[^/]*\/(?:\.|%2e){2}(?=\/|$)/i, ''),
    () => slashed,
    () => path.replace(/%09|%0a|%0d/gi, ''),
    () => path.replace(/%2f/gi, '/'),
    () => (URL.canParse(`http://a/${path}`) ? new URL(`http://a/${path}`).pathname.slice(1) : ''),
    () => path.toLowerCase(),
  ])();
}

function toAbsolute(draft: Draft, { random }: MutationContext): void {
  const host = draft.headers.find(([name]) => name.toLowerCase() === 'host')?.[1] ?? '';
  const name = random.pick([
    host,
    host,
    host.toUpperCase(),
    `${host}:443`,
    `${host}:80`,
    `${host}.`,
    `a@${host}`,
    `${host}@evil.example`,
    `${host}%2f`,
    'evil.example',
    '',
  ]);
  draft.origin = `${random.pick(['http://', 'https://', 'HTTP://', 'ftp://', '//', 'http:/', '\\\\'])}${name}`;
  if (random.chance(0.3)) {
    const at = draft.headers.findIndex(([header]) => header.toLowerCase() === 'host');
    replaceAt(draft.headers, at, ([header]) => [header, random.pick(['evil.example', '', host])]);
  }
}
