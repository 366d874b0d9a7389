// A sink that writes messages into a bucket: one object of NDJSON for each call. A dataset takes them from there.
import { randomBytes } from 'node:crypto';
import { ProblemError } from '../problem';
import { orAgain, type S3ClientOptions, s3Client } from '../s3/client';
import { clientOptions } from '../s3/client-options';
import type { ObjectsLocation } from '../s3/objects-location';
import { putObject } from '../s3/put-object';
import { changesPrefix, changesSuffix } from './location';
import type { Sink, SinkDeps } from './sink';

export type ObjectsSinkOptions = S3ClientOptions &
  Readonly<{
    name: string;
    /** The prefix of every key, without `/` at its end; '' = none. */
    prefix: string;
  }>;

const MiB = 1024 * 1024;
/** No record is too long for an object: the entry of a cache has at most 2 MiB. */
const limits = { messages: 5_000, messageBytes: 4 * MiB, callBytes: 4 * MiB } as const;

/** Opens the sink at a location. Throws ProblemError ConfigInvalid when no region is known. */
export function openObjects(location: ObjectsLocation, deps: SinkDeps): Sink {
  const { kind, bucket, prefix } = location;
  const name = `${kind}://${bucket}${prefix === '' ? '' : `/${prefix}`}`;
  return objectsSink({ ...clientOptions(location, deps), name, prefix });
}

/**
 * A sink that writes `<prefix>/changes/<yyyy>-<mm>-<dd>/<hh>/<unique>.ndjson`, by the time of the call in UTC. Its credentials need
 * PutObject. Throws ProblemError `SinkFault` for a refusal, and what the client throws.
 */
export function objectsSink(options: ObjectsSinkOptions): Sink {
  const { name, prefix, now = () => new Date() } = options;
  const client = s3Client(options);
  return {
    name,
    limits,
    async send(messages, signal) {
      const key = changesKey(prefix, now(), randomBytes(8).toString('hex'));
      const put = {
        key,
        headers: { 'Content-Type': 'application/x-ndjson' },
        body: new TextEncoder().encode(messages.map(({ text }) => `${text}\n`).join('')),
        doing: `write ${JSON.stringify(key)}`,
        done: null,
        refused: ({ text, again }: Readonly<{ text: string; again: boolean }>) =>
          orAgain(new ProblemError('SinkFault', text), again),
      };
      await putObject(client, put, signal);
      return messages.map(() => null);
    },
  };
}

/** A key that no other call has, and that sorts by time: `changes/2026-11-03/10/20261103T102030456Z-0123456789abcdef.ndjson`. */
export function changesKey(prefix: string, now: Date, unique: string): string {
  const iso = now.toISOString(); // 2026-11-03T10:20:30.456Z
  const name = `${iso.replace(/[-:.]/g, '')}-${unique}`;
  return `${changesPrefix(prefix)}${iso.slice(0, 10)}/${iso.slice(11, 13)}/${name}${changesSuffix}`;
}
