// Signs requests, mutates them, and compares the verdict of the verifier with that of the oracle.

import type { HttpRequest } from '../../lib/types';
import { decode } from '../../testing/auth/percent';
import { type Random, seededRandom } from '../../testing/random/seeded';
import { authMutators, signedNameCase } from './mutate-auth';
import { partMutators } from './mutate-parts';
import { pathMutators } from './mutate-path';
import { spoil } from './mutate-plan';
import { textMutators } from './mutate-text';
import type { MutationContext, Mutator } from './mutator';
import { judgeRequest } from './oracle';
import { type CarrierName, carriers, type Plan, randomPlan } from './plan';
import type { Rules } from './rules';
import { send } from './send';
import { copyDraft, type Draft, type Pair, sameWire, toRequest, toWire, type Wire } from './wire';

/** Under test: the key that would be fetched and the key id that was let in, or the code of the refusal. */
export type Verdict = (request: HttpRequest) => Promise<Acceptance | RefusalCode>;
export type Acceptance = Readonly<{ key: string; keyId: string | null }>;
export type RefusalCode = Readonly<{ code: string }>;

export type FuzzOptions = Readonly<{
  carrier: CarrierName;
  count: number;
  seed: number;
  rules: Rules;
  verdict: Verdict;
  /** The number of violations after which the run ends. */
  maxViolations: number;
  progress?: (done: number) => void;
}>;

export type Violation = Readonly<{
  reasons: readonly string[];
  mutations: readonly string[];
  original: Wire;
  mutated: Wire;
}>;

export type Tally = {
  mutations: number;
  refused: number;
  acceptedEqual: number;
  violations: Violation[];
  /** Of each 8th refused request: those that the oracle would let pass, by the code they were refused with. */
  equalRefused: Map<string, number>;
  /** Of one processor: others may share it. */
  seconds: number;
};

/** A request that was signed with a known key; `canonical` is the text of everything that the signature covers. */
export type Case = { plan: Plan; draft: Draft; wire: Wire; canonical: string };
type Run = { options: FuzzOptions; random: Random; tally: Tally; signed: Map<string, Plan>; donors: Case[] };

const mutators = [...textMutators, ...pathMutators, ...partMutators, ...authMutators];
const byWeight: readonly Mutator[] = mutators.flatMap((mutator) => Array<Mutator>(mutator.weight).fill(mutator));

/** Mutations of one signed request, and how many of them are signed again. */
const perCase = 48;
const spoiledPerCase = 5;
const refusedPerLook = 8;
const progressEvery = 5000;

export async function fuzz(options: FuzzOptions): Promise<Tally> {
  const tally: Tally = {
    mutations: 0,
    refused: 0,
    acceptedEqual: 0,
    violations: [],
    equalRefused: new Map(),
    seconds: 0,
  };
  const random = seededRandom(options.seed + carriers.indexOf(options.carrier) * 7919);
  const run: Run = { options, random, tally, signed: new Map(), donors: [] };
  const startedAt = process.cpuUsage();
  let partner = newCase(run, options.carrier);
  for (let round = 0; !isDone(run); round++) {
    if (round % 20 === 0) {
      run.donors = carriers.map((carrier) => newCase(run, carrier));
      run.signed.clear();
    }
    const subject = newCase(run, options.carrier);
    await fuzzCase(run, subject, partner);
    partner = subject;
    if ((round * perCase) % progressEvery < perCase) options.progress?.(tally.mutations);
  }
  tally.seconds = process.cpuUsage(startedAt).user / 1e6;
  return tally;
}

function isDone({ options, tally }: Run): boolean {
  return tally.mutations >= options.count || tally.violations.length >= options.maxViolations;
}

function newCase({ options, random }: Run, carrier: CarrierName): Case {
  return toCase(randomPlan(random, carrier, options.rules), random, options.rules);
}

/** Signs and writes a plan; `rules` are those of the oracle that says what the signature covers. */
export function toCase(plan: Plan, random: Random, rules: Rules): Case {
  const draft = send(plan, random);
  const wire = toWire(draft);
  // Without what is unsigned, all that is left is covered.
  return { plan, draft, wire, canonical: judgeRequest(toWire(signedPart(plan, draft)), rules).canonicals[0] ?? '' };
}

/** The request as it was signed: for SigV4 a parameter that its signer left out makes it another one. */
function signedPart({ params }: Plan, draft: Draft): Draft {
  const part = copyDraft(draft);
  for (const { name, value } of params.filter(({ signed }) => !signed)) {
    const isSame = ([rawName, rawValue]: Pair) => decode(rawName) === name && decode(rawValue ?? '') === (value ?? '');
    const at = part.params.findIndex(isSame);
    if (at >= 0) part.params.splice(at, 1);
  }
  return part;
}

async function fuzzCase(run: Run, subject: Case, partner: Case): Promise<void> {
  const { options, random, tally, signed } = run;
  for (const { canonical, plan } of [...run.donors, partner, subject]) signed.set(canonical, plan);
  const verdict = await ask(options.verdict, subject.wire);
  if ('code' in verdict) {
    const reasons = [`signed well, but refused: ${verdict.code}`];
    tally.violations.push({ reasons, mutations: [], original: subject.wire, mutated: subject.wire });
    return;
  }
  for (let i = 0; i < perCase && !isDone(run); i++) {
    const around = { random, rules: options.rules, partner: partner.draft, donor: random.pick(run.donors).draft };
    if (i < spoiledPerCase) await askSpoiled(run, subject, around);
    else await askMutated(run, subject, around);
  }
}

async function askMutated(run: Run, subject: Case, around: MutationContext): Promise<void> {
  const draft = copyDraft(subject.draft);
  const mutations: string[] = [];
  const most = run.random.pick([1, 1, 1, 2, 3]);
  let wire = subject.wire;
  // A mutator that finds nothing to change costs no turn.
  for (let tries = 0; mutations.length < most && tries < 12; tries++) {
    const mutator = run.random.pick(byWeight);
    mutator.mutate(draft, around);
    const next = toWire(draft);
    if (!sameWire(next, wire)) mutations.push(mutator.name);
    wire = next;
  }
  if (!sameWire(wire, subject.wire)) await compare(run, wire, mutations, subject.wire);
}

/** Signs a spoiled plan, and mutates every other: a check may fail in one form of a request only. */
async function askSpoiled(run: Run, { plan }: Case, around: MutationContext): Promise<void> {
  const { random, options } = run;
  const copy = {
    ...plan,
    params: plan.params.map((part) => ({ ...part })),
    headers: plan.headers.map((part) => ({ ...part })),
  };
  const mutations = spoil(copy, random, options.rules);
  const spoiled = toCase(copy, random, options.rules);
  run.signed.set(spoiled.canonical, copy);
  const draft = copyDraft(spoiled.draft);
  const mutator = random.pick([null, null, signedNameCase, random.pick(byWeight)]);
  mutator?.mutate(draft, around);
  const wire = toWire(draft);
  if (mutator !== null && !sameWire(wire, spoiled.wire)) mutations.push(mutator.name);
  await compare(run, wire, mutations, spoiled.wire);
}

async function compare(run: Run, wire: Wire, mutations: readonly string[], original: Wire): Promise<void> {
  const { tally, options } = run;
  const verdict = await ask(options.verdict, wire);
  tally.mutations++;
  let reasons: string[];
  if ('code' in verdict) {
    tally.refused++;
    reasons = verdict.code.startsWith(threw) ? [verdict.code] : [];
    if (tally.refused % refusedPerLook === 0 && objectionsTo(run, wire, null).length === 0) {
      tally.equalRefused.set(verdict.code, (tally.equalRefused.get(verdict.code) ?? 0) + 1);
    }
  } else {
    reasons = objectionsTo(run, wire, verdict);
    if (reasons.length === 0) tally.acceptedEqual++;
  }
  if (reasons.length > 0) tally.violations.push({ reasons, mutations, original, mutated: wire });
}

/** The reason why the request must not be accepted, or not in this way. */
function objectionsTo({ options, signed }: Run, wire: Wire, accepted: Acceptance | null): string[] {
  const { canonicals, objections, keyId } = judgeRequest(wire, options.rules);
  const plan = canonicals.map((canonical) => signed.get(canonical)).find((found) => found !== undefined);
  const reasons = [...objections];
  if (plan === undefined) reasons.push('not what was signed');
  if (accepted === null) return reasons;
  if (plan !== undefined && accepted.key !== plan.key) reasons.push(`fetches ${JSON.stringify(accepted.key)}`);
  if (accepted.keyId !== keyId) reasons.push(`lets in ${accepted.keyId ?? 'anybody'}`);
  return reasons;
}

const threw = 'threw: ';

/** Most verdicts are errors, and a stack takes longer than the rest of one: it is asked for where it will be shown. */
async function ask(verdict: Verdict, wire: Wire): Promise<Acceptance | RefusalCode> {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return await verdict(toRequest(wire));
  } catch {
    Error.stackTraceLimit = limit;
    return { code: `${threw}${await stackOf(verdict, wire)}` };
  } finally {
    Error.stackTraceLimit = limit;
  }
}

async function stackOf(verdict: Verdict, wire: Wire): Promise<string> {
  try {
    await verdict(toRequest(wire));
    return 'once only';
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}
