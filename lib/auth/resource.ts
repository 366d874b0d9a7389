// The resources of a policy, and whether an object is one of them.

import { type Glob, globMatches, maxPatternLength } from './glob';
import { policyInvalid, quoteShort } from './policy-element';

/** An object: its bucket, the region of the bucket ('' when unknown) and its decoded key. */
export type ObjectName = Readonly<{ bucket: string; region: string; key: string }>;

/**
 * The parts of a resource pattern. The fields before the last are matched one by one, so that a `*` in them cannot match a
 * part of the key, which the caller chooses. `path` is matched with `bucket/key` as one text: there `*` also matches slashes.
 */
export type Resource = Readonly<{ region: string; account: string; path: Glob }>;

/** The fields of a resource. `second` is the project in CAM and the partition in AWS. */
type Fields = Readonly<Record<'scheme' | 'second' | 'service' | 'region' | 'account' | 'path', string>>;

const partitions = ['aws', 'aws-cn', 'aws-us-gov'];
const camForm = 'qcs::cos:<region>:uid/<appid>:<bucket>/<key>';
const awsForm = 'arn:aws:s3:::<bucket>/<key>';

/**
 * Reads `qcs::cos:<region>:uid/<appid>:<bucket>/<key>` or `*` [CAM 598/10606], [COS 436/30580]. Throws ProblemError
 * ConfigInvalid, also for a valid resource that could never match: an error at the start is better than a deny without effect.
 */
export function parseCamResource(where: string, text: string): Resource {
  if (text === '*') return resource('*', '*', '*', false);
  const { scheme, second: project, service, region, account, path } = fieldsOf(where, text, camForm);
  if (scheme !== 'qcs' || project !== '') throw policyInvalid(where, `${quoteShort(text)} must be * or ${camForm}`);
  if (service !== 'cos')
    throw policyInvalid(where, `${quoteShort(text)} is a resource of another service; only cos is supported`);
  // Empty means all regions [598/10606]. Names of two letters are an old form. No request has it.
  if (!/^[a-z0-9*-]*$/.test(region) || /^[a-z]{2}$/.test(region)) {
    throw policyInvalid(
      where,
      `the region of ${quoteShort(text)} must be a region such as ap-guangzhou, *, or empty for all`,
    );
  }
  // Empty would mean the account that owns the policy, and COS does not use `uin/` [598/10606].
  if (!/^(?:\*|uid\/[0-9*]+)$/.test(account))
    throw policyInvalid(where, `${quoteShort(text)} needs uid/<appid>, uid/* or *`);
  if (path.startsWith('prefix//'))
    throw policyInvalid(where, `${quoteShort(text)} is in an old form; write it as ${camForm}`);
  return resource(region === '' ? '*' : region, account, path, false);
}

/** Reads `arn:aws:s3:::<bucket>/<key>`, in all three partitions, or `*`. Throws as `parseCamResource` does. */
export function parseAwsResource(where: string, text: string): Resource {
  if (text === '*') return resource('*', '*', '*', true);
  const { scheme, second: partition, service, region, account, path } = fieldsOf(where, text, awsForm);
  const known = partitions.some((name) => globMatches({ pattern: partition, question: true }, name));
  if (scheme !== 'arn' || !known) {
    throw policyInvalid(where, `${quoteShort(text)} must be * or ${awsForm}; partitions are ${partitions.join(', ')}`);
  }
  if (service !== 's3')
    throw policyInvalid(where, `${quoteShort(text)} is a resource of another service; only s3 is supported`);
  // A resource with a region or an account is something else, such as an access point.
  if (!/^\**:\**$/.test(`${region}:${account}`)) {
    throw policyInvalid(where, `${quoteShort(text)} is not a bucket or an object: region and account must be empty`);
  }
  return resource('*', '*', path, true);
}

/**
 * Whether a resource covers an object. `unknown` is the result when the resource requires a region or an account, and that of
 * the bucket is not known.
 */
export function covers({ region, account, path }: Resource, name: ObjectName, unknown: boolean): boolean {
  const digits = /-([0-9]+)$/.exec(name.bucket)?.[1] ?? '';
  return (
    (globMatches({ pattern: region, question: false }, name.region) || (name.region === '' && unknown)) &&
    // An appid has ten digits: the 2026 of a folder `photos-2026` is not an appid.
    (globMatches({ pattern: account, question: false }, `uid/${digits}`) || (digits.length !== 10 && unknown)) &&
    globMatches(path, `${name.bucket}/${name.key}`)
  );
}

/** The bucket of a resource that names only a bucket and so matches no object; null for every other resource. */
export function bucketAlone({ path: { pattern, question } }: Resource): string | null {
  const bucket = pattern.replace(/\/$/, '');
  // Each wildcard can match the slash.
  return (question ? /[*?/]/ : /[*/]/).test(bucket) ? null : bucket;
}

/** Whether a resource can match objects of a bucket. */
export function reachesInto(bucket: string, one: Resource): boolean {
  const { pattern, question } = one.path;
  return bucketAlone(one) === null && globMatches({ pattern: pattern.replace(/\/.*$/s, ''), question }, bucket);
}

/** The five fields before the path, and the path, which may contain colons. */
function fieldsOf(where: string, text: string, form: string): Fields {
  if (text.length > maxPatternLength) throw policyInvalid(where, `it may have at most ${maxPatternLength} characters`);
  const fields = text.split(':');
  const at = (index: number): string => fields[index] ?? '';
  const lead = { scheme: at(0), second: at(1), service: at(2), region: at(3), account: at(4) };
  const path = fields.slice(5).join(':');
  // The name of a bucket is never empty.
  if (path === '' || path.startsWith('/')) throw policyInvalid(where, `${quoteShort(text)} must be * or ${form}`);
  return { ...lead, path };
}

function resource(region: string, account: string, path: string, question: boolean): Resource {
  return Object.freeze({ region, account, path: Object.freeze({ pattern: path, question }) });
}
