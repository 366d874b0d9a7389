// A sink in Amazon EventBridge: each message is an event, which rules can match and send to about twenty services.
import { ifMissing } from '../io/optional-package';
import { awsPlaceOf, clientConfig, safeCode } from '../s3/aws-client';
import { awsPartition } from '../s3/aws-partition';
import { maxBatch, sendWith, sinkFault } from './aws-batch';
import type { EventBridgeLocation } from './location';
import type { MessageType, Outgoing, Sink, SinkDeps } from './sink';

/**
 * Bytes of the messages of one call. A call takes 256 KB, in which the source, the type and the ARN of each event count too
 * [EventBridge, Calculating event entry size]: up to 1.2 KB, of ten events 12 KB.
 */
const callBytes = 240_000;

const detailTypes: Readonly<Record<MessageType, string>> = {
  read: 'Image read',
  unreadable: 'Image unreadable',
  removed: 'Image removed',
};

/** Needs `events:PutEvents`. Throws ProblemError ConfigInvalid when no region is known. */
export function eventBridgeSink({ bus, ...location }: EventBridgeLocation, deps: SinkDeps): Sink {
  const name = `eventbridge:${bus.replace(/^arn:.*:event-bus\//, '')}`;
  const place = awsPlaceOf(name, location, deps);
  const { name: partition } = awsPartition(place.region);
  const toEntry = ({ message: { type, bucket, key }, text }: Outgoing) => ({
    EventBusName: bus,
    Source: 'bucket-exif',
    DetailType: detailTypes[type],
    Detail: text,
    Resources: [`arn:${partition}:s3:::${bucket}/${key}`],
  });
  return {
    name,
    limits: { messages: maxBatch, messageBytes: callBytes, callBytes },
    send: sendWith(open, async ({ sdk, client }, messages, options) => {
      const { Entries = [] } = await client.send(new sdk.PutEventsCommand({ Entries: messages.map(toEntry) }), options);
      return messages.map((_, at) => {
        const { EventId, ErrorCode } = Entries[at] ?? {};
        return EventId !== undefined && ErrorCode === undefined ? null : `refused with ${safeCode(ErrorCode)}`;
      });
    }),
  };

  async function open() {
    const sdk = await import('@aws-sdk/client-eventbridge').catch(
      ifMissing('@aws-sdk/client-eventbridge', 'A sink in EventBridge', sinkFault),
    );
    return { sdk, client: new sdk.EventBridgeClient(clientConfig(place)) };
  }
}
