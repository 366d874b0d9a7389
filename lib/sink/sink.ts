// What a sink is: a place outside this service that is told about each change of an object.
import type { SecretLocation } from '../auth/key-location';
import type { Limits } from '../limits';
import type { CacheEntry, Env, StyleName } from '../types';

/** What a message says about an object: its record, why it has none, or that the object is gone. */
export type MessageType = 'read' | 'unreadable' | 'removed';

/** How the record of a message is written: a style of `?exif`, or `metadata` for that of `?metadata`. */
export type SinkStyle = StyleName | 'metadata';

/**
 * What a sink is told about an object, as its JSON has it. `docs/sinks.md` and `docs/schema/sink.schema.json` describe it.
 * - `id` is the same whenever the same state of an object is sent again: a hash of bucket, key, ETag, order and style.
 * - `order` grows with each state of an object. A receiver keeps the message with the greatest order; of two
 *   with the same order, the later one.
 * - `etag`, `size` and `lastModified` (ISO 8601, UTC) are of the version that was read; null when they are not known.
 * - `record` is the answer in `style`, only in a message of the type `read`. `cut`: the record was too long for the sink, so its
 *   member `tags`, or the whole record, was left out.
 * - `code` says why the object has no record, only in a message of the type `unreadable`.
 */
export type SinkMessage = Readonly<{
  id: string;
  type: MessageType;
  bucket: string;
  key: string;
  order: number;
  etag: string | null;
  size: number | null;
  lastModified: string | null;
  style?: SinkStyle;
  record?: Readonly<Record<string, unknown>>;
  cut?: 'tags' | 'record';
  code?: string;
}>;

/** A message, and its JSON as the sink gets it. */
export type Outgoing = Readonly<{ message: SinkMessage; text: string }>;

/**
 * A place that messages are sent to. `send` sends all of them in one request, and returns for each, in order, null or why it was
 * not accepted. It throws ProblemError `SinkFault` when none was. Sending a message again does no harm. `limits`: messages in one
 * call, bytes of the text of one message, and of all texts in one call.
 */
export type Sink = Readonly<{
  /** Names the sink in the log, without secrets: `eventbridge:photos`. */
  name: string;
  limits: Readonly<{ messages: number; messageBytes: number; callBytes: number }>;
  send(messages: readonly Outgoing[], signal: AbortSignal): Promise<readonly (string | null)[]>;
}>;

/**
 * The state of an object after an event. `failure`: the code of the problem that ended the reading, or null. `metadata`: the
 * answer to `?metadata`, when the style is `metadata` and the object has one.
 */
export type ObjectState = Readonly<{ entry: CacheEntry; failure: string | null; metadata: string | null }>;

/** All sinks of a deployment. `deliver` throws ProblemError `SinkFault` unless every sink has accepted the message. */
export type Sinks = Readonly<{
  style: SinkStyle;
  deliver(state: ObjectState, signal: AbortSignal): Promise<void>;
}>;

/** What opening a sink needs in addition to its location. */
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
