// What an operator should know of the settings at the start, though they do not stop it.
import { isAccessPointAlias } from '../../lib/bucket';
import { writeLog } from '../log';
import type { Config } from './config';

/** A sentence for each alias of an access point that is used without the name of the bucket behind it. */
export function startWarnings({
  fallback,
  hosts,
  cache,
}: Pick<Config, 'fallback' | 'hosts' | 'cache'>): readonly string[] {
  const places = [...hosts.values(), ...(fallback === null ? [] : [fallback])];
  const aliases = new Set(places.flatMap(({ location }) => bareAlias(location) ?? []));
  const warnings = [...aliases].map(
    (alias) =>
      `${alias} is the alias of an access point. Upload events carry the name of the bucket behind it, so they are not ` +
      'followed: add events=<bucket name> to the location, for example s3://alias-s3alias?events=photos',
  );
  if (cache.location === null || bareAlias(cache.location) === null) return warnings;
  const inCache =
    'EXIF_CACHE is the alias of an access point. If its bucket is one whose upload events are followed, each entry that is ' +
    'written is followed as an upload: add events=<bucket name> to the location, so that this is found at the start';
  return [...warnings, inCache];
}

/** Writes them to the log. */
export function logStartWarnings(config: Config): void {
  for (const note of startWarnings(config)) writeLog({ level: 'warn', code: 'OK', note });
}

/** The alias of an access point that a location names without its bucket; null for any other. */
function bareAlias(location: Readonly<{ kind: string; bucket?: string; events?: string }>): string | null {
  const { bucket = '', events } = location;
  return events === undefined && isAccessPointAlias(bucket) ? bucket : null;
}
