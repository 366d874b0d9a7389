// S3 events by way of Amazon EventBridge [S3 User Guide, "EventBridge event message structure"]: one event, one object.

import { type Fields, isFields, own, ownFields } from './event-fields';
import { hasVersion, type Reading, replyWhole, toWork, uploadTrigger } from './upload-trigger';

/** Tells itself by `source` and `detail-type`. */
export const eventBridge = uploadTrigger({
  name: 'eventbridge',
  matches: isEventBridge,
  read: (event) => [{ id: own(event, 'id'), readings: [readEventBridge(event)] }],
  reply: replyWhole,
});

/** True for an event of S3, of any kind. */
export function isEventBridge(event: unknown): event is Fields {
  return isFields(event) && own(event, 'source') === 'aws.s3' && typeof own(event, 'detail-type') === 'string';
}

/** What the event says. The key is not encoded. */
export function readEventBridge(event: Fields): Reading {
  const type = own(event, 'detail-type');
  if (type !== 'Object Created' && type !== 'Object Deleted') return 'nothing';
  const detail = ownFields(event, 'detail');
  const object = ownFields(detail, 'object');
  return toWork({
    bucket: own(ownFields(detail, 'bucket'), 'name'),
    key: own(object, 'key'),
    removed: type === 'Object Deleted' && isGone(own(detail, 'deletion-type'), own(object, 'version-id')),
    sequencer: own(object, 'sequencer'),
    time: own(event, 'time'),
  });
}

/** `Permanently Deleted` with a version id removed that version: another one may be the current one now. */
function isGone(deletion: unknown, version: unknown): boolean {
  return deletion === 'Delete Marker Created' || (deletion === 'Permanently Deleted' && !hasVersion(version));
}
