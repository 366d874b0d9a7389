// Policies say which objects an access key may read. They are written as for Tencent CAM or AWS IAM; one evaluator serves both.

import { editDistance } from '../io/nearest';
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
import { type Elements, elementsOf, membersOf, policyInvalid, quoteShort, textsOf } from './policy-element';
import {
  bucketAlone,
  covers,
  type ObjectName,
  parseAwsResource,
  parseCamResource,
  type Resource,
  reachesInto,
} from './resource';

/** The statements of a policy that allow or deny reading objects. */
export type Policy = Readonly<{ statements: readonly Statement[] }>;

/** One read that a policy decides on: the exact object, the time, and where the request came from as far as it is known. */
export type PolicyRequest = ObjectName & Circumstances;

type Statement = Readonly<{ deny: boolean; resources: readonly Resource[]; conditions: readonly PolicyCondition[] }>;

/** The words and values of one policy language. */
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

/** The most statements that a policy may have. */
const maxStatements = 100;

/**
 * Actions of COS with a name similar to GetObject, in lower case. Any other similar name is taken for a typing error. COS
 * documents the ACL action [436/31923]; the others appear in its SDKs and in policies in public repositories.
 */
const camOthers = [
  'putobject',
  ...['acl', 'retention', 'tagging', 'url', 'version', 'versionacl'].map((end) => `getobject${end}`),
];
/** The same for S3. [Service Authorization Reference, Amazon S3] */
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
 * Reads a policy from parsed JSON. Throws ProblemError ConfigInvalid with the place and what is allowed there. Unknown
 * elements are errors: a policy that is only partly understood could allow too much.
 */
export function parsePolicy(value: unknown): Policy {
  const where = 'top level';
  const members = membersOf(where, value);
  const language = languageOf(where, [...members.keys()]);
  elementsOf(where, value, language.policy);
  checkText(where, 'Id', members);
  if (!language.versions.some((version) => version === members.get(language.version))) {
    throw policyInvalid(where, `${language.version} must be ${language.versions.join(' or ')}`);
  }
  const statement = members.get(language.statement);
  const list: readonly unknown[] = Array.isArray(statement) ? statement : [statement];
  if (list.length === 0) throw policyInvalid(language.statement, 'the list is empty');
  if (list.length > maxStatements) {
    throw policyInvalid(language.statement, `it has ${list.length} statements, ${maxStatements} are allowed`);
  }
  const statements = list.flatMap((item, index) => parseStatement(`statement ${index + 1}`, item, language));
  return Object.freeze({ statements: Object.freeze(statements) });
}

/**
 * Whether the policy allows the read: at least one statement allows it and none denies it. A store may treat several
 * forms of a key as the same object (`keyForms`): all forms must be allowed, and none denied. When a statement depends on
 * something that is not known of the request (the address, the region), an allow does not apply and a deny does.
 */
export function allows(policy: Policy, request: PolicyRequest): boolean {
  const statements = policy.statements.filter(({ deny, conditions }) =>
    conditions.every((met) => met(request) ?? deny),
  );
  const named = (key: string, effect: boolean): boolean =>
    statements.some(
      ({ deny, resources }) => deny === effect && resources.some((one) => covers(one, { ...request, key }, deny)),
    );
  const keys = keyForms(request.key);
  return keys.every((key) => named(key, false)) && !keys.some((key) => named(key, true));
}

/** The language of a policy, recognised by how the names of its elements are written. */
function languageOf(where: string, names: readonly string[]): Language {
  const found = [cam, aws].filter(({ version, statement }) => names.includes(version) || names.includes(statement));
  const [language] = found;
  if (language !== undefined && found.length === 1) return language;
  const problem = found.length === 0 ? 'it has neither form' : 'it mixes two forms';
  throw policyInvalid(
    where,
    `${problem} of policy: {"version":"2.0","statement":[..]} of CAM and {"Version":"2012-10-17","Statement":[..]} of AWS`,
  );
}

/** Reads a statement. The list is empty when none of its actions reads objects: it is checked, but has no effect here. */
function parseStatement(where: string, value: unknown, language: Language): readonly Statement[] {
  const { names } = language;
  const elements = elementsOf(where, value, language.rule);
  checkText(where, 'Sid', elements);
  const deny = language.effects.get(elements.get(names.effect));
  if (deny === undefined)
    throw policyInvalid(where, `${names.effect} must be ${[...language.effects.keys()].join(' or ')}`);
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
 * Refuses a statement that names only a bucket and none of its objects. (A statement that also covers listing names both.) Most
 * likely its author meant the objects, but it matches none of them; in a deny that is dangerous.
 */
function checkBuckets(where: string, resources: readonly Resource[]): void {
  for (const [index, one] of resources.entries()) {
    const bucket = bucketAlone(one);
    if (bucket === null || resources.some((other) => reachesInto(bucket, other))) continue;
    throw policyInvalid(
      `${where} ${index + 1}`,
      `${quoteShort(one.path.pattern)} is a bucket without objects; write ${quoteShort(`${bucket}/*`)} for all of them`,
    );
  }
}

function checkText(where: string, name: string, elements: ReadonlyMap<string, unknown>): void {
  if (elements.has(name) && typeof elements.get(name) !== 'string')
    throw policyInvalid(where, `${name} must be a text`);
}

/**
 * Whether an action of a CAM policy covers GetObject. The case of its letters counts [COS 436/30580]. An action that differs
 * only in case is refused: it would have no effect, and a deny without effect is dangerous.
 */
function camReadsObject(where: string, action: string): boolean {
  if (action === '*') return true;
  const name = /^(?:name\/)?cos:([A-Za-z0-9*]+)$/.exec(action)?.[1];
  if (name === undefined) {
    throw policyInvalid(
      where,
      `${quoteShort(action)} is not an action of COS; write name/cos:<action>, cos:<action> or *`,
    );
  }
  if (globMatches({ pattern: name, question: false }, 'GetObject')) return true;
  const glob = { pattern: name.toLowerCase(), question: false };
  if (globMatches(glob, 'getobject')) {
    throw policyInvalid(where, `${quoteShort(action)} is not an action of COS: case counts; write name/cos:GetObject`);
  }
  refuseMistyped(where, action, glob, camOthers);
  return false;
}

/** Whether an action of an AWS policy covers GetObject. The case of its letters does not count [IAM User Guide, Action]. */
function awsReadsObject(where: string, action: string): boolean {
  if (action === '*') return true;
  const name = /^s3:([a-z0-9*?]+)$/.exec(action.toLowerCase())?.[1];
  if (name === undefined)
    throw policyInvalid(where, `${quoteShort(action)} is not an action of S3; write s3:<action> or *`);
  const glob = { pattern: name, question: true };
  if (globMatches(glob, 'getobject')) return true;
  refuseMistyped(where, action, glob, awsOthers);
  return false;
}

/** Refuses a name that is similar to GetObject but matches no known action: a deny of `s3:GetObjet` would deny nothing. */
function refuseMistyped(where: string, action: string, glob: Glob, others: readonly string[]): void {
  const name = glob.pattern.replace(/[*?]/g, '');
  const isSimilar = name.startsWith('getobj') || editDistance(name, 'getobject') <= 2;
  if (isSimilar && !others.some((other) => globMatches(glob, other))) {
    throw policyInvalid(
      where,
      `${quoteShort(action)} is not a known action; use GetObject to allow or deny reading; remove other actions`,
    );
  }
}
