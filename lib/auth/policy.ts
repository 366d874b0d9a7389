// What an access key may read: a policy in the language of Tencent's CAM or of AWS IAM, with one evaluator for both.

import {
  awsConditions,
  type Circumstances,
  type ConditionWords,
  camConditions,
  type PolicyCondition,
  parseConditions,
} from './condition';
import { type Glob, globMatches } from './glob';
import { keyForms } from './key-forms';
import { type Elements, elementsOf, invalid, membersOf, shown, textsOf } from './policy-element';
import {
  bucketAlone,
  covers,
  type ObjectName,
  parseAwsResource,
  parseCamResource,
  type Resource,
  reachesInto,
} from './resource';

/** The statements of a policy that are about reading objects. */
export type Policy = Readonly<{ statements: readonly Statement[] }>;

/** What is asked: the exact object, when, and from where, as far as the request tells. */
export type Ask = ObjectName & Circumstances;

type Statement = Readonly<{ deny: boolean; resources: readonly Resource[]; conditions: readonly PolicyCondition[] }>;

/** How a language spells what every policy has. */
type Language = Readonly<{
  version: string;
  versions: readonly string[];
  statement: string;
  policy: Elements;
  rule: Elements;
  names: Readonly<{ effect: string; action: string; resource: string; condition: string }>;
  /** Whether an effect denies. */
  effects: ReadonlyMap<unknown, boolean>;
  /** Whether an action covers GetObject. */
  readsObject(where: string, action: string): boolean;
  parseResource(where: string, text: string): Resource;
  conditions: ConditionWords;
}>;

/** Statements of one policy. */
const maxStatements = 100;

/**
 * Actions of a store that are no GetObject and yet look like it, in lower case. Any other name that does is a slip. COS
 * documents the ACL [436/31923]; the others are those of its SDKs and of policies in public repositories.
 */
const camOthers = [
  'putobject',
  ...['acl', 'retention', 'tagging', 'url', 'version', 'versionacl'].map((end) => `getobject${end}`),
];
/** [Service Authorization Reference, Amazon S3] */
const awsOthers = [
  'putobject',
  ...['acl', 'attributes', 'legalhold', 'retention', 'tagging', 'torrent'].map((end) => `getobject${end}`),
  ...['', 'acl', 'attributes', 'forreplication', 'tagging', 'torrent'].map((end) => `getobjectversion${end}`),
];

const principal = 'the policy applies to its own key; leave it out';

const cam: Language = {
  version: 'version',
  versions: ['2.0'],
  statement: 'statement',
  policy: { required: ['version', 'statement'], optional: [], refused: new Map([['principal', principal]]) },
  rule: {
    required: ['effect', 'action', 'resource'],
    optional: ['condition'],
    refused: new Map([['principal', principal]]),
  },
  names: { effect: 'effect', action: 'action', resource: 'resource', condition: 'condition' },
  effects: new Map([
    ['allow', false],
    ['deny', true],
  ]),
  readsObject: camReadsObject,
  parseResource: parseCamResource,
  conditions: camConditions,
};

const aws: Language = {
  version: 'Version',
  versions: ['2012-10-17', '2008-10-17'],
  statement: 'Statement',
  policy: { required: ['Version', 'Statement'], optional: ['Id'], refused: new Map() },
  rule: {
    required: ['Effect', 'Action', 'Resource'],
    optional: ['Sid', 'Condition'],
    refused: new Map([
      ['Principal', principal],
      ['NotPrincipal', principal],
      ['NotAction', 'name the actions in Action'],
      ['NotResource', 'name the resources in Resource'],
    ]),
  },
  names: { effect: 'Effect', action: 'Action', resource: 'Resource', condition: 'Condition' },
  effects: new Map([
    ['Allow', false],
    ['Deny', true],
  ]),
  readsObject: awsReadsObject,
  parseResource: parseAwsResource,
  conditions: awsConditions,
};

/**
 * Reads a policy from parsed JSON. Throws ProblemError ConfigInvalid that leads to the place and says what is allowed:
 * nothing unknown is skipped, as a policy that is half understood allows too much.
 */
export function parsePolicy(value: unknown): Policy {
  const where = 'top level';
  const members = membersOf(where, value);
  const language = languageOf(where, [...members.keys()]);
  elementsOf(where, value, language.policy);
  checkText(where, 'Id', members);
  if (!language.versions.some((version) => version === members.get(language.version))) {
    throw invalid(where, `${language.version} must be ${language.versions.join(' or ')}`);
  }
  const statement = members.get(language.statement);
  const list: readonly unknown[] = Array.isArray(statement) ? statement : [statement];
  if (list.length === 0) throw invalid(language.statement, 'the list is empty');
  if (list.length > maxStatements) {
    throw invalid(language.statement, `it has ${list.length} statements, ${maxStatements} are allowed`);
  }
  const statements = list.flatMap((item, index) => parseStatement(`statement ${index + 1}`, item, language));
  return Object.freeze({ statements: Object.freeze(statements) });
}

/**
 * Whether the policy lets its key read the object: some statement allows it and none denies it. A store may take a key
 * for another one (`keyForms`): each of them must be allowed, and none denied. What a statement asks and the request
 * does not tell (the address, the region) makes an allow not apply and a deny apply.
 */
export function allows(policy: Policy, ask: Ask): boolean {
  const statements = policy.statements.filter(({ deny, conditions }) => conditions.every((met) => met(ask) ?? deny));
  const named = (key: string, effect: boolean): boolean =>
    statements.some(
      ({ deny, resources }) => deny === effect && resources.some((one) => covers(one, { ...ask, key }, deny)),
    );
  const keys = keyForms(ask.key);
  return keys.every((key) => named(key, false)) && !keys.some((key) => named(key, true));
}

/** The language is told by its own spelling of the elements of a policy. */
function languageOf(where: string, names: readonly string[]): Language {
  const found = [cam, aws].filter(({ version, statement }) => names.includes(version) || names.includes(statement));
  const [language] = found;
  if (language !== undefined && found.length === 1) return language;
  const problem = found.length === 0 ? 'it is neither kind' : 'it mixes two kinds';
  throw invalid(
    where,
    `${problem} of policy: {"version":"2.0","statement":[..]} of CAM and {"Version":"2012-10-17","Statement":[..]} of AWS`,
  );
}

/** No statement at all when it is about other actions than reading: such a one is checked, and has no effect. */
function parseStatement(where: string, value: unknown, language: Language): readonly Statement[] {
  const { names } = language;
  const elements = elementsOf(where, value, language.rule);
  checkText(where, 'Sid', elements);
  const deny = language.effects.get(elements.get(names.effect));
  if (deny === undefined) throw invalid(where, `${names.effect} must be ${[...language.effects.keys()].join(' or ')}`);
  const actions = textsOf(`${where}: ${names.action}`, elements.get(names.action)).map((text, index) =>
    language.readsObject(`${where}: ${names.action} ${index + 1}`, text),
  );
  const resources = textsOf(`${where}: ${names.resource}`, elements.get(names.resource)).map((text, index) =>
    language.parseResource(`${where}: ${names.resource} ${index + 1}`, text),
  );
  const conditions = elements.has(names.condition)
    ? parseConditions(where, elements.get(names.condition), language.conditions)
    : [];
  if (!actions.includes(true)) return [];
  checkBuckets(`${where}: ${names.resource}`, resources);
  return [Object.freeze({ deny, resources: Object.freeze(resources), conditions })];
}

/**
 * A bucket alone stands next to its objects where a statement is for listing too. Without them it was surely meant for
 * them, and would do nothing: bad in a deny.
 */
function checkBuckets(where: string, resources: readonly Resource[]): void {
  for (const [index, one] of resources.entries()) {
    const bucket = bucketAlone(one);
    if (bucket === null || resources.some((other) => reachesInto(bucket, other))) continue;
    throw invalid(
      `${where} ${index + 1}`,
      `${shown(one.path.pattern)} is a bucket without objects; write ${shown(`${bucket}/*`)} for all of them`,
    );
  }
}

function checkText(where: string, name: string, elements: ReadonlyMap<string, unknown>): void {
  if (elements.has(name) && typeof elements.get(name) !== 'string') throw invalid(where, `${name} must be a text`);
}

/**
 * COS tells the case of actions apart [COS 436/30580]. One that would fit but for its case is refused: taken as it is
 * written it does nothing, and in a deny that is the opposite of what was meant.
 */
function camReadsObject(where: string, action: string): boolean {
  if (action === '*') return true;
  const name = /^(?:name\/)?cos:([A-Za-z0-9*]+)$/.exec(action)?.[1];
  if (name === undefined) {
    throw invalid(where, `${shown(action)} is not an action of COS; write name/cos:<action>, cos:<action> or *`);
  }
  if (globMatches({ pattern: name, question: false }, 'GetObject')) return true;
  const glob = { pattern: name.toLowerCase(), question: false };
  if (globMatches(glob, 'getobject')) {
    throw invalid(where, `${shown(action)} is not an action of COS: case counts; write name/cos:GetObject`);
  }
  refuseSlip(where, action, glob, camOthers);
  return false;
}

/** The case of AWS' actions does not count. [IAM User Guide, Action] */
function awsReadsObject(where: string, action: string): boolean {
  if (action === '*') return true;
  const name = /^s3:([a-z0-9*?]+)$/.exec(action.toLowerCase())?.[1];
  if (name === undefined) throw invalid(where, `${shown(action)} is not an action of S3; write s3:<action> or *`);
  const glob = { pattern: name, question: true };
  if (globMatches(glob, 'getobject')) return true;
  refuseSlip(where, action, glob, awsOthers);
  return false;
}

/** Refuses what looks like GetObject and fits no action there is: a deny of `s3:GetObjet` would deny nothing. */
function refuseSlip(where: string, action: string, glob: Glob, others: readonly string[]): void {
  const name = glob.pattern.replace(/[*?]/g, '');
  const isAlike = name.startsWith('getobj') || isNear(name, 'getobject', 2);
  if (isAlike && !others.some((other) => globMatches(glob, other))) {
    throw invalid(
      where,
      `${shown(action)} is not a known action; to allow or deny reading write GetObject, otherwise leave it out`,
    );
  }
}

/** Whether at most `edits` letters put in, left out or changed make one text of the other. */
function isNear(a: string, b: string, edits: number): boolean {
  if (a === b) return true;
  const [restA, restB] = [a.slice(1), b.slice(1)];
  if (a[0] === b[0]) return isNear(restA, restB, edits);
  const less = edits - 1;
  return less >= 0 && (isNear(restA, b, less) || isNear(a, restB, less) || isNear(restA, restB, less));
}
