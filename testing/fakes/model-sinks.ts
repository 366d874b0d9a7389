// Models of sinks: one that keeps the message with the greatest order of each object, as a table does, and one that keeps every
// message, as a queue does. And what must be true of them.
import { isDeepStrictEqual } from 'node:util';
import { ProblemError } from '../../lib/problem';
import type { Outgoing, Sink, SinkMessage } from '../../lib/sink/sink';
import type { Calls } from './faulty-calls';
import type { ModelBucket, Version } from './model-bucket';

/** `limits.messages`: messages in one call. */
export type ModelSink = Readonly<{
  name: string;
  limits: Sink['limits'];
  accept(message: SinkMessage): void;
  /** All messages that were accepted, in order; of a table, those that it keeps. */
  messages(): readonly SinkMessage[];
}>;

const limitsOf = (messages: number): Sink['limits'] => ({ messages, messageBytes: 100_000, callBytes: 1_000_000 });

/** Keeps for each object the message with the greatest order. */
export function tableSink(messages = 1): ModelSink {
  const rows = new Map<string, SinkMessage>();
  return {
    name: 'table',
    limits: limitsOf(messages),
    accept(message) {
      if (message.order >= (rows.get(message.key)?.order ?? Number.NEGATIVE_INFINITY)) rows.set(message.key, message);
    },
    messages: () => [...rows.values()],
  };
}

export function queueSink(messages = 1): ModelSink {
  const all: SinkMessage[] = [];
  return {
    name: 'queue',
    limits: limitsOf(messages),
    accept: (message) => void all.push(message),
    messages: () => all,
  };
}

/** A model as a sink for the process with these `calls`. `refuses`: whether one message of a call is refused. */
export function sinkOf({ name, limits, accept }: ModelSink, calls: Calls, refuses: () => boolean): Sink {
  const fault = () => new ProblemError('SinkFault', 'Cannot reach the sink');
  const acceptOne = ({ text }: Outgoing): string | null => {
    if (refuses()) return 'it is busy';
    accept(JSON.parse(text) as SinkMessage);
    return null;
  };
  return { name, limits, send: (batch) => calls(async () => batch.map(acceptOne), fault) };
}

/** The record that is right for a content of the model bucket; null for a content that is not an image. */
export type RightRecord = (content: number) => unknown;

/**
 * What is wrong with the messages of a sink about `key`, or null. A sink that keeps all must have the states of the object in
 * their order, and one message for each id.
 */
export function wrongIn(sink: ModelSink, key: string, model: ModelBucket, right: RightRecord): string | null {
  const messages = sink.messages().filter((message) => message.key === key);
  const ordered = [...messages].sort((a, b) => a.order - b.order);
  const versions = model.since(key, 0);
  let at = 0;
  for (const [i, message] of ordered.entries()) {
    const before = ordered[i - 1];
    const isSame = before !== undefined && isDeepStrictEqual(before, message);
    if (before !== undefined && !isSame && (before.id === message.id || before.order === message.order))
      return `two messages have the order ${message.order}: ${textOf(before)} and ${textOf(message)}`;
    const next = versions.findIndex((version, n) => n >= at && isAbout(message, version, right));
    if (next < 0) return `${textOf(message)} is about no version since ${JSON.stringify(versions[at])}`;
    at = next;
  }
  const [current, last] = [model.current(key), ordered.at(-1)];
  if (last === undefined) return versions.length > 1 ? `no message about ${key}` : null;
  return isAbout(last, current, right)
    ? null
    : `the last message is ${textOf(last)}, but ${JSON.stringify(current)} is there`;
}

/** Whether a message says what is true of a version; null = the object does not exist. */
function isAbout(message: SinkMessage, version: Version | null, right: RightRecord): boolean {
  const { type, code, etag } = message;
  if (version === null) return type === 'removed';
  // Of an empty object the stores say nothing.
  if (version.content === 0) return type === 'unreadable' && code === 'EmptyObject';
  if (etag !== version.etag) return false;
  const record = right(version.content);
  if (record === null) return type === 'unreadable' && code === 'NotAnImage';
  return type === 'read' && isDeepStrictEqual(withoutTag(message.record), withoutTag(record));
}

/** A record of metadata has the ETag. */
function withoutTag(record: unknown): unknown {
  return typeof record === 'object' ? { ...record, etag: null } : record;
}

function textOf({ type, order, etag, code, record }: SinkMessage): string {
  return `${type} ${etag} ${code ?? ''} at ${order} ${JSON.stringify(record)?.slice(0, 80) ?? ''}`;
}
