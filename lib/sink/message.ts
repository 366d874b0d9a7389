// Makes the message about an object from its entry in the cache.
import { createHash } from 'node:crypto';
import { fitsUtf8 } from '../bytes/utf8';
import { styles } from '../style';
import type { ObjectRef, ObjectStat } from '../types';
import type { MessageType, ObjectState, Outgoing, SinkMessage, SinkStyle } from './sink';

/** The state of an object as a message, with its record in `style`. */
export async function messageOf({ entry, failure, metadata }: ObjectState, style: SinkStyle): Promise<SinkMessage> {
  const { ref, generation, content } = entry;
  const about = (type: MessageType, stat: ObjectStat | null) => ({
    id: idOf(ref, [stat?.etag ?? null, generation, style]),
    type,
    bucket: ref.bucket,
    key: ref.key,
    order: generation,
    etag: stat?.etag ?? null,
    size: stat?.size ?? null,
    lastModified: dateText(stat?.lastModified ?? null),
  });
  const stat = content.kind === 'gone' ? null : content.kind === 'record' ? content.record.stat : content.stat;
  if (failure !== null) return { ...about('unreadable', stat), code: failure };
  if (content.kind === 'gone') return about('removed', null);
  const text = metadata ?? (content.kind === 'record' ? await styles.get(style)?.render(content.record) : undefined);
  if (text !== undefined) return { ...about('read', stat), style, record: JSON.parse(text) };
  return { ...about('unreadable', stat), code: content.kind === 'fault' ? content.code : 'InternalError' };
}

/** A store may send a date that is none. */
function dateText(date: Date | null): string | null {
  return date === null || Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** 32 hex digits. The style counts: a backfill in another style sends other records with the same orders. */
function idOf(
  { bucket, key }: ObjectRef,
  state: readonly [etag: string | null, order: number, style: SinkStyle],
): string {
  const text = JSON.stringify([bucket, key, ...state]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** A message and its text of at most `maxBytes` of UTF-8: of a longer one, the tags are left out, or else the record. */
export function fitMessage(message: SinkMessage, maxBytes: number): Outgoing {
  const whole = outgoing(message);
  if (fitsUtf8(whole.text, maxBytes) || message.record === undefined) return whole;
  const { record, ...bare } = message;
  const { tags, ...members } = record;
  const shorter = outgoing({ ...bare, record: members, cut: 'tags' });
  if (tags !== undefined && fitsUtf8(shorter.text, maxBytes)) return shorter;
  return outgoing({ ...bare, cut: 'record' });
}

/** SQS refuses the two characters that no XML can have; JSON.stringify escapes all others of that kind. */
function outgoing(message: SinkMessage): Outgoing {
  const text = JSON.stringify(message).replace(/[\ufffe\uffff]/g, (char) =>
    char === '\ufffe' ? '\\ufffe' : '\\uffff',
  );
  return { message, text };
}
