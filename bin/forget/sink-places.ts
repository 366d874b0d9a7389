// The sinks as places that forget.

import { maxTries } from '../../lib/limits';
import { unreadEntry } from '../../lib/read/entry';
import { objectTable } from '../../lib/s3/object-table';
import type { ObjectsLocation } from '../../lib/s3/objects-location';
import { openSinks, type SinkLocation, type Sinks } from '../../lib/sink';
import type { TableLocation } from '../../lib/sink/location';
import type { ObjectRef } from '../../lib/types';
import type { Config } from '../../service/config/config';
import type { SinkConfig } from '../../service/config/sink-config';
import type { OpenPlace, OwnBucket, Place } from './place';
import { scanCost } from './scan-cost';

/** Opens the place of a dataset: the sinks in buckets write into one. */
export type OpenDataset = (location: ObjectsLocation) => Place;

/** The places of all sinks. `notify`: whether those that send messages send `removed`. */
export function sinkPlaces(
  sinks: SinkConfig,
  config: Config,
  { bucket, notify, openDataset }: Readonly<{ bucket: OwnBucket; notify: boolean; openDataset: OpenDataset }>,
): readonly Place[] {
  return sinks.locations.map((location): Place => {
    const open = () => openSinks([location], sinks.style, { ...config, ...sinks, maxTries });
    if (location.kind === 'dynamodb') return tablePlace(location, open(), config, bucket);
    if (location.kind === 's3' || location.kind === 'cos') return openDataset(location);
    const name = nameOf(location);
    if (!notify)
      return { kind: 'closed', name, reason: 'its messages are with their receivers; --notify sends them "removed"' };
    const opened = open();
    return { kind: 'notified', name, notify: (ref, order, signal) => tellRemoved(opened, ref, order, signal) };
  });
}

/** Without a path or a query, which may be the secret that lets one in. */
function nameOf(location: Exclude<SinkLocation, TableLocation | ObjectsLocation>): string {
  if (location.kind === 'https') return location.url.origin;
  if (location.kind === 'eventbridge') return `eventbridge:${location.bus}`;
  return location.arn;
}

/** Sends `removed`, as after a removal of the object. */
async function tellRemoved(sinks: Sinks, ref: ObjectRef, order: number, signal: AbortSignal): Promise<void> {
  const entry = unreadEntry({ ref, revision: '', held: null, sequencer: null, generation: order });
  await sinks.deliver({ entry, failure: null, metadata: null }, signal);
}

/** A table forgets by the message `removed`: the item becomes a mark without content, which expires. */
function tablePlace(location: TableLocation, sinks: Sinks, config: Config, { bucket }: OwnBucket): OpenPlace {
  const name = `dynamodb:${location.table}`;
  const table = objectTable(location, config.region, config.env);
  const look: OpenPlace['look'] = async (ref, signal) => {
    const item = await table.get(`${ref.bucket}/${ref.key}`, ['order', 'type'], signal);
    const order = Number(item?.['order']?.N ?? 0);
    return { order, hasData: item !== null && item['type']?.S !== 'removed', token: null };
  };
  return {
    kind: 'open',
    name,
    look,
    async remove(ref, _held, order, signal) {
      await tellRemoved(sinks, ref, order, signal);
      // The sink accepts a message without effect when the item has a greater order by now.
      return !(await look(ref, signal)).hasData;
    },
    async *find(prefix, signal) {
      const start = `${bucket}/`;
      for await (const object of table.find(start + prefix, { type: 'removed' }, signal))
        yield object.slice(start.length);
    },
    cost: (signal) => scanCost(name, table, signal),
  };
}
