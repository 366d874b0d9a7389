// The conditions of a statement. [CAM 598/10608], [COS 436/71306], [IAM User Guide, PolicyCondition operators]

import { parseBlocks } from './address';
import { globMatches, maxPatternLength } from './glob';
import { membersOf, policyInvalid, quoteShort, textsOf } from './policy-element';

/** The facts about a request that conditions compare. */
export type Circumstances = Readonly<{ now: Date; sourceIp: string | null; referer: string | null }>;

/** Whether a request meets a condition; null when the fact that it compares is not known. */
export type PolicyCondition = (request: Circumstances) => boolean | null;

/** The operators and keys of a policy language. */
export type ConditionWords = Readonly<{
  operators: ReadonlyMap<string, Operator>;
  keys: ReadonlyMap<string, Kind>;
  keysIgnoreCase: boolean;
  /** Whether `?` is a wildcard. */
  question: boolean;
}>;

type Kind = 'ip' | 'date' | 'text';
type Operator = Readonly<{
  kind: Kind;
  compile(where: string, values: readonly string[], question: boolean): PolicyCondition;
}>;

const lower = (text: string): string => text.toLowerCase();

/**
 * The operators, one in each row. Variants such as `IfExists`/`_if_exist` and `ForAnyValue:`/`for_any_value:` are not
 * supported: a policy that has one is refused, because without it the policy would mean something else.
 */
const operators: readonly (readonly [cam: string, aws: string, operator: Operator])[] = [
  ['ip_equal', 'IpAddress', ip(false)],
  ['ip_not_equal', 'NotIpAddress', ip(true)],
  ['string_equal', 'StringEquals', text(false, equal)],
  ['string_not_equal', 'StringNotEquals', text(true, equal)],
  ['string_equal_ignore_case', 'StringEqualsIgnoreCase', text(false, equalIgnoringCase)],
  ['string_not_equal_ignore_case', 'StringNotEqualsIgnoreCase', text(true, equalIgnoringCase)],
  ['string_like', 'StringLike', text(false, like)],
  ['string_not_like', 'StringNotLike', text(true, like)],
  ['date_equal', 'DateEquals', date((now, value) => now === value)],
  ['date_not_equal', 'DateNotEquals', date((now, value) => now === value, true)],
  ['date_less_than', 'DateLessThan', date((now, value) => now < value)],
  ['date_less_than_equal', 'DateLessThanEquals', date((now, value) => now <= value)],
  ['date_greater_than', 'DateGreaterThan', date((now, value) => now > value)],
  ['date_greater_than_equal', 'DateGreaterThanEquals', date((now, value) => now >= value)],
];

/**
 * The operators and keys of CAM. Keys are case-sensitive [598/10608]. Only `*` is a wildcard [436/71306]. That page lists no
 * key for the Referer header, and a few policies in public repositories have `cos:Referer`. Here the key is in lower case,
 * like `cos:content-type`, or has the prefix `qcs:` of all services.
 */
export const camConditions: ConditionWords = {
  operators: new Map(operators.map(([name, , operator]) => [name, operator])),
  keys: new Map([
    ['qcs:ip', 'ip'],
    ['qcs:current_time', 'date'],
    ['cos:referer', 'text'],
    ['qcs:referer', 'text'],
  ]),
  keysIgnoreCase: false,
  question: false,
};

/** The operators and keys of AWS. */
export const awsConditions: ConditionWords = {
  operators: new Map(operators.map(([, name, operator]) => [name, operator])),
  keys: new Map([
    ['aws:SourceIp', 'ip'],
    ['aws:CurrentTime', 'date'],
    ['aws:Referer', 'text'],
  ]),
  keysIgnoreCase: true,
  question: true,
};

/** Reads the conditions of a statement; a request must meet all of them. Throws ProblemError ConfigInvalid. */
export function parseConditions(where: string, value: unknown, words: ConditionWords): readonly PolicyCondition[] {
  const conditions: PolicyCondition[] = [];
  for (const [name, keys] of membersOf(`${where}: condition`, value)) {
    const operator = words.operators.get(name);
    const known = [...words.operators.keys()].join(', ');
    if (operator === undefined) {
      throw policyInvalid(`${where}: condition`, `operator ${quoteShort(name)} is not known; known: ${known}`);
    }
    for (const [key, values] of membersOf(`${where}: condition ${name}`, keys)) {
      checkKey(`${where}: condition ${name}`, key, operator.kind, words);
      const place = `${where}: condition ${name}: ${key}`;
      conditions.push(operator.compile(place, textsOf(place, values), words.question));
    }
  }
  return Object.freeze(conditions);
}

function checkKey(where: string, key: string, kind: Kind, { keys, keysIgnoreCase }: ConditionWords): void {
  const fold = keysIgnoreCase ? lower : String;
  const found = [...keys].find(([name]) => fold(name) === fold(key));
  const fitting = [...keys].filter(([, other]) => other === kind).map(([name]) => name);
  const problem = found === undefined ? 'is not known' : 'is of another type';
  if (found?.[1] !== kind) {
    throw policyInvalid(where, `key ${quoteShort(key)} ${problem}; this operator takes ${fitting.join(', ')}`);
  }
}

/** An operator for addresses. With several values, one of them must match; when `negated`, none may match (NOR). */
function ip(negated: boolean): Operator {
  return {
    kind: 'ip',
    compile(where, values) {
      const contains = parseBlocks(where, values);
      return ({ sourceIp }) => {
        const inside = contains(sourceIp);
        return inside === null ? null : inside !== negated;
      };
    },
  };
}

type Fits = (referer: string) => boolean;

/**
 * An operator for texts. Without a Referer header no value matches: false, or true when `negated`.
 * [IAM User Guide: a key that is absent]
 */
function text(negated: boolean, fitting: (where: string, value: string, question: boolean) => Fits): Operator {
  return {
    kind: 'text',
    compile(where, values, question) {
      const tests = values.map((value) => fitting(where, value, question));
      return ({ referer }) => (referer !== null && tests.some((fits) => fits(referer))) !== negated;
    },
  };
}

function equal(_where: string, value: string): Fits {
  return (referer) => referer === value;
}

function equalIgnoringCase(_where: string, value: string): Fits {
  return (referer) => lower(referer) === lower(value);
}

function like(where: string, value: string, question: boolean): Fits {
  if (value.length > maxPatternLength)
    throw policyInvalid(where, `a pattern may have at most ${maxPatternLength} characters`);
  return (referer) => globMatches({ pattern: value, question }, referer);
}

/** An operator for times. They are compared in whole seconds: 12:00:59.9 is not greater than 12:00:59. */
function date(isMet: (now: number, value: number) => boolean, negated = false): Operator {
  return {
    kind: 'date',
    compile(where, values) {
      const times = values.map((value) => parseTime(where, value));
      return ({ now }) => {
        const second = Math.floor(now.getTime() / 1000);
        return times.some((time) => isMet(second, time)) !== negated;
      };
    },
  };
}

/**
 * Unix seconds of a time in UTC. Digits alone are read as unix seconds only when there are at least 9 of them: `2026` and
 * `20260101` would be times in 1970, but were most likely meant as a year and a day.
 */
function parseTime(where: string, value: string): number {
  if (/^[0-9]{9,11}$/.test(value)) return Number(value);
  const [, day, clock = 'T00:00:00'] =
    /^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:(T[0-9]{2}:[0-9]{2}:[0-9]{2})Z)?$/.exec(value) ?? [];
  const time = Date.parse(`${day}${clock}Z`);
  // Date.parse accepts 30 February and 24:00, and returns a later day.
  if (Number.isNaN(time) || new Date(time).toISOString() !== `${day}${clock}.000Z`) {
    const forms = '2026-01-31T12:00:00Z, 2026-01-31 or seconds since 1970';
    throw policyInvalid(where, `${quoteShort(value)} is not a time; write it as ${forms}`);
  }
  return time / 1000;
}
