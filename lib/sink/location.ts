// The location of a sink: the text in which an operator says where messages go.

import {
  endpointOption,
  type Grammar,
  type Refuse,
  readLocation,
  regionOption,
  splitOptions,
} from '../io/location-text';
import { cosLocation, eventBucket, s3Location } from '../s3/location';
import { type ObjectsLocation, objectsLocation } from '../s3/objects-location';

/** Where a service of AWS is. `region` null = the caller's default. `endpoint` null = AWS. */
type Service = Readonly<{ region: string | null; endpoint: URL | null }>;

/** `bus`: the name or the ARN of an event bus. */
export type EventBridgeLocation = Service & Readonly<{ kind: 'eventbridge'; bus: string }>;
/** A queue or a topic by its ARN. */
export type ArnLocation = Service & Readonly<{ kind: 'sqs' | 'sns'; arn: string }>;
export type TableLocation = Service & Readonly<{ kind: 'dynamodb'; table: string }>;
export type WebhookLocation = Readonly<{ kind: 'https'; url: URL }>;
export type SinkLocation = EventBridgeLocation | ArnLocation | TableLocation | WebhookLocation | ObjectsLocation;

const serviceOptions = ['region', 'endpoint'] as const;

const grammar: Grammar<SinkLocation> = {
  subject: 'a sink',
  forms:
    'eventbridge:bus, sqs:<ARN of a queue>, sns:<ARN of a topic>, dynamodb:table[?columns=flat], each with [?region=..&endpoint=..], ' +
    'https://host/path, s3://name[/prefix][?region=..&endpoint=..&style=path|virtual] or cos://name-appid[/prefix]?region=..',
  schemes: {
    'eventbridge:': eventBridgeLocation,
    'sqs:': (rest, refuse) => arnLocation('sqs', rest, refuse),
    'sns:': (rest, refuse) => arnLocation('sns', rest, refuse),
    'dynamodb:': tableLocation,
    'https://': (rest, refuse) => webhookLocation(`https://${rest}`, refuse),
    'http://': (rest, refuse) => webhookLocation(`http://${rest}`, refuse),
    's3://': (rest, refuse) => objectsLocation(rest, refuse, s3Location),
    'cos://': (rest, refuse) => objectsLocation(rest, refuse, cosLocation),
  },
};

/** Reads a location. Throws ProblemError ConfigInvalid that says what is allowed and repeats no value. */
export function parseSinkLocation(text: string): SinkLocation {
  return readLocation(text, grammar);
}

/** The keys of the objects with messages that a sink in a bucket writes: those with this start, and `changesSuffix` at the end. */
export function changesPrefix(prefix: string): string {
  return `${prefix === '' ? '' : `${prefix}/`}changes/`;
}
export const changesSuffix = '.ndjson';

/** The bucket, by its name in events, and the start of the keys of a sink that writes objects; null for every other sink. */
export function sinkObjects(location: SinkLocation): Readonly<{ bucket: string; prefix: string }> | null {
  if (location.kind !== 's3' && location.kind !== 'cos') return null;
  return { bucket: eventBucket(location), prefix: changesPrefix(location.prefix) };
}

function eventBridgeLocation(rest: string, refuse: Refuse): EventBridgeLocation {
  const { name, options } = splitOptions(rest, serviceOptions, refuse);
  const bus = /^arn:aws[a-z-]*:events:[a-z0-9-]+:\d{12}:event-bus\/[\w./-]{1,256}$/.test(name);
  if (!bus && !/^[\w./-]{1,256}$/.test(name)) throw refuse('eventbridge: needs the name or the ARN of an event bus');
  return { kind: 'eventbridge', bus: name, ...serviceOf(options, refuse, regionOfArn(name)) };
}

function arnLocation(kind: 'sqs' | 'sns', rest: string, refuse: Refuse): ArnLocation {
  const { name: arn, options } = splitOptions(rest, serviceOptions, refuse);
  if (!new RegExp(`^arn:aws[a-z-]*:${kind}:[a-z0-9-]+:\\d{12}:[\\w-]{1,256}(?:\\.fifo)?$`).test(arn)) {
    throw refuse(
      `${kind}: needs the ARN of a ${kind === 'sqs' ? 'queue' : 'topic'}, arn:aws:${kind}:region:account:name`,
    );
  }
  return { kind, arn, ...serviceOf(options, refuse, regionOfArn(arn)) };
}

function tableLocation(rest: string, refuse: Refuse): TableLocation {
  const { name, options } = splitOptions(rest, [...serviceOptions, 'columns'], refuse);
  const table = name.replace(/^\/\//, ''); // as a cache is written
  if (!/^[A-Za-z0-9_.-]{3,255}$/.test(table)) throw refuse('dynamodb: needs the name of a table');
  if ((options.get('columns') ?? 'flat') !== 'flat') throw refuse('option "columns" must be flat');
  return { kind: 'dynamodb', table, ...serviceOf(options, refuse, null) };
}

function webhookLocation(text: string, refuse: Refuse): WebhookLocation {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.username !== '' || url.password !== '' || url.hash !== '')
    throw refuse('https:// needs a host, and takes no user name and no #');
  return { kind: 'https', url };
}

function serviceOf(options: ReadonlyMap<string, string>, refuse: Refuse, region: string | null): Service {
  return { region: regionOption(options, refuse) ?? region, endpoint: endpointOption(options, refuse) };
}

/** The region in an ARN; null for a text that is none. */
function regionOfArn(text: string): string | null {
  return text.startsWith('arn:') ? (text.split(':')[3] ?? null) : null;
}
