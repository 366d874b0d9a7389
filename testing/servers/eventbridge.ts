// The call PutEvents of Amazon EventBridge, with its documented limits [EventBridge API Reference, PutEvents].
import { type AwsService, jsonProtocol, ServiceError, startAwsService } from './aws-service';

export type Entry = Readonly<{
  EventBusName?: string;
  Source?: string;
  DetailType?: string;
  Detail?: string;
  Resources?: readonly string[];
  Time?: number;
}>;

export type FakeEventBridge = AwsService &
  Readonly<{
    /** All entries that were accepted. */
    events: Entry[];
    /** The code with which an entry is refused while others of the call are accepted; null accepts it. */
    refusals: { of: (entry: Entry) => string | null };
  }>;

/** Bytes of all entries of a call: "less than 256KB". The smaller of the two readings of KB. */
const maxBytes = 256_000;

/** Has one bus, with the name `bus`. */
export async function startEventBridge(bus: string, region = 'eu-west-1'): Promise<FakeEventBridge> {
  const state: Pick<FakeEventBridge, 'events' | 'refusals'> = { events: [], refusals: { of: () => null } };
  const service = await startAwsService({
    service: 'events',
    region,
    protocol: jsonProtocol('1.1', 'com.amazonaws.events'),
    throttling: 'ThrottlingException',
    answer(body, { headers }) {
      if (headers['x-amz-target'] !== 'AWSEvents.PutEvents') throw new ServiceError('UnknownOperationException');
      const { Entries } = JSON.parse(body) as { Entries: readonly Entry[] };
      if (!Array.isArray(Entries) || Entries.length < 1 || Entries.length > 10)
        throw new ServiceError('ValidationException');
      if (Entries.reduce((sum, entry) => sum + entryBytes(entry), 0) >= maxBytes)
        throw new ServiceError('ValidationException');
      const results = Entries.map((entry) => {
        const code = faultOf(entry, bus, region) ?? state.refusals.of(entry);
        if (code !== null) return { ErrorCode: code, ErrorMessage: `${entry.Detail}` };
        state.events.push(entry);
        return { EventId: `00000000-0000-0000-0000-${String(state.events.length).padStart(12, '0')}` };
      });
      const FailedEntryCount = results.filter((result) => 'ErrorCode' in result).length;
      return JSON.stringify({ FailedEntryCount, Entries: results });
    },
  });
  return { ...service, ...state };
}

/** As "Calculating PutEvents event entry size" says. */
function entryBytes({ Time, Source = '', DetailType = '', Detail = '', Resources = [] }: Entry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), Time === undefined ? 0 : 14);
}

function faultOf(entry: Entry, bus: string, region: string): string | null {
  const { EventBusName = 'default', Source = '', DetailType = '', Detail = '', Resources = [] } = entry;
  if (![bus, `arn:aws:events:${region}:123456789012:event-bus/${bus}`].includes(EventBusName)) return 'InvalidArgument';
  if (Source === '' || Source.startsWith('aws.')) return 'NotAuthorizedForSourceException';
  if (DetailType === '' || DetailType.length > 128) return 'InvalidArgument';
  if (Resources.some((text) => text.length > 2048)) return 'InvalidArgument';
  return isObject(Detail) ? null : 'MalformedDetail';
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
