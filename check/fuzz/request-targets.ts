// Targets of signed requests: nobody may get in with a request that no holder of a key signed.

import { seededRandom } from '../../testing/random/seeded';
import { toCase } from '../auth/harness';
import { judgeRequest } from '../auth/oracle';
import { carriers, randomPlan } from '../auth/plan';
import { defaultRules } from '../auth/rules';
import { toVerdict } from '../auth/target';
import { type Header, toRequest, type Wire } from '../auth/wire';
import type { Check, Target } from './target';

/** Signed requests that a target begins with, for each place that a signature may be in. */
const requestsPerCarrier = 24;

/** A request that was signed, and the key that it asks for. */
type SignedRequest = Readonly<{ wire: Wire; canonical: string; key: string }>;

/** A target for each scheme, by its name. */
export function requestTargets(): readonly Target[] {
  const random = seededRandom(20_260_301);
  const signed = new Map<string, readonly SignedRequest[]>();
  for (const carrier of carriers) {
    const cases = Array.from({ length: requestsPerCarrier }, () => {
      const plan = randomPlan(random, carrier, defaultRules);
      const { wire, canonical } = toCase(plan, random, defaultRules);
      return { wire, canonical, key: plan.key };
    });
    const scheme = carrier.startsWith('cos') ? 'cos' : 'sigv4';
    signed.set(scheme, [...(signed.get(scheme) ?? []), ...cases]);
  }
  const keys = new Map([...signed.values()].flat().map(({ canonical, key }) => [canonical, key]));
  const check = verdictCheck(keys);
  return [...signed].map(([name, cases]) => ({
    name,
    kind: 'text',
    weight: 3,
    maxLength: 4096,
    seeds: () => cases.map(({ wire }) => requestText(wire)).filter((text) => wireOf(text) !== null),
    run: check,
    examine: check,
  }));
}

/** Judges the verdict on a request. What Node's HTTP parser would reject is left out. */
function verdictCheck(signedKeys: ReadonlyMap<string, string>): Check {
  const verdict = toVerdict(defaultRules);
  return async (input) => {
    const wire = wireOf(input);
    if (wire === null) return [];
    const answer = await verdict(toRequest(wire));
    if ('code' in answer) return unexpected.has(answer.code) ? [`refused with ${answer.code}`] : [];
    const { canonicals, objections, keyId } = judgeRequest(wire, defaultRules);
    const canonical = canonicals.find((one) => signedKeys.has(one));
    const wrong = [...objections];
    if (canonical === undefined) wrong.push('nobody signed it');
    else if (signedKeys.get(canonical) !== answer.key) wrong.push('another object is fetched than was signed');
    if (answer.keyId !== keyId) wrong.push('another key is let in');
    return wrong.map((reason) => `accepted, but ${reason}`);
  };
}

/** Codes that no request can cause. */
const unexpected: ReadonlySet<string> = new Set(['InternalError', 'ConfigInvalid', 'KeysUnavailable', 'BucketFault']);

/** `GET /key?exif`, then a line for each header; characters are bytes. */
function requestText({ method, target, headers }: Wire): Uint8Array {
  const lines = [`${method} ${target}`, ...headers.map(([name, value]) => `${name}: ${value}`)];
  return Uint8Array.from(Buffer.from(lines.join('\n'), 'latin1'));
}

/** The request that a text describes; null when it is not HTTP [RFC 9112 3, RFC 9110 5]. */
function wireOf(input: Uint8Array): Wire | null {
  const [first = '', ...lines] = Buffer.from(input).toString('latin1').split('\n');
  const [, method, target] = /^([A-Za-z]{1,20}) ([\x21-\x7e]+)$/.exec(first) ?? [];
  if (method === undefined || target === undefined) return null;
  const headers: Header[] = [];
  for (const line of lines) {
    const [, name, value] = /^([\w!#$%&'*+.^`|~-]+):[ \t]*([\x20-\x7e\t\x80-\xff]*?)[ \t]*$/.exec(line) ?? [];
    if (name === undefined || value === undefined) return null;
    headers.push([name, value]);
  }
  return { method, target, headers };
}
