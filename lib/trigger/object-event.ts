// What a platform tells of one object, as work for the cache. Shared by all doors of uploads.

import { maxKeyBytes, sequencerDigits } from '../limits';
import type { ObjectEvent } from '../types';

/** A job without its id and its door. */
export type Work = Readonly<{ act: 'warm' | 'forget'; object: ObjectEvent }>;

/** What a record says: work; `nothing` that concerns the cache; or it is not understood. */
export type Reading = Work | 'nothing' | 'unread';

/** What a record holds, of any type. `removed`: the current version is gone, and not only one of several. */
export type Told = Readonly<{ bucket: unknown; key: unknown; removed: boolean; sequencer: unknown; time: unknown }>;

/**
 * The work that a record asks for. A removal is forgotten without a look only where the event can be put in order;
 * everywhere else the object is read, which finds out for itself that it is gone.
 */
export function toWork({ bucket, key, removed, sequencer, time }: Told): Reading {
  if (typeof bucket !== 'string' || bucket === '' || !isKey(key)) return 'unread';
  const order = { lastModified: readTime(time), sequencer: readSequencer(sequencer) };
  const known = order.lastModified !== null && order.sequencer !== null;
  if (removed && known) return { act: 'forget', object: { bucket, key, order } };
  // When the object was written is not when the event came about: the store will say.
  return { act: 'warm', object: { bucket, key, order: { ...order, lastModified: null } } };
}

/** Whether there is a version id: absent, null and empty are none, `null` as a text is the version of that name. */
export function hasVersion(id: unknown): boolean {
  return id !== undefined && id !== null && id !== '';
}

/** True for a key that a store can hold. */
function isKey(key: unknown): key is string {
  if (typeof key !== 'string' || key === '' || key.length > maxKeyBytes || !key.isWellFormed()) return false;
  return new TextEncoder().encode(key).length <= maxKeyBytes;
}

/** Null for what S3 never sends, also by its length: the object is then read, as without a sequencer. */
function readSequencer(text: unknown): string | null {
  const { least, most } = sequencerDigits;
  if (typeof text !== 'string' || text.length < least || text.length > most) return null;
  return /^[0-9A-Fa-f]+$/.test(text) ? text : null;
}

/** A time as S3 and EventBridge write it [RFC 3339]. */
function readTime(text: unknown): Date | null {
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(text)) return null;
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? null : time;
}
