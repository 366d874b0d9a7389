// A dataset as a sink of the loop: the messages that the service wrote are merged each time that its rows are compared.
import { CreateBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import { rowOfMessage } from '../../bin/dataset/changes';
import { openStorage } from '../../bin/dataset/open-storage';
import { type Dataset, datasetLimits } from '../../bin/dataset/run';
import { loadHead } from '../../bin/dataset/state';
import { parseDatasetLocation } from '../../bin/dataset/storage';
import { mergeInto } from '../../bin/dataset/update';
import { parquetCodec } from '../../bin/export/dataset';
import type { SinkMessage } from '../../lib/sink/sink';
import type { Row } from '../../lib/table/columns';
import type { Env } from '../../lib/types';
import type { SinkPlace, SinkState } from './sink-place';

const bucket = 'dataset';

/** Columns that a later read of the same version may give otherwise. */
const changing: readonly string[] = ['state_order', 'last_modified'];

/** Small parts and passes, so that a few thousand objects need several. */
const limits = { ...datasetLimits, rows: 500, entriesOfFile: 1000, messages: 1500 };

/** Opens the place. `env` has the keys of the store. */
export async function openDataset(client: S3Client, port: number, env: Env): Promise<SinkPlace> {
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  const location = `s3://${bucket}/photos?region=us-east-1&endpoint=http://127.0.0.1:${port}&style=path`;
  const signal = new AbortController().signal;
  const storage = openStorage(parseDatasetLocation(location), null, env, signal);
  const lease = { leaseMs: 60_000, pollMs: 100, onWait: () => undefined };
  const codec = parquetCodec('check');
  const dataset: Dataset = { storage, codec, limits, lease, stop: signal, onProgress: () => undefined };
  return {
    name: 'dataset',
    location,
    async states() {
      const { bad } = await mergeInto(dataset, {
        by: 'prefix',
        restart: false,
        messages: true,
        selectionOf: () => () => true,
      });
      if (bad.length > 0) throw new Error(`Cannot merge ${bad[0]?.path}: ${bad[0]?.problem}`);
      const states = new Map<string, SinkState>();
      for (const { path } of (await loadHead(storage)).parts) {
        for await (const row of codec.decode((await storage.get(path)) ?? new Uint8Array())) {
          const key = String(row['key']);
          if (states.has(key)) throw new Error(`${key} has two rows`);
          states.set(key, { form: formOfRow(row) });
        }
      }
      return states;
    },
    formOf: (message: SinkMessage) => formOfRow(rowOfMessage(message)),
    close: async () => undefined,
  };
}

/** Of a map, the order of its names does not count. */
function formOfRow(row: Row): unknown {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !changing.includes(name)));
}
