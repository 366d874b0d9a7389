// States of objects, as the service gives them to sinks, and sinks that are opened as the service opens them.

import type { SinkDeps } from '../../../lib/sink';
import { openSinks, parseSinkLocation, type Sinks } from '../../../lib/sink';
import type { ObjectState, SinkStyle } from '../../../lib/sink/sink';
import type { TagEntry } from '../../../lib/types';
import { serverEnv } from '../../../testing/servers/signed-http';
import { soon } from '../bucket/contract';
import { recordOf, refTo } from '../cache/entries';

const noOrder = { sequencer: null, lastModified: null };

const make = new TextEncoder().encode('Canon');
const tags: readonly TagEntry[] = [{ ifd: 'IFD0', tag: 0x10f, type: 2, count: make.length, offset: 0, value: make }];

/** An object with a record. */
export function readState(key: string, generation: number, bucket = 'photos'): ObjectState {
  const record = recordOf(tags);
  const stat = { size: 1234, etag: '"e1"', lastModified: new Date('2026-11-03T10:00:00Z') };
  const content = { kind: 'record', record: { ...record, stat } } as const;
  const entry = { ref: refTo(key, bucket), revision: '1', order: noOrder, generation, content };
  return { entry, failure: null, metadata: null };
}

/** An object with this answer to `?metadata`. */
export function metadataState(key: string, generation: number, record: object, bucket = 'photos'): ObjectState {
  return { ...readState(key, generation, bucket), metadata: JSON.stringify(record) };
}

/** An object that was removed. */
export function removedState(key: string, generation: number): ObjectState {
  const entry = { ref: refTo(key), revision: '1', order: noOrder, generation, content: { kind: 'gone' } as const };
  return { entry, failure: null, metadata: null };
}

/** An object that is not an image. */
export function unreadableState(key: string, generation: number): ObjectState {
  const content = {
    kind: 'fault',
    code: 'NotAnImage',
    stat: { size: 5, etag: '"t"', lastModified: null },
  } as const;
  const entry = { ref: refTo(key), revision: '1', order: noOrder, generation, content };
  return { entry, failure: null, metadata: null };
}

export const sinkDeps: SinkDeps = {
  region: null,
  env: serverEnv,
  limits: { tryMs: 2000 },
  maxTries: 3,
  secret: null,
  allowPrivate: false,
};

/** Sinks at locations as an operator writes them. */
export function sinksAt(locations: readonly string[], deps: Partial<SinkDeps> = {}, style: SinkStyle = 'flat'): Sinks {
  return openSinks(locations.map(parseSinkLocation), style, { ...sinkDeps, ...deps });
}

/** For each state null, or the message of the error with which its delivery ended. */
export async function deliverAll(sinks: Sinks, states: readonly ObjectState[]): Promise<(string | null)[]> {
  const results = await Promise.allSettled(states.map((state) => sinks.deliver(state, soon(20_000))));
  return results.map((result) => (result.status === 'fulfilled' ? null : (result.reason as Error).message));
}
