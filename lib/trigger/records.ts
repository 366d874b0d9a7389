// The list `Records` that an event of many platforms is. Its first record tells whose.

import { type Fields, isFields, own } from './http-event';

/** The own list `Records` of an event; empty for anything else. */
export function recordsOf(event: Fields): readonly unknown[] {
  const records = own(event, 'Records');
  return Array.isArray(records) ? records : [];
}

/** True for an event whose first record `tells` so. */
export function firstTells(event: unknown, tells: (record: Fields) => boolean): event is Fields {
  if (!isFields(event)) return false;
  const [first] = recordsOf(event);
  return isFields(first) && tells(first);
}
