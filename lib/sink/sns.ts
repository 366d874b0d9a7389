// A sink in a topic of Amazon SNS. Filter policies of subscriptions can use the attributes `type`, `bucket` and `style`.
import { ifMissing } from '../io/optional-package';
import { awsPlaceOf, clientConfig } from '../s3/aws-client';
import { fifoMembers, maxBatch, nameInArn, resultsOf, sendWith, sinkFault } from './aws-batch';
import type { ArnLocation } from './location';
import type { Sink, SinkDeps, SinkMessage } from './sink';

/** Bytes of the messages of one call, and of one message: SNS takes 256 KiB, of which the attributes of ten take up to 2 KiB. */
const callBytes = 254 * 1024;

/** Needs `sns:Publish`. Throws ProblemError ConfigInvalid when no region is known. */
export function snsSink({ arn, ...location }: ArnLocation, deps: SinkDeps): Sink {
  const name = `sns:${nameInArn(arn)}`;
  const place = awsPlaceOf(name, location, deps);
  const isFifo = arn.endsWith('.fifo');
  return {
    name,
    limits: { messages: maxBatch, messageBytes: callBytes, callBytes },
    send: sendWith(open, async ({ sdk, client }, messages, options) => {
      const PublishBatchRequestEntries = messages.map(({ message, text }, at) => ({
        Id: String(at),
        Message: text,
        MessageAttributes: attributesOf(message),
        ...(isFifo ? fifoMembers(message) : {}),
      }));
      const command = new sdk.PublishBatchCommand({ TopicArn: arn, PublishBatchRequestEntries });
      return resultsOf(messages, await client.send(command, options));
    }),
  };

  async function open() {
    const sdk = await import('@aws-sdk/client-sns').catch(ifMissing('@aws-sdk/client-sns', 'A sink in SNS', sinkFault));
    return { sdk, client: new sdk.SNSClient(clientConfig(place)) };
  }
}

function attributesOf({ type, bucket, style }: SinkMessage) {
  const members = Object.entries({ type, bucket, style }).flatMap(([name, StringValue]) =>
    StringValue === undefined ? [] : [[name, { DataType: 'String', StringValue }] as const],
  );
  return Object.fromEntries(members);
}
