// COS: what a signature covers [COS API, Request Signature], read from the request as it arrived.

import { decode } from '../../testing/auth/percent';
import { cosName } from '../../testing/auth/signer';
import { isHarmless, type SchemeJudgement } from './judgement';
import { alwaysSigned, answeredOperation, operationsOf } from './oracle-operation';
import type { Rules } from './rules';
import { fieldsOf, type Param, type View } from './view';

const scalars = ['q-sign-algorithm', 'q-ak', 'q-sign-time', 'q-key-time', 'q-signature'] as const;
const lists = ['q-header-list', 'q-url-param-list'] as const;
export const cosMembers: ReadonlySet<string> = new Set([...scalars, ...lists]);

export function judgeCos(seen: View, carrier: string, rules: Rules): SchemeJudgement {
  const fields = readFields(seen, carrier);
  const valuesOf = (name: string) => fields.filter((field) => field.name === name).map(({ value }) => value);
  const free = seen.params.filter(({ name }) => !cosMembers.has(name) && name !== 'sign');
  const headerNames = readList(valuesOf('q-header-list'));
  const paramNames = readList(valuesOf('q-url-param-list'));
  const headers = listed(
    headerNames,
    [...seen.headers].map(([name, value]) => ({ name, value })),
  );
  const params = listed(paramNames, free);
  const stamp = scalars.map((name) => [name, ...valuesOf(name)]);
  const objections = [
    ...lists.filter((name) => valuesOf(name).length !== 1).map((name) => `${valuesOf(name).length} of ${name}`),
    ...[...headers, ...params]
      .filter((entry) => entry.length !== 2)
      .map(([name]) => `listed, but absent or repeated: ${name}`),
    ...objectionsToTimes(valuesOf('q-sign-time')[0] ?? '', valuesOf('q-key-time')[0] ?? '', rules),
    ...objectionsToFree(free, paramNames, rules),
  ];
  if (valuesOf('q-sign-algorithm')[0] !== 'sha1') objections.push('algorithm');
  const covered = ['cos', seen.method.toLowerCase(), seen.path, stamp, params, headers];
  return {
    canonicals: [JSON.stringify(covered)],
    objections,
    keyId: valuesOf('q-ak')[0] ?? '',
    covers: (name) => headerNames.has(cosName(name)),
  };
}

/** The seven, as they are in the string of the `Authorization` header: the other carriers are encoded once more. */
function readFields({ params, headers }: View, carrier: string): readonly Param[] {
  if (carrier === 'cos-query') return params.filter(({ name }) => cosMembers.has(name));
  const text =
    carrier === 'cos-header' ? headers.get('authorization') : params.find(({ name }) => name === 'sign')?.value;
  return fieldsOf(text ?? '');
}

/** The names of a list in the form they are signed in. Only what is covered counts, not how the list is written. */
function readList(texts: readonly string[]): ReadonlySet<string> {
  const names = texts.flatMap((text) => (text === '' ? [] : text.split(';')));
  return new Set(names.map((name) => cosName(decode(name) ?? `\uffff${name}`)));
}

/** Each listed name and all its values. */
function listed(names: ReadonlySet<string>, all: readonly Param[]): (readonly string[])[] {
  const found = new Map<string, string[]>([...names].sort().map((name) => [name, [name]]));
  for (const { name, value } of all) found.get(cosName(name))?.push(value);
  return [...found.values()];
}

function* objectionsToTimes(signTime: string, keyTime: string, { now, skew }: Rules): Iterable<string> {
  const seconds = Math.floor(now.getTime() / 1000);
  const [, start, end] = /^(0|[1-9]\d*);(0|[1-9]\d*)$/.exec(signTime) ?? [];
  if (signTime !== keyTime) yield 'sign time is not key time';
  if (start === undefined || end === undefined) yield 'times are not plain decimals';
  else {
    if (Number(start) >= Number(end)) yield 'times are in the wrong order';
    if (Number(start) > seconds + skew) yield 'not valid yet';
    if (Number(end) < seconds) yield 'expired';
  }
}

/** The sender may add parameters that are not listed, except an operation and those of the vendors. */
function* objectionsToFree(free: readonly Param[], paramNames: ReadonlySet<string>, rules: Rules): Iterable<string> {
  const signed = free.filter(({ name }) => paramNames.has(cosName(name)));
  const mayLackOperation = rules.unsignedOperation.has('cos') && signed.every(isHarmless);
  const operations = operationsOf(free);
  for (const param of free) {
    const { name } = param;
    if (paramNames.has(cosName(name))) continue;
    if (/^x-(amz|cos|ci)-/i.test(name)) yield `unsigned parameter ${name}`;
    const isAnswered = operations.includes(param) && answeredOperation.test(name);
    if (isAnswered && (name === alwaysSigned || !mayLackOperation)) yield 'operation unsigned';
  }
}
