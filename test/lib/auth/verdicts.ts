// What access control decides about a request: for the tests of access and of both schemes.
import { type Access, type AccessRequest, authorize, type Rules } from '../../../lib/auth';
import { parseKeyRing } from '../../../lib/auth/key-ring';
import { isPublic, parsePublic } from '../../../lib/auth/public';
import { percentDecode } from '../../../lib/bytes/percent';
import { hostName } from '../../../lib/http/request';
import { ProblemError } from '../../../lib/problem';
import type { HttpRequest } from '../../../lib/types';
import { clock, cosRequest, host, key, type SigningRequest, sigV4Request } from '../../../testing/auth/requests';

export type World = Readonly<{
  rules?: Partial<Rules>;
  keys?: unknown;
  open?: string;
  now?: number;
  operation?: string;
  access?: Partial<Access>;
}>;

export const rules: Rules = {
  skew: 900,
  maxLifetime: null,
  unsignedOperation: new Set(['cos']),
  unsignedHost: false,
  hideKeys: false,
  echo: false,
};

/** `ok <key id> <scheme>`, `anonymous`, or the code of the problem. */
export async function verdict(request: HttpRequest, world: World = {}): Promise<string> {
  try {
    const caller = await ask(request, world);
    return caller === null ? 'anonymous' : `ok ${caller.keyId} ${caller.scheme}`;
  } catch (error) {
    if (error instanceof ProblemError) return error.code;
    throw error;
  }
}

/** The decision, which must be the same whether the keys are there or must be read first. */
export async function ask(request: HttpRequest, world: World = {}) {
  const { question, access } = settingOf(request, world);
  const decide = async (keys: Access['keys']) =>
    authorize(question, { ...access, keys }, new Date((world.now ?? clock) * 1000));
  const codeOf = (error: unknown): unknown => (error instanceof ProblemError ? error.code : error);
  const atOnce = await decide(access.keys).catch(codeOf);
  expect(await decide(async () => access.keys()).catch(codeOf)).toEqual(atOnce);
  return decide(access.keys);
}

function settingOf(request: HttpRequest, world: World): Readonly<{ question: AccessRequest; access: Access }> {
  const parts = parsePublic(world.open ?? '');
  const access: Access = {
    callers: 'signed',
    isPublic: (ref) => isPublic(parts, ref),
    keys: () => parseKeyRing(JSON.stringify(world.keys ?? { [key.id]: key.secret })),
    hosts: new Map([
      [host, { bucketId: 'b' }],
      ['other.example.com', { bucketId: 'c' }],
    ]),
    regions: new Map([['b', 'eu-west-1']]),
    scopeRegion: null,
    rules: { ...rules, ...world.rules },
    ...world.access,
  };
  const ref = { bucketId: 'b', bucket: 'photos', key: percentDecode(request.path.slice(1)) };
  const question = { request, ref, operation: world.operation ?? 'exif', host: hostName(request) };
  return { question, access };
}

/** What the answer to a refused request says of it: null where it says no more than usual. */
export async function detailOf(request: HttpRequest, world: World = {}): Promise<string | null> {
  const end = await ask(request, world).then(null, (error: unknown) => error);
  if (end instanceof ProblemError) return end.safeDetail;
  throw new Error(`not refused: ${JSON.stringify(end)}`);
}

export type Make = (what?: SigningRequest, change?: (members: [string, string][]) => [string, string][]) => HttpRequest;
export type Place = readonly [name: string, make: Make];

export const cosPlaces: readonly Place[] = (['header', 'query', 'sign'] as const).map((carrier) => [
  `cos ${carrier}`,
  (what, change) => cosRequest(carrier, what, change),
]);
export const sigV4Places: readonly Place[] = (['header', 'query'] as const).map((carrier) => [
  `sigv4 ${carrier}`,
  (what, change) => sigV4Request(carrier, what, change),
]);
export const places = [...cosPlaces, ...sigV4Places];
export const okOf = (name: string): string => `ok ${key.id} ${name.split(' ')[0]}`;

export const withHeader = (request: HttpRequest, name: string, value: string): HttpRequest => ({
  ...request,
  headers: { ...request.headers, [name]: value },
});
export const withParam = (request: HttpRequest, name: string, value: string | null): HttpRequest => ({
  ...request,
  query: [...request.query, [name, value]],
});
/** `members` with one value replaced, or the member taken out. */
export const set = (name: string, value: string | null) => (members: [string, string][]) =>
  members.flatMap((member): [string, string][] =>
    member[0] !== name ? [member] : value === null ? [] : [[name, value]],
  );
export const edit = (name: string, by: (value: string) => string) => (members: [string, string][]) =>
  members.map(([own, value]): [string, string] => [own, own === name ? by(value) : value]);
