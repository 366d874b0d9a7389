// Compares what sinks have with a fresh read of the metadata of each object.
import { isDeepStrictEqual } from 'node:util';
import { metadataContent } from '../../lib/metadata/content';
import { ProblemError } from '../../lib/problem';
import { readMetadata } from '../../lib/read/metadata';
import { nothingKnown } from '../../lib/read/object';
import type { SinkMessage } from '../../lib/sink/sink';
import type { Env, ObjectStat } from '../../lib/types';
import { readConfig } from '../../service/config/config';
import { jobDeps } from '../../service/job-runner';
import type { Comparison } from './compare';
import type { SinkPlace } from './sink-place';

/** Reads at the same time. */
const lanes = 16;
const answer = metadataContent('flat');

/** Compares each sink with the objects `keys`, which are read now and may be gone. */
export async function compareSinks(
  env: Env,
  places: readonly SinkPlace[],
  keys: readonly string[],
): Promise<ReadonlyMap<string, Comparison>> {
  const held = await Promise.all(places.map((place) => place.states()));
  const all = new Set([...keys, ...held.flatMap((states) => [...states.keys()])]);
  const fresh = await freshMessages(env, [...all]);
  const compareOne = (place: SinkPlace, at: number): Comparison => {
    const result: Comparison = { same: 0, missing: [], stale: [], ghosts: [] };
    for (const [key, message] of fresh) {
      const form = held[at]?.get(key)?.form ?? null;
      if (message === null) {
        if (form === null) result.same++;
        else result.ghosts.push(key);
      } else if (form === null) result.missing.push(key);
      else if (isDeepStrictEqual(form, place.formOf(message))) result.same++;
      else result.stale.push(key);
    }
    return result;
  };
  return new Map(places.map((place, at) => [place.name, compareOne(place, at)]));
}

/** A message about each object as it is now, made without a cache; null = it is gone. */
async function freshMessages(env: Env, keys: readonly string[]): Promise<ReadonlyMap<string, SinkMessage | null>> {
  const { buckets, named, limits, dropGroups } = jobDeps(readConfig(env));
  const [route] = named.values();
  const bucket = buckets.get(route?.bucketId ?? '');
  if (route === undefined || bucket === undefined) throw new Error('no bucket is set');
  const messages = new Map<string, SinkMessage | null>();
  const todo = keys.values();
  const lane = async (): Promise<void> => {
    for (const key of todo) {
      const request = {
        ref: { ...route, key },
        deps: { bucket, limits, dropGroups },
        cost: { requests: 0, bytes: 0 },
        known: nothingKnown,
        signal: AbortSignal.timeout(30_000),
      };
      const read = await readMetadata(request, answer).catch(goneOnly);
      const about = (stat: ObjectStat | null) => ({
        id: '',
        bucket: route.bucket,
        key,
        order: 0,
        etag: stat?.etag ?? null,
        size: stat?.size ?? null,
        lastModified: null,
      });
      if (read === null) messages.set(key, null);
      else if (read.kind === 'metadata') {
        const record = JSON.parse(await answer.render(read.record));
        messages.set(key, { ...about(read.record.exif.stat), type: 'read', style: 'metadata', record });
      } else if (read.kind === 'fault')
        messages.set(key, { ...about(read.stat), type: 'unreadable', code: read.problem.code });
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return messages;
}

function goneOnly(error: unknown): null {
  if (error instanceof ProblemError && error.code === 'NoSuchKey') return null;
  throw error;
}
