// The kinds of sink. CONTRIBUTING.md says how to add one. The code of each is loaded when a sink of its kind is opened.
import type { SecretLocation } from '../auth/key-location';
import type { Limits } from '../limits';
import { ProblemError } from '../problem';
import type { Env } from '../types';
import { createSinks } from './deliver';
import type { SinkLocation } from './location';
import type { Sink, SinkStyle, Sinks } from './sink';

export { parseSinkLocation, type SinkLocation } from './location';
export type { Sink, SinkMessage, SinkStyle, Sinks } from './sink';

export type SinkDeps = Readonly<{
  /** The region for a location without one (AWS_REGION); null = none. */
  region: string | null;
  /** Read for credentials at each request, and for proxies when a sink is opened. */
  env: Env;
  limits: Pick<Limits, 'tryMs'>;
  maxTries: number;
  /** The secret that signs webhooks, as Standard Webhooks writes it (`whsec_..`), or the place that has it; null = none. */
  secret: string | SecretLocation | null;
  /** Whether webhooks may be sent to private addresses, and without TLS. */
  allowPrivate: boolean;
}>;

type Open<Location> = (location: Location, deps: SinkDeps) => Sink;
type Openers = { [Kind in SinkLocation['kind']]?: Open<Extract<SinkLocation, { kind: Kind }>> };

const openers: Openers = {};

/** Opens all sinks. Opens no connection yet. Throws ProblemError ConfigInvalid when a region or the secret is missing. */
export function openSinks(locations: readonly SinkLocation[], style: SinkStyle, deps: SinkDeps): Sinks {
  const sinks = locations.map((location) => {
    const open = openers[location.kind] as Open<SinkLocation> | undefined;
    if (open === undefined) throw new ProblemError('ConfigInvalid', `Cannot open a sink of the kind ${location.kind}`);
    return open(location, deps);
  });
  return createSinks(sinks, style);
}
