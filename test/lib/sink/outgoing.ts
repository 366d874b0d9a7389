// Messages for the tests of sinks.
import type { MessageType, Outgoing, SinkMessage } from '../../../lib/sink/sink';

/** A message about the object number `index`; its id is the number in 32 digits. */
export function outgoingOf(index: number, change: Partial<SinkMessage> = {}): Outgoing {
  const message: SinkMessage = {
    id: String(index).padStart(32, '0'),
    type: 'read' as MessageType,
    bucket: 'photos',
    key: `2024/Zürich 🗻 ${index}.jpg`,
    order: 1_793_700_000_000 + index,
    etag: `"etag-${index}"`,
    size: 1_000 + index,
    lastModified: '2026-11-03T10:20:30.000Z',
    style: 'flat',
    record: { make: 'Canon', model: 'R5' },
    ...change,
  };
  return { message, text: JSON.stringify(message) };
}

/** So many messages, from number `first` on. */
export function outgoings(count: number, first = 0): readonly Outgoing[] {
  return Array.from({ length: count }, (_, index) => outgoingOf(first + index));
}
