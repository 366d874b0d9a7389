// Warnings about settings that are allowed, but may not do what the operator expects.
import { isAccessPointAlias } from '../../lib/bucket';
import { writeLog } from '../write-log';
import { placesOf } from './bucket-settings';
import type { Config } from './config';

type Warned = Pick<Config, 'fallback' | 'hosts' | 'cache' | 'readAhead' | 'sinks'>;

/** A sentence for each setting that may not do what it says. `isServer`: whether this process only answers requests. */
export function startWarnings(config: Warned, isServer: boolean): readonly string[] {
  return [...aliasWarnings(config), ...readAheadWarnings(config), ...(isServer ? sinkWarnings(config) : [])];
}

function sinkWarnings({ sinks }: Warned): readonly string[] {
  return sinks.locations.length === 0
    ? []
    : ['EXIF_SINK has no effect here: a server follows no events, so it sends no messages. Backfills and functions do'];
}

/** A sentence for each alias of an access point that is used without the name of its bucket. */
function aliasWarnings({ fallback, hosts, cache }: Pick<Config, 'fallback' | 'hosts' | 'cache'>): readonly string[] {
  const aliases = new Set(placesOf({ fallback, hosts }).flatMap(({ location }) => bareAlias(location) ?? []));
  const warnings = [...aliases].map(
    (alias) =>
      `${alias} is the alias of an access point. Upload events have the name of its bucket instead, so they are not ` +
      'followed: add events=<bucket name> to the location, for example s3://alias-s3alias?events=photos',
  );
  if (cache.location === null || bareAlias(cache.location) === null) return warnings;
  const inCache =
    'EXIF_CACHE is the alias of an access point. If upload events of its bucket are followed, each written entry is ' +
    'followed as an upload: add events=<bucket name> to the location, so that this is noticed at the start';
  return [...warnings, inCache];
}

function readAheadWarnings({
  readAhead,
  fallback,
  hosts,
}: Pick<Config, 'readAhead' | 'fallback' | 'hosts'>): readonly string[] {
  if (readAhead !== 'latency') return [];
  const isRemote = placesOf({ fallback, hosts }).some(({ location }) => location.kind !== 'directory');
  return isRemote
    ? []
    : ['EXIF_READ_AHEAD=latency has no effect: all files are on this machine, which has no round trips'];
}

/** Writes the warnings to the log. */
export function logStartWarnings(config: Config, isServer: boolean): void {
  for (const note of startWarnings(config, isServer)) writeLog({ level: 'warn', code: 'OK', note }, config.log);
}

/** The alias of an access point that a location has without the name of its bucket; null for other locations. */
function bareAlias(location: Readonly<{ kind: string; bucket?: string; events?: string }>): string | null {
  const { bucket = '', events } = location;
  return events === undefined && isAccessPointAlias(bucket) ? bucket : null;
}
