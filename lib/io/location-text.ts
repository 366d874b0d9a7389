// How all locations are written, whether they name a bucket, a cache or the keys: `scheme:name?option=value&...`.
// A bucket or a cache may also be the path of a folder.

import { ProblemError } from '../problem';
import { nearest } from './nearest';

/** Makes the error for a wrong location. `reason` says what is allowed. It repeats no value: one may be a password. */
export type Refuse = (reason: string) => ProblemError;

/** How the locations of one kind of thing are written. */
export type Grammar<Location> = Readonly<{
  /** What has such a location, for messages: `a bucket`. */
  subject: string;
  /** All forms, for the message about a text that has none of them. */
  forms: string;
  /** Reads the text after each scheme. A scheme includes its colon and slashes: `s3://`. */
  schemes: Readonly<Record<string, (rest: string, refuse: Refuse) => Location>>;
}>;

/** Options by name, decoded, each with a value. */
export type LocationOptions = ReadonlyMap<string, string>;

/** A folder of the local disk. */
export type DirectoryLocation = Readonly<{ kind: 'directory'; path: string }>;

/** Reads a location. Throws ProblemError ConfigInvalid that says what is allowed and repeats no value. */
export function readLocation<Location>(text: string, { subject, forms, schemes }: Grammar<Location>): Location {
  const refuse: Refuse = (reason) =>
    new ProblemError('ConfigInvalid', `Cannot read the location of ${subject}: ${reason}`);
  const isPath = /^\.{0,2}\/|^\.{1,2}$/.test(text);
  const whole = isPath ? `directory:${text}` : text;
  const scheme = Object.keys(schemes).find((name) => whole.startsWith(name));
  const read = scheme === undefined ? undefined : schemes[scheme];
  if (scheme === undefined || read === undefined) throw refuse(`it must be ${forms}`);
  return read(whole.slice(scheme.length), refuse);
}

/** Reads what follows `directory:`, which is any path. */
export function directoryLocation(path: string, refuse: Refuse): DirectoryLocation {
  if (path === '' || path.includes('\0')) throw refuse('directory: needs a path');
  return { kind: 'directory', path };
}

/** The text before the first `?`, and the options after it. Each option is in `allowed`, given once, and has a value. */
export function splitOptions(
  rest: string,
  allowed: readonly string[],
  refuse: Refuse,
): Readonly<{ name: string; options: LocationOptions }> {
  const [name = '', ...queries] = rest.split('?');
  const options = new Map<string, string>();
  for (const pair of queries.length === 0 ? [] : queries.join('?').split('&')) {
    const at = pair.indexOf('=');
    const option = at < 0 ? pair : pair.slice(0, at);
    if (!allowed.includes(option)) throw refuse(`it has an unknown option; ${locationOptionHint(option, allowed)}`);
    if (options.has(option)) throw refuse(`option "${option}" is given twice`);
    const value = at < 0 ? '' : decodeOption(option, pair.slice(at + 1), refuse);
    if (value === '') throw refuse(`option "${option}" has no value`);
    options.set(option, value);
  }
  return { name, options };
}

function locationOptionHint(option: string, allowed: readonly string[]): string {
  const meant = nearest(option, allowed);
  return meant === null ? `known options: ${allowed.join(', ')}` : `did you mean "${meant}"?`;
}

function decodeOption(option: string, text: string, refuse: Refuse): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refuse(`option "${option}" has a % that starts no percent-encoding: write %25 for it`);
  }
}

/** The option `name`, which must be one of `allowed`; null when it is not given. */
export function choiceOption(
  name: string,
  options: LocationOptions,
  allowed: readonly string[],
  refuse: Refuse,
): string | null {
  const value = options.get(name);
  if (value === undefined) return null;
  if (!allowed.includes(value)) throw refuse(`option "${name}" must be ${allowed.join(' or ')}`);
  return value;
}

/** The option `region`, which becomes part of a host name and of signatures; null when it is not given. */
export function regionOption(options: LocationOptions, refuse: Refuse): string | null {
  const region = options.get('region');
  if (region === undefined) return null;
  if (!/^[a-z0-9-]{1,32}$/.test(region)) throw refuse('option "region" may contain only a-z, 0-9 and -');
  return region;
}

/** The option `endpoint`; null when it is not given. */
export function endpointOption(options: LocationOptions, refuse: Refuse): URL | null {
  const text = options.get('endpoint');
  if (text === undefined) return null;
  const url = parseEndpoint(text);
  if (url === null) throw refuse(`option "endpoint" must be ${endpointForm}`);
  return url;
}

/** What `parseEndpoint` takes, for messages. */
export const endpointForm = 'http://host[:port] or https://host[:port], without path, query or user name';

/** An endpoint as a URL; null for a text that is not one. URL itself also takes `http:host`, and `\` for `/`. */
export function parseEndpoint(text: string): URL | null {
  return /^https?:\/\/[^\s\\?#@/]+\/?$/i.test(text) && URL.canParse(text) ? new URL(text) : null;
}
