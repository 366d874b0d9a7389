// A dataset, or the bucket of a sink that writes NDJSON, as a place that forgets. It gets a message `removed` for each object, with
// which the next merge drops the row, and the earlier messages about the object are taken out of their files.

import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { ProblemError } from '../../lib/problem';
import { unreadEntry } from '../../lib/read/entry';
import { messageOf } from '../../lib/sink/message';
import { changesKey } from '../../lib/sink/objects';
import type { SinkMessage } from '../../lib/sink/sink';
import type { ObjectRef } from '../../lib/types';
import { changeFiles } from '../dataset/changes';
import { isRemoved, openIndex } from '../dataset/index-file';
import { takeLease } from '../dataset/lease';
import { loadHead, loadPurpose } from '../dataset/state';
import type { Storage } from '../dataset/storage';
import type { Target } from './engine';
import type { OpenPlace, OwnBucket } from './place';

/** What a dataset has of a key. `files`: those of messages that have data. */
type Known = { order: number; isInIndex: boolean; files: Set<string> };

type Contents = Readonly<{ keys: Map<string, Known>; names: readonly string[]; problems: readonly string[] }>;

/** A removal that is written at the end. */
type Removal = Readonly<{ ref: ObjectRef; order: number }>;

/** Messages in one file. */
const maxMessages = 5_000;
/** Bytes of a file of messages when it is unpacked, as a merge reads it. */
const maxFile = 64 * 1024 * 1024;
/** The lock of the dataset: nobody merges meanwhile. */
const lease = { leaseMs: 60_000, pollMs: 1_000, onWait: () => undefined } as const;

/**
 * The place of a dataset. It is read once: its index, and all messages that are not merged yet. What is removed is written in
 * `finish`, under the lock of the dataset.
 */
export function datasetPlace(
  storage: Storage,
  bucket: OwnBucket,
  targets: readonly Target[],
  stop: AbortSignal,
): OpenPlace {
  let reading: Promise<Contents> | null = null;
  const contents = (): Promise<Contents> => {
    reading ??= read(storage, bucket, targets);
    return reading;
  };
  const removals: Removal[] = [];
  return {
    kind: 'open',
    name: `dataset ${storage.name}`,
    async look({ key }) {
      const known = (await contents()).keys.get(key);
      return { order: known?.order ?? 0, hasData: known !== undefined && hasData(known), token: null };
    },
    async remove(ref, _held, order) {
      const known = (await contents()).keys.get(ref.key);
      if (known !== undefined) removals.push({ ref, order });
      return true;
    },
    async *find(prefix) {
      for (const [key, known] of (await contents()).keys) if (key.startsWith(prefix) && hasData(known)) yield key;
    },
    cost: async () => null,
    advice: `the rows leave the dataset with the next bucket-exif export --merge ${storage.name}`,
    async finish() {
      const found = await contents();
      if (removals.length > 0) await write(storage, found, removals, stop);
      const [problem] = found.problems;
      if (problem !== undefined) throw new ProblemError('ConfigInvalid', `Cannot look for keys in ${problem}`);
    },
  };
}

function hasData({ isInIndex, files }: Known): boolean {
  return isInIndex || files.size > 0;
}

async function read(storage: Storage, bucket: OwnBucket, targets: readonly Target[]): Promise<Contents> {
  const purpose = await loadPurpose(storage);
  const names = purpose?.names.includes(bucket.bucket) === true ? purpose.names : [bucket.bucket];
  const isMeant = (key: string): boolean =>
    targets.some(({ kind, text }) => (kind === 'key' ? key === text : key.startsWith(text)));
  const keys = new Map<string, Known>();
  const knownOf = (key: string): Known => {
    const known = keys.get(key) ?? { order: 0, isInIndex: false, files: new Set() };
    keys.set(key, known);
    return known;
  };
  const index = await openIndex(storage, (await loadHead(storage)).index);
  for (let entry = index.current(); entry !== null; entry = index.current()) {
    if (names.includes(entry.bucket) && isMeant(entry.key)) {
      const known = knownOf(entry.key);
      known.order = Math.max(known.order, entry.order);
      known.isInIndex ||= !isRemoved(entry);
    }
    await index.advance();
  }
  const problems: string[] = [];
  for await (const { path, messages, problem } of changeFiles(storage, new Set())) {
    if (problem !== null) problems.push(`${storage.name}${path}: ${problem}`);
    for (const message of messages) {
      if (!names.includes(message.bucket) || !isMeant(message.key)) continue;
      const known = knownOf(message.key);
      known.order = Math.max(known.order, message.order);
      if (message.type !== 'removed') known.files.add(path);
    }
  }
  return { keys, names, problems };
}

async function write(
  storage: Storage,
  { keys, names }: Contents,
  removals: readonly Removal[],
  stop: AbortSignal,
): Promise<void> {
  const held = await takeLease(storage, { ...lease, stop });
  try {
    // First the removals: if the rest fails, the next merge drops the rows all the same.
    for (let from = 0; from < removals.length; from += maxMessages) {
      const messages = await Promise.all(removals.slice(from, from + maxMessages).map(removedMessage));
      const text = messages.map((message) => `${JSON.stringify(message)}\n`).join('');
      const path = changesKey('', new Date(), randomBytes(8).toString('hex'));
      await storage.create(path, new TextEncoder().encode(text));
    }
    const removed = new Map(removals.map(({ ref, order }) => [ref.key, order]));
    const files = new Set(removals.flatMap(({ ref }) => [...(keys.get(ref.key)?.files ?? [])]));
    for (const path of files) {
      await held.check();
      await takeOut(storage, path, ({ bucket, key, order, type }) => {
        return names.includes(bucket) && type !== 'removed' && order < (removed.get(key) ?? 0);
      });
    }
  } finally {
    await held.release();
  }
}

function removedMessage({ ref, order }: Removal): Promise<SinkMessage> {
  const entry = unreadEntry({ ref, revision: '', held: null, sequencer: null, generation: order });
  return messageOf({ entry, failure: null, metadata: null }, 'flat');
}

/** Writes a file again without the messages that `isOut` chooses; deletes a file without others. */
async function takeOut(storage: Storage, path: string, isOut: (message: SinkMessage) => boolean): Promise<void> {
  const bytes = await storage.get(path);
  if (bytes === null) return;
  const isPacked = path.endsWith('.gz');
  const plain = isPacked ? await promisify(gunzip)(bytes, { maxOutputLength: maxFile }) : bytes;
  const lines = new TextDecoder().decode(plain).split('\n');
  const left = lines.filter((line) => line.trim() !== '' && !isOut(JSON.parse(line) as SinkMessage));
  if (left.length === 0) return storage.delete(path);
  const text = new TextEncoder().encode(left.map((line) => `${line}\n`).join(''));
  await storage.put(path, isPacked ? new Uint8Array(await promisify(gzip)(text)) : text);
}
