// The sinks of the functions `upload` and `batch`: their settings, their rights, and the table created with
// `--param createSink=on`. The function `http` sends nothing, so it gets none of them.
import { parseSinkLocation, type SinkLocation, type TableLocation } from '../../lib/sink/location';
import { splitList } from '../../service/config/setting';
import { sinkSettingNames } from '../../service/config/sink-config';
import { DeployError, tryParse, type Variables } from '../check';
import { keysArn, type NamedValues, resource, sub } from './cloudformation';
import type { StackParameters } from './parameters';
import { allow, keyStatements } from './statements';

const isOfSinks = (name: string): boolean => (sinkSettingNames as readonly string[]).includes(name);

/** The settings without those of the sinks. */
export function withoutSinks(settings: Variables): Variables {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !isOfSinks(name)));
}

/** The settings of the sinks: those in `own`, and the parameter. */
export function sinkSettings({ sink }: Pick<StackParameters, 'sink'>, own: Variables): Variables {
  const settings = Object.fromEntries(Object.entries(own).filter(([name]) => isOfSinks(name)));
  return sink === '' ? settings : { ...settings, EXIF_SINK: sink };
}

/** The sinks at AWS that a text names. Wrong ones are refused later (deploy/check.ts). */
function sinksAtAws(sink: string): readonly Exclude<SinkLocation, { kind: 'https' }>[] {
  return splitList(sink)
    .map((text) => tryParse(parseSinkLocation, text))
    .filter((location) => location !== null)
    .filter((location) => location.kind !== 'https' && location.kind !== 'cos')
    .filter(({ endpoint }) => endpoint === null);
}

/** Allows to send to each sink at AWS, to use its KMS key, and to read the secret of webhooks. */
export function sinkStatements({ sink, kmsKeys }: StackParameters, settings: Variables): readonly NamedValues[] {
  const sinks = sinksAtAws(sink);
  const services = ['s3', 'sns', 'sqs'].filter((name) => sinks.some(({ kind }) => kind === name));
  const secret = settings['EXIF_SINK_SECRET'] ?? '';
  return [
    ...sinks.map((location) => allow(...rightOf(location))),
    ...keyStatements(secret),
    ...(kmsKeys.length === 0 || services.length === 0 ? [] : [kmsStatement(kmsKeys, services)]),
  ];
}

/** The action of a sink, and the one resource that it may be used on. */
function rightOf(location: Exclude<SinkLocation, { kind: 'https' }>): readonly [action: string, resource: unknown] {
  if ('arn' in location) return [location.kind === 'sqs' ? 'sqs:SendMessage' : 'sns:Publish', location.arn];
  if (location.kind === 'eventbridge') {
    const { bus } = location;
    return ['events:PutEvents', bus.startsWith('arn:') ? bus : named('events', location.region, `event-bus/${bus}`)];
  }
  if (location.kind === 'dynamodb')
    return ['dynamodb:PutItem', named('dynamodb', location.region, `table/${location.table}`)];
  const { bucket, prefix } = location;
  return ['s3:PutObject', keysArn(bucket, `${prefix === '' ? '' : `${prefix}/`}changes/`)];
}

/** The ARN of a resource of this account; `region` null = that of the stack. */
function named(service: string, region: string | null, name: string) {
  return sub(`arn:\${AWS::Partition}:${service}:${region ?? `\${AWS::Region}`}:\${AWS::AccountId}:${name}`);
}

/** To send to an encrypted queue, topic or bucket, a sender needs both rights on its key. */
function kmsStatement(kmsKeys: readonly string[], services: readonly string[]): NamedValues {
  const via = services.map((name) => `${name}.*`);
  return allow(['kms:Decrypt', 'kms:GenerateDataKey'], kmsKeys, { StringLike: { 'kms:ViaService': via } });
}

/**
 * The table of the sink; nothing with createSink=off. It stays when the stack is deleted: others query it. Throws DeployError for
 * a sink that the stack cannot create.
 */
export function sinkResources({ sink, createSink }: StackParameters): NamedValues {
  if (createSink === 'off') return {};
  const [table, second] = sinksAtAws(sink).filter(
    (location): location is TableLocation => location.kind === 'dynamodb',
  );
  if (table === undefined || second !== undefined)
    throw new DeployError('--param createSink=on creates one table at AWS: name one dynamodb:table in --param sink');
  if (table.region !== null)
    throw new DeployError(
      '--param createSink=on creates the table in the region of the stack: remove ?region= from the sink',
    );
  const kept = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' };
  return { SinkTable: { ...objectTable(table.table, { PointInTimeRecoverySpecification: recovery }), ...kept } };
}

const recovery = { PointInTimeRecoveryEnabled: true };

/** A table with one item for each object, which expires at the time in its attribute `expires`. */
export function objectTable(TableName: string, more: NamedValues = {}): NamedValues {
  return resource('AWS::DynamoDB::Table', {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'object', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'object', KeyType: 'HASH' }],
    TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
    SSESpecification: { SSEEnabled: false }, // encrypted with a key of AWS, which costs nothing
    ...more,
  });
}
