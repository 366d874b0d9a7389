// A sink in a queue of Amazon SQS.
import { ifMissing } from '../io/optional-package';
import { awsPlaceOf, clientConfig } from '../s3/aws-client';
import { awsPartition } from '../s3/aws-partition';
import { fifoMembers, maxBatch, nameInArn, resultsOf, sendWith, sinkFault } from './aws-batch';
import type { ArnLocation } from './location';
import type { Sink, SinkDeps } from './sink';

/**
 * Bytes of the messages of one call, and of one message. SQS takes 1 MiB, but a queue made before August 2025 takes 256 KiB
 * unless its MaximumMessageSize was raised.
 */
const callBytes = 256 * 1024;

/** Needs `sqs:SendMessage`. Throws ProblemError ConfigInvalid when no region is known. */
export function sqsSink({ arn, ...location }: ArnLocation, deps: SinkDeps): Sink {
  const name = `sqs:${nameInArn(arn)}`;
  const place = awsPlaceOf(name, location, deps);
  const QueueUrl = queueUrl(arn, place);
  const isFifo = arn.endsWith('.fifo');
  return {
    name,
    limits: { messages: maxBatch, messageBytes: callBytes, callBytes },
    send: sendWith(open, async ({ sdk, client }, messages, options) => {
      const Entries = messages.map(({ message, text }, at) => ({
        Id: String(at),
        MessageBody: text,
        ...(isFifo ? fifoMembers(message) : {}),
      }));
      return resultsOf(messages, await client.send(new sdk.SendMessageBatchCommand({ QueueUrl, Entries }), options));
    }),
  };

  async function open() {
    const sdk = await import('@aws-sdk/client-sqs').catch(ifMissing('@aws-sdk/client-sqs', 'A sink in SQS', sinkFault));
    return { sdk, client: new sdk.SQSClient(clientConfig(place)) };
  }
}

/** The URL of the queue with an ARN. Asking for it (GetQueueUrl) would need another permission. */
export function queueUrl(
  arn: string,
  { region, endpoint }: Readonly<{ region: string; endpoint: URL | null }>,
): string {
  const [account = '', name = ''] = arn.split(':').slice(-2);
  const origin = endpoint?.origin ?? `https://sqs.${region}.${awsPartition(region).domain}`;
  return `${origin}/${account}/${name}`;
}
