// Measures the CPU time of a verdict, for each place of a signature.

import { type CarrierName, carriers, randomPlan } from '../check/auth/plan';
import { defaultRules } from '../check/auth/rules';
import { send } from '../check/auth/send';
import { toVerdict } from '../check/auth/target';
import { toRequest, toWire } from '../check/auth/wire';
import { median } from '../testing/program/median';
import { seededRandom } from '../testing/random/seeded';

/** Microseconds of CPU for one verdict: the median round; `accepted` of all requests. */
export type VerdictCost = Readonly<{ carrier: CarrierName; micros: number; accepted: number; requests: number }>;

/** Costs of random signed requests, the carriers taking turns. */
export async function measureVerdicts(rounds: number): Promise<readonly VerdictCost[]> {
  const random = seededRandom(1);
  const verdict = toVerdict(defaultRules);
  const sets = carriers.map((carrier) => ({
    carrier,
    requests: Array.from({ length: 500 }, () =>
      toRequest(toWire(send(randomPlan(random, carrier, defaultRules), random))),
    ),
    micros: [] as number[],
    accepted: 0,
  }));
  for (let round = 0; round <= rounds; round++) {
    for (const set of sets) {
      const before = process.cpuUsage();
      set.accepted = 0;
      for (const request of set.requests) if ('key' in (await verdict(request))) set.accepted++;
      const { user, system } = process.cpuUsage(before);
      if (round > 0) set.micros.push((user + system) / set.requests.length);
    }
  }
  return sets.map(({ carrier, requests, micros, accepted }) => ({
    carrier,
    micros: median(micros),
    accepted,
    requests: requests.length,
  }));
}
