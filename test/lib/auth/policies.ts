// Policies in both languages: for the tests of policies and of their parts.
import { allows, type PolicyRequest, parsePolicy } from '../../../lib/auth/policy';

export const object: PolicyRequest = {
  bucket: 'photos-1250000000',
  region: 'ap-guangzhou',
  key: 'shared/a.jpg',
  now: new Date('2026-06-15T12:00:00Z'),
  sourceIp: '203.0.113.7',
  referer: null,
};

export type Json = Readonly<Record<string, unknown>>;
export type Effect = 'allow' | 'deny';

export const camAll = { effect: 'allow', action: 'name/cos:GetObject', resource: '*' };
export const awsAll = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
export const cam = (...statement: readonly unknown[]) => ({ version: '2.0', statement });
export const aws = (...Statement: readonly unknown[]) => ({ Version: '2012-10-17', Statement });
export const camWith = (change: Json) => cam({ ...camAll, ...change });
export const awsWith = (change: Json) => aws({ ...awsAll, ...change });
/** A policy that allows all and then has a statement with `change`; or has only that, when it allows. */
export const camRule = (effect: Effect, change: Json) =>
  cam(...(effect === 'deny' ? [camAll] : []), { ...camAll, effect, ...change });

export const may = (policy: unknown, change: Partial<PolicyRequest> = {}): boolean =>
  allows(parsePolicy(policy), { ...object, ...change });
export const mayCam = (resource: unknown, change: Partial<PolicyRequest>) => may(camWith({ resource }), change);
export const mayAws = (Resource: unknown, change: Partial<PolicyRequest>) => may(awsWith({ Resource }), change);

/** The answer to a request with one condition, in an allow or a deny. */
export function met(condition: Json, change: Partial<PolicyRequest>, effect: Effect = 'allow'): boolean {
  return may(camRule(effect, { condition }), change) === (effect === 'allow');
}
