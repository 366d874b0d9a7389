// The kinds of sink. CONTRIBUTING.md says how to add one. The code of each is loaded when a sink of its kind is opened.
import { createSinks } from './deliver';
import type { SinkLocation } from './location';
import type { Sink, SinkDeps, SinkStyle, Sinks } from './sink';

export { parseSinkLocation, type SinkLocation } from './location';
export type { Sink, SinkDeps, SinkMessage, SinkStyle, Sinks } from './sink';

type Open<Location> = (location: Location, deps: SinkDeps) => Sink;
type Openers = { [Kind in SinkLocation['kind']]: Open<Extract<SinkLocation, { kind: Kind }>> };

const openers: Openers = {
  eventbridge: (location, deps) => eventBridge().eventBridgeSink(location, deps),
  sqs: (location, deps) => sqs().sqsSink(location, deps),
  sns: (location, deps) => sns().snsSink(location, deps),
  dynamodb: (location, deps) => dynamo().dynamoSink(location, deps),
  https: (location, deps) => webhook().openWebhook(location, deps),
  s3: (location, deps) => objects().openObjects(location, deps),
  cos: (location, deps) => objects().openObjects(location, deps),
};

// Loaded on first use, as the code of every kind is.
const eventBridge = () => require('./eventbridge') as typeof import('./eventbridge');
const sqs = () => require('./sqs') as typeof import('./sqs');
const sns = () => require('./sns') as typeof import('./sns');
const dynamo = () => require('./dynamodb') as typeof import('./dynamodb');
const webhook = () => require('./webhook') as typeof import('./webhook');
const objects = () => require('./objects') as typeof import('./objects');

/** Opens all sinks. Opens no connection yet. Throws ProblemError ConfigInvalid when a region or the secret is missing. */
export function openSinks(locations: readonly SinkLocation[], style: SinkStyle, deps: SinkDeps): Sinks {
  const sinks = locations.map((location) => {
    const open = openers[location.kind] as Open<SinkLocation>;
    return open(location, deps);
  });
  return createSinks(sinks, style);
}
