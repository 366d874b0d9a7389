// The call PublishBatch of Amazon SNS in its query protocol, with its documented limits [SNS API Reference, PublishBatch].
import { randomUUID } from 'node:crypto';
import { type AwsService, queryProtocol, ServiceError, startAwsService } from './aws-service';
import { fifoFault } from './sqs';

export type Published = Readonly<{
  Id: string;
  Message: string;
  MessageGroupId?: string;
  MessageDeduplicationId?: string;
  /** By name, each a text. */
  attributes: Readonly<Record<string, string>>;
}>;

export type FakeSns = AwsService &
  Readonly<{
    /** All messages of the topic. */
    messages: Published[];
    /** The code with which an entry is refused while others of the call are accepted; null accepts it. */
    refusals: { of: (entry: Published) => string | null };
  }>;

const maxBytes = 262_144;

/** Has one topic. */
export async function startSns(arn: string, region = 'eu-west-1'): Promise<FakeSns> {
  const state: Pick<FakeSns, 'messages' | 'refusals'> = { messages: [], refusals: { of: () => null } };
  const isFifo = arn.endsWith('.fifo');
  const known = new Map<string, string>();
  const service = await startAwsService({
    service: 'sns',
    region,
    protocol: queryProtocol,
    throttling: 'Throttling',
    answer(body) {
      const form = new URLSearchParams(body);
      if (form.get('Action') !== 'PublishBatch' || form.get('Version') !== '2010-03-31')
        throw new ServiceError('InvalidAction');
      if (form.get('TopicArn') !== arn) throw new ServiceError('NotFound', 404);
      const entries = entriesOf(form);
      checkBatch(entries);
      let [successful, failed] = ['', ''];
      for (const entry of entries) {
        const { Id, Message, MessageGroupId, MessageDeduplicationId } = entry;
        const fault =
          Message === '' ? 'InvalidParameter' : fifoFault({ MessageGroupId, MessageDeduplicationId }, isFifo);
        const code = fault ?? state.refusals.of(entry);
        if (code !== null) {
          failed += `<member><Id>${Id}</Id><Code>${code}</Code><Message>top-secret</Message><SenderFault>true</SenderFault></member>`;
          continue;
        }
        const again = known.get(MessageDeduplicationId ?? '');
        const id = again ?? randomUUID();
        if (again === undefined) state.messages.push(entry);
        if (MessageDeduplicationId !== undefined) known.set(MessageDeduplicationId, id);
        successful += `<member><Id>${Id}</Id><MessageId>${id}</MessageId></member>`;
      }
      return `<PublishBatchResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishBatchResult><Failed>${failed}</Failed><Successful>${successful}</Successful></PublishBatchResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></PublishBatchResponse>`;
    },
  });
  return { ...service, ...state };
}

function entriesOf(form: URLSearchParams): readonly Published[] {
  const entries: Published[] = [];
  for (let n = 1; form.has(`PublishBatchRequestEntries.member.${n}.Id`); n++) {
    const at = `PublishBatchRequestEntries.member.${n}`;
    const attributes: Record<string, string> = {};
    for (let m = 1; form.has(`${at}.MessageAttributes.entry.${m}.Name`); m++) {
      const entry = `${at}.MessageAttributes.entry.${m}`;
      const value = form.get(`${entry}.Value.StringValue`);
      if (form.get(`${entry}.Value.DataType`) !== 'String' || !value) throw new ServiceError('ParameterValueInvalid');
      attributes[form.get(`${entry}.Name`) ?? ''] = value;
    }
    const [group, id] = [form.get(`${at}.MessageGroupId`), form.get(`${at}.MessageDeduplicationId`)];
    entries.push({
      Id: form.get(`${at}.Id`) ?? '',
      Message: form.get(`${at}.Message`) ?? '',
      ...(group === null ? {} : { MessageGroupId: group }),
      ...(id === null ? {} : { MessageDeduplicationId: id }),
      attributes,
    });
  }
  return entries;
}

function checkBatch(entries: readonly Published[]): void {
  if (entries.length === 0) throw new ServiceError('EmptyBatchRequest');
  if (entries.length > 10) throw new ServiceError('TooManyEntriesInBatchRequest');
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) throw new ServiceError('BatchEntryIdsNotDistinct');
  if (!entries.every(({ Id }) => /^[\w-]{1,80}$/.test(Id))) throw new ServiceError('InvalidBatchEntryId');
  // The names, types and values of attributes count too.
  const texts = entries.flatMap(({ Message, attributes }) => [
    Message,
    ...Object.entries(attributes).flatMap(([name, value]) => [name, 'String', value]),
  ]);
  if (texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) > maxBytes)
    throw new ServiceError('BatchRequestTooLong');
}
