// The text that says where the keys of callers are, as an operator writes it.

import {
  endpointOption,
  type Grammar,
  type Refuse,
  readLocation,
  regionOption,
  splitOptions,
} from '../io/location-text';

/** An environment variable with the keys. */
export type EnvLocation = Readonly<{ kind: 'env'; name: string }>;
/** A file with the keys. */
export type FileLocation = Readonly<{ kind: 'file'; name: string }>;
/** A secret or a parameter in AWS. `region` null = the caller's default; `endpoint` null = AWS. */
export type RemoteLocation = Readonly<{
  kind: 'secretsmanager' | 'ssm';
  name: string;
  region: string | null;
  endpoint: URL | null;
}>;
export type KeyLocation = EnvLocation | FileLocation | RemoteLocation;

const secretForms =
  'file:PATH, secretsmanager:<name or ARN>[?region=..&endpoint=..] or ssm:<name or ARN>[?region=..&endpoint=..]';

const secretSchemes: Grammar<SecretLocation>['schemes'] = {
  'file:': fileLocation,
  'secretsmanager:': (rest, refuse) => remoteLocation('secretsmanager', rest, refuse),
  'ssm:': (rest, refuse) => remoteLocation('ssm', rest, refuse),
};

const grammar: Grammar<KeyLocation> = {
  subject: 'the keys',
  forms: `env:NAME, ${secretForms}`,
  schemes: { 'env:': envLocation, ...secretSchemes },
};

/** Reads a location. Throws ProblemError ConfigInvalid that repeats nothing of it: it may be the keys themselves. */
export function parseKeyLocation(text: string): KeyLocation {
  return readLocation(text, grammar);
}

/** A place that has one secret, and no variable: that would be the secret itself. */
export type SecretLocation = Exclude<KeyLocation, EnvLocation>;

/** Whether a text is such a location, and not the secret itself. */
export function isSecretLocation(text: string): boolean {
  return /^(?:file|secretsmanager|ssm):/.test(text);
}

/** Reads the location of a secret. Throws ProblemError ConfigInvalid that repeats nothing of it. */
export function parseSecretLocation(text: string): SecretLocation {
  return readLocation(text, { subject: 'the secret', forms: secretForms, schemes: secretSchemes });
}

/** The environment variable that has the keys; null when they are elsewhere, or when the location is wrong. */
export function keyVariable(text: string): string | null {
  const name = text.startsWith('env:') ? text.slice('env:'.length) : '';
  return isVariableName(name) ? name : null;
}

function isVariableName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}

function envLocation(name: string, refuse: Refuse): EnvLocation {
  if (!isVariableName(name)) throw refuse('env: needs the name of an environment variable');
  return { kind: 'env', name };
}

/** Later messages repeat the path, so a text that may be the keys themselves is refused. Only shells know `~`. */
function fileLocation(path: string, refuse: Refuse): FileLocation {
  if (!/^(?:\.{0,2}\/|[^~{}[\]"':]+$)/.test(path) || /\p{Cc}/u.test(path)) {
    throw refuse('file: needs a path, such as /etc/keys.json or keys.json');
  }
  return { kind: 'file', name: path };
}

function remoteLocation(kind: RemoteLocation['kind'], rest: string, refuse: Refuse): RemoteLocation {
  const { name, options } = splitOptions(rest, ['region', 'endpoint'], refuse);
  if (!/^[A-Za-z0-9/_+=.@!:-]{1,2048}$/.test(name)) throw refuse(`${kind}: needs a name or an ARN`);
  const arn = /^arn:[a-z0-9-]+:([a-z0-9-]+):([a-z0-9-]+):\d{12}:./.exec(name);
  if (name.startsWith('arn:') && arn?.[1] !== kind) throw refuse(`the ARN must be one of ${kind}`);
  const region = regionOption(options, refuse) ?? arn?.[2] ?? null;
  return { kind, name, region, endpoint: endpointOption(options, refuse) };
}
