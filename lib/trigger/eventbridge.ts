// S3 events through Amazon EventBridge [S3 User Guide, "EventBridge event message structure"]: one event, one object.

import { type Fields, own, ownFields } from './event-fields';
import { type EventPart, hasVersion, type Meaning, replyWhole, toMeaning, uploadTrigger } from './upload-trigger';

/** Recognised by `source` and `detail-type`. */
export const eventBridge = uploadTrigger('eventbridge', (event) => {
  const parts = readEventBridge(event);
  return parts === null ? null : { parts, reply: replyWhole };
});

/** The one part of an event of S3, of any kind; null for another shape. */
export function readEventBridge(event: Fields): readonly EventPart[] | null {
  const type = own(event, 'detail-type');
  if (own(event, 'source') !== 'aws.s3' || typeof type !== 'string') return null;
  return [{ id: own(event, 'id'), meanings: [meaningOf(event, type)] }];
}

/** The key is not encoded. */
function meaningOf(event: Fields, type: string): Meaning {
  if (type !== 'Object Created' && type !== 'Object Deleted') return 'irrelevant';
  const detail = ownFields(event, 'detail');
  const object = ownFields(detail, 'object');
  return toMeaning({
    bucket: own(ownFields(detail, 'bucket'), 'name'),
    key: own(object, 'key'),
    removed: type === 'Object Deleted' && isGone(own(detail, 'deletion-type'), own(object, 'version-id')),
    sequencer: own(object, 'sequencer'),
    time: own(event, 'time'),
  });
}

/** `Permanently Deleted` with a version id removed that version only: the current version may now be another one. */
function isGone(deletion: unknown, version: unknown): boolean {
  return deletion === 'Delete Marker Created' || (deletion === 'Permanently Deleted' && !hasVersion(version));
}
