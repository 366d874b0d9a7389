// The resources that a policy names, and whether an object is among them.

import { type Glob, globMatches, maxPatternLength } from './glob';
import { invalid, shown } from './policy-element';

/** An object by its bucket, the region of that ('' when unknown) and its decoded key. */
export type ObjectName = Readonly<{ bucket: string; region: string; key: string }>;

/**
 * A pattern in its parts. The fields before the last are matched one by one, so that no `*` in them can reach into the
 * key, which the caller chooses. `path` is for `bucket/key` as one text: there `*` crosses the slash.
 */
export type Resource = Readonly<{ region: string; account: string; path: Glob }>;

/** `second` is the project in CAM, the partition in AWS. */
type Fields = Readonly<Record<'scheme' | 'second' | 'service' | 'region' | 'account' | 'path', string>>;

const partitions = ['aws', 'aws-cn', 'aws-us-gov'];
const camForm = 'qcs::cos:<region>:uid/<appid>:<bucket>/<key>';
const awsForm = 'arn:aws:s3:::<bucket>/<key>';

/**
 * `qcs::cos:<region>:uid/<appid>:<bucket>/<key>` or `*` [CAM 598/10606], [COS 436/30580]. Throws ProblemError
 * ConfigInvalid, also for what is legal and could never match: a deny that does nothing is worse than no start.
 */
export function parseCamResource(where: string, text: string): Resource {
  if (text === '*') return resource('*', '*', '*', false);
  const { scheme, second: project, service, region, account, path } = fieldsOf(where, text, camForm);
  if (scheme !== 'qcs' || project !== '') throw invalid(where, `${shown(text)} must be * or ${camForm}`);
  if (service !== 'cos') throw invalid(where, `${shown(text)} is a resource of another service; only cos is supported`);
  // Empty: all regions [598/10606]. The names of two letters are older ones, which no request carries.
  if (!/^[a-z0-9*-]*$/.test(region) || /^[a-z]{2}$/.test(region)) {
    throw invalid(where, `the region of ${shown(text)} must be a region such as ap-guangzhou, *, or empty for all`);
  }
  // Empty would be the account of who wrote the policy, and `uin/` is not for COS [598/10606].
  if (!/^(?:\*|uid\/[0-9*]+)$/.test(account)) throw invalid(where, `${shown(text)} needs uid/<appid>, uid/* or *`);
  if (path.startsWith('prefix//')) throw invalid(where, `${shown(text)} is in an old form; write it as ${camForm}`);
  return resource(region === '' ? '*' : region, account, path, false);
}

/** `arn:aws:s3:::<bucket>/<key>`, in all three partitions, or `*`. Throws as `parseCamResource` does. */
export function parseAwsResource(where: string, text: string): Resource {
  if (text === '*') return resource('*', '*', '*', true);
  const { scheme, second: partition, service, region, account, path } = fieldsOf(where, text, awsForm);
  const known = partitions.some((name) => globMatches({ pattern: partition, question: true }, name));
  if (scheme !== 'arn' || !known) {
    throw invalid(where, `${shown(text)} must be * or ${awsForm}; partitions are ${partitions.join(', ')}`);
  }
  if (service !== 's3') throw invalid(where, `${shown(text)} is a resource of another service; only s3 is supported`);
  // With a region or an account it would be an access point or the like.
  if (!/^\**:\**$/.test(`${region}:${account}`)) {
    throw invalid(where, `${shown(text)} is not a bucket or an object: region and account must be empty`);
  }
  return resource('*', '*', path, true);
}

/**
 * Whether an object is among a resource. `unknown` is what a pattern for a region or an account says when that of the
 * bucket is not known and the pattern is not for all.
 */
export function covers({ region, account, path }: Resource, name: ObjectName, unknown: boolean): boolean {
  const digits = /-([0-9]+)$/.exec(name.bucket)?.[1] ?? '';
  return (
    (globMatches({ pattern: region, question: false }, name.region) || (name.region === '' && unknown)) &&
    // An appid has ten digits: those of a folder `photos-2026` are none.
    (globMatches({ pattern: account, question: false }, `uid/${digits}`) || (digits.length !== 10 && unknown)) &&
    globMatches(path, `${name.bucket}/${name.key}`)
  );
}

/** The bucket of a resource that fits no object, as it names a bucket and nothing in it; null for every other one. */
export function bucketAlone({ path: { pattern, question } }: Resource): string | null {
  const bucket = pattern.replace(/\/$/, '');
  // Each wildcard may stand for the slash.
  return (question ? /[*?/]/ : /[*/]/).test(bucket) ? null : bucket;
}

/** Whether a resource names objects of a bucket. */
export function reachesInto(bucket: string, one: Resource): boolean {
  const { pattern, question } = one.path;
  return bucketAlone(one) === null && globMatches({ pattern: pattern.replace(/\/.*$/s, ''), question }, bucket);
}

/** The five fields before the path, and the path, which may hold colons itself. */
function fieldsOf(where: string, text: string, form: string): Fields {
  if (text.length > maxPatternLength) throw invalid(where, `it has over ${maxPatternLength} characters`);
  const fields = text.split(':');
  const at = (index: number): string => fields[index] ?? '';
  const lead = { scheme: at(0), second: at(1), service: at(2), region: at(3), account: at(4) };
  const path = fields.slice(5).join(':');
  // No bucket has an empty name.
  if (path === '' || path.startsWith('/')) throw invalid(where, `${shown(text)} must be * or ${form}`);
  return { ...lead, path };
}

function resource(region: string, account: string, path: string, question: boolean): Resource {
  return Object.freeze({ region, account, path: Object.freeze({ pattern: path, question }) });
}
