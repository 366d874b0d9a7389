// The call SendMessageBatch of Amazon SQS in its JSON protocol, with its documented limits [SQS API Reference, SendMessageBatch].
import { createHash, randomUUID } from 'node:crypto';
import { type AwsService, jsonProtocol, ServiceError, startAwsService } from './aws-service';

type Entry = Readonly<{
  Id: string;
  MessageBody: string;
  MessageGroupId?: string;
  MessageDeduplicationId?: string;
}>;

export type FakeSqs = AwsService &
  Readonly<{
    /** All messages in the queue. */
    messages: Entry[];
    /** The code with which an entry is refused while others of the call are accepted; null accepts it. */
    refusals: { of: (entry: Entry) => string | null };
  }>;

/** Has one queue, `account/name`. `maxBytes`: its MaximumMessageSize. */
export async function startSqs(queue: string, maxBytes = 262_144, region = 'eu-west-1'): Promise<FakeSqs> {
  const state: Pick<FakeSqs, 'messages' | 'refusals'> = { messages: [], refusals: { of: () => null } };
  const isFifo = queue.endsWith('.fifo');
  const known = new Map<string, string>();
  const service = await startAwsService({
    service: 'sqs',
    region,
    protocol: jsonProtocol('1.0', 'com.amazonaws.sqs'),
    throttling: 'RequestThrottled',
    answer(body, { headers }) {
      if (headers['x-amz-target'] !== 'AmazonSQS.SendMessageBatch') throw new ServiceError('UnknownOperationException');
      const { QueueUrl, Entries } = JSON.parse(body) as { QueueUrl: string; Entries: readonly Entry[] };
      if (new URL(QueueUrl).pathname !== `/${queue}`) throw new ServiceError('QueueDoesNotExist');
      checkBatch(Entries, maxBytes);
      const Successful: object[] = [];
      const Failed: object[] = [];
      for (const entry of Entries) {
        const code = faultOf(entry, isFifo) ?? state.refusals.of(entry);
        if (code !== null) {
          Failed.push({ Id: entry.Id, Code: code, SenderFault: true, Message: entry.MessageBody });
          continue;
        }
        const again = known.get(entry.MessageDeduplicationId ?? '');
        const MessageId = again ?? randomUUID();
        if (again === undefined) state.messages.push(entry);
        if (entry.MessageDeduplicationId !== undefined) known.set(entry.MessageDeduplicationId, MessageId);
        const MD5OfMessageBody = createHash('md5').update(entry.MessageBody).digest('hex');
        Successful.push({ Id: entry.Id, MessageId, MD5OfMessageBody });
      }
      return JSON.stringify({ Successful, Failed });
    },
  });
  return { ...service, ...state };
}

/** Throws ServiceError for what makes SQS refuse all entries. */
function checkBatch(entries: readonly Readonly<{ Id: string; MessageBody: string }>[], maxBytes: number): void {
  if (entries.length === 0) throw new ServiceError('EmptyBatchRequest');
  if (entries.length > 10) throw new ServiceError('TooManyEntriesInBatchRequest');
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) throw new ServiceError('BatchEntryIdsNotDistinct');
  if (!entries.every(({ Id }) => /^[\w-]{1,80}$/.test(Id))) throw new ServiceError('InvalidBatchEntryId');
  const bytes = entries.reduce((sum, { MessageBody }) => sum + Buffer.byteLength(MessageBody), 0);
  if (bytes > maxBytes) throw new ServiceError('BatchRequestTooLong');
}

function faultOf({ MessageBody, MessageGroupId, MessageDeduplicationId }: Entry, isFifo: boolean): string | null {
  if (MessageBody === '') return 'MissingParameter';
  // "#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF"
  if (!/^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]+$/u.test(MessageBody)) return 'InvalidMessageContents';
  return fifoFault({ MessageGroupId, MessageDeduplicationId }, isFifo);
}

/** What FIFO queues and topics want of a message, and standard ones refuse. */
export function fifoFault(
  ids: Readonly<{ MessageGroupId: string | undefined; MessageDeduplicationId: string | undefined }>,
  isFifo: boolean,
): string | null {
  const { MessageGroupId: group, MessageDeduplicationId: id } = ids;
  if (!isFifo) return id === undefined ? null : 'InvalidParameterValue';
  if (group === undefined) return 'MissingParameter';
  // Without it the queue would have to make it of the content, which is not turned on.
  if (id === undefined) return 'InvalidParameterValue';
  return [group, id].every((text) => /^[\x21-\x7e]{1,128}$/.test(text)) ? null : 'InvalidParameterValue';
}
