// Keys that are opened with a clock that a test sets: for the tests of keys and of their sources.
import { inspect } from 'node:util';
import { parseKeyLocation } from '../../../lib/auth/key-location';
import { parseKeyRing } from '../../../lib/auth/key-ring';
import { type KeyOptions, openKeys } from '../../../lib/auth/keys';
import { ProblemError } from '../../../lib/problem';

export const ttlMs = 60_000;
export const one = '{"AK1":"hush-1"}';
export const both = '{"AK1":["hush-1","hush-2"]}';
export const two = '{"AK1":"hush-2"}';

/** Keys with a clock that a test sets, and all that was reported and noted. */
export function opened(location: string, options: Partial<KeyOptions> = {}) {
  const clock = { ms: Date.UTC(2026, 10, 3) };
  const reports: string[] = [];
  const notes: string[] = [];
  const keys = openKeys(parseKeyLocation(location), {
    env: {},
    region: 'eu-central-1',
    ttlMs,
    now: () => new Date(clock.ms),
    report: (problem) => reports.push(told(problem)),
    note: (text) => notes.push(text),
    ...options,
  });
  return { clock, reports, notes, keys: async () => secretsIn(await keys()), ring: async () => keys() };
}

/** A time `ms` after that of `opened`, as messages have it. */
export const after = (ms: number): string => new Date(Date.UTC(2026, 10, 3) + ms).toISOString().replace('.000', '');
export const holdUntil = (ms: number): string => `; the last good keys are valid until ${after(ms)}`;

/** Which of the secrets of the tests the ring knows. */
export function secretsIn(ring: Awaited<ReturnType<ReturnType<typeof openKeys>>>): string[] {
  const macs = [...ring.keys.values()].flatMap(({ secrets }) => secrets.map((secret) => `${secret('sha1', 'text')}`));
  return ['hush-1', 'hush-2'].filter((text) =>
    macs.includes(
      `${parseKeyRing(JSON.stringify({ A: text }))
        .keys.get('A')
        ?.secrets[0]?.('sha1', 'text')}`,
    ),
  );
}

/** `code: message`; no error may carry a secret or a cause. */
export function told(problem: unknown): string {
  if (!(problem instanceof ProblemError)) throw problem;
  expect(problem.cause).toBeUndefined();
  expect(inspect(problem, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toMatch(/hush|iam::/);
  return `${problem.code}: ${problem.message}`;
}

export const refused = (keys: () => Promise<unknown>): Promise<string> => keys().then(() => 'was read', told);
