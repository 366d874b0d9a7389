// The oracle: decides what a request may be accepted for, only by the documents of the two schemes and the rules of this
// service.

import { cosName } from '../../testing/auth/signer';
import type { Judgement } from './judgement';
import { cosMembers, judgeCos } from './oracle-cos';
import { hostOf } from './oracle-host';
import { answeredOperation, neededValues, operationsOf } from './oracle-operation';
import { judgeSigV4, sigV4Members } from './oracle-sigv4';
import type { Rules } from './rules';
import { type View, view } from './view';
import type { Wire } from './wire';

export function judgeRequest(wire: Wire, rules: Rules): Judgement {
  const seen = view(wire);
  const carriers = carriersOf(seen);
  const [carrier] = carriers;
  if (carrier === undefined) return { canonicals: [], objections: ['no carrier'], keyId: '' };
  const byScheme = carrier.startsWith('cos') ? judgeCos(seen, carrier, rules) : judgeSigV4(seen, carrier, rules);
  const { canonicals, keyId, covers } = byScheme;
  const objections = [...byScheme.objections];
  // Names of methods are case-sensitive [RFC 9110 9.1].
  if (seen.method !== 'GET' && seen.method !== 'HEAD') objections.push(`method ${seen.method}`);
  if (carriers.length > 1) objections.push(`carriers: ${carriers.join(', ')}`);
  if (!rules.keys.some(({ id }) => id === keyId)) objections.push('key id unknown');
  objections.push(...objectionsToHeaders(seen, rules, covers), ...objectionsToParams(seen));
  return { canonicals, objections, keyId };
}

/** One for every place that holds something of a signature. */
function carriersOf({ params, headers, authorizations }: View): readonly string[] {
  const names = params.map(({ name }) => name);
  const found: string[] = [];
  const authorization = headers.get('authorization') ?? '';
  for (let i = 0; i < authorizations; i++) found.push(authorization.startsWith('q-') ? 'cos-header' : 'sigv4-header');
  if (names.some((name) => cosMembers.has(name))) found.push('cos-query');
  for (const name of names) if (name === 'sign') found.push('cos-sign');
  if (names.some((name) => sigV4Members.has(name))) found.push('sigv4-query');
  return found;
}

const exempt = new Set(['x-amz-content-sha256', 'x-amz-cf-id']);

function* objectionsToHeaders({ headers }: View, rules: Rules, covers: (name: string) => boolean): Iterable<string> {
  for (const name of headers.keys()) {
    if (/^x-(amz|cos|ci)-/.test(name) && !exempt.has(name) && !covers(name)) yield `unsigned header ${name}`;
    if (/^x-(amz|cos)-security-token$/.test(name)) yield 'token';
  }
  if (!covers('host')) yield 'host unsigned';
  const host = headers.get('host') ?? '';
  if (!rules.hosts.has(hostOf(host) ?? '')) yield `host unknown: ${host}`;
}

/** A signature of COS covers no letter case, so none makes a parameter another one. */
function* objectionsToParams({ params }: View): Iterable<string> {
  const operations = operationsOf(params);
  if (operations.length !== 1) yield `${operations.length} operations`;
  if (operations.some(({ name }) => !answeredOperation.test(name))) yield 'operation unknown';
  if (operations.some(({ name, value }) => !neededValues(name).includes(value))) yield 'operation with another value';
  for (const name of params.map((param) => cosName(param.name))) {
    if (name === 'x-amz-security-token' || name === 'x-cos-security-token') yield 'token';
    if (name === 'versionid') yield 'version';
  }
}
