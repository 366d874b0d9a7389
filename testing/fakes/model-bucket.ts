// A model of a bucket over time: objects are written, changed, removed and written again. Each change makes an event in the
// form of its store. The model returns all versions since a given moment.

import { ifMatchEtag, isExcluded } from '../../lib/bytes/etag';
import { ProblemError } from '../../lib/problem';
import type { Bucket } from '../../lib/types';
import type { Random } from '../random/seeded';
import { cosChange, type Fields, nextSequencer, s3Change } from './model-events';

/**
 * The kind of store. `s3`: its events have an order, and multipart uploads have the date of their start. `versioned`: S3 that
 * keeps deleted versions. `cos` and `ceph`: their events have nothing that shows their order.
 */
export type StoreKind = 's3' | 'versioned' | 'cos' | 'ceph';

/** The object of a key: one of the contents, written at `ms` by the clock of the store. */
export type Version = Readonly<{ content: number; etag: string; ms: number; id: string }>;

export type ModelOptions = Readonly<{
  kind: StoreKind;
  contents: readonly Uint8Array[];
  keys: readonly string[];
  random: Random;
  /** Called, and awaited, before and after each read of an object. */
  turn: () => Promise<void>;
  /** The share of reads that the store refuses temporarily. */
  faults: number;
  /** The fewest and the most milliseconds between two changes. */
  least: number;
  most: number;
  /**
   * Whether an older date may follow a newer one: multipart uploads have the date of their start, and old versions may become
   * current again.
   */
  backdated: boolean;
  /** Whether each upload gets a new ETag; otherwise the same content may get the same ETag. */
  ownTags: boolean;
  /**
   * Whether only two contents alternate, each always with the same ETag. Then nothing in the bucket shows that an object was
   * replaced.
   */
  inTurns: boolean;
}>;

export type ModelBucket = Readonly<{
  name: string;
  bucket: Bucket;
  /** The store's clock. */
  now(): number;
  /** Changes one object. Returns the record of its event; null when nothing changed. */
  change(): Fields | null;
  /** The versions of `key` from a moment (`moment()`) to now; null = the object did not exist. */
  since(key: string, moment: number): readonly (Version | null)[];
  moment(): number;
  current(key: string): Version | null;
}>;

/** The state of a key from a moment on. `kept` are the older versions. */
type State = Readonly<{ from: number; version: Version | null; kept: readonly Version[] }>;

const nothing: State = { from: 0, version: null, kept: [] };

export function modelBucket(options: ModelOptions): ModelBucket {
  const { kind, contents, keys, random, turn, faults, least, most, backdated, ownTags, inTurns } = options;
  const name = 'photos-1250000000';
  const histories = new Map<string, readonly State[]>(keys.map((key) => [key, [nothing]]));
  let ms = Date.UTC(2026, 10, 3) + random.below(1000);
  let moment = 0;
  let sequencer = '0055AED6DC000000';
  const historyOf = (key: string): readonly State[] => histories.get(key) ?? [nothing];
  const stateOf = (key: string): State => historyOf(key).at(-1) ?? nothing;

  function write(): Omit<Version, 'id'> & Readonly<{ form: string }> {
    const content = inTurns ? contents.length - 1 - random.below(2) : random.below(contents.length);
    // A store may give the same content the same ETag, or each upload a new one.
    const etag = inTurns || (!ownTags && random.chance(0.5)) ? `"c${content}"` : `"c${content}-${moment}"`;
    if (!random.chance(0.2)) return { content, etag, ms, form: 'Put' };
    return { content, etag, ms: backdated ? ms - random.below(4000) : ms, form: 'CompleteMultipartUpload' };
  }

  /** The next state and the name of the change; null when nothing changes. */
  function next(key: string): Readonly<{ state: Omit<State, 'from'>; event: string; id: string }> | null {
    const { version, kept } = stateOf(key);
    const id = `v${moment}`;
    if (backdated && version === null && kept.length > 0 && random.chance(0.5)) {
      const [last, ...rest] = kept;
      return { state: { version: last ?? null, kept: rest }, event: 'ObjectRemoved:Delete', id: 'marker' };
    }
    if (version === null || random.chance(inTurns ? 0.9 : 0.6)) {
      const { form, ...made } = write();
      const below = kind === 'versioned' && version !== null ? [version, ...kept] : kept;
      return { state: { version: { ...made, id }, kept: below }, event: `ObjectCreated:${form}`, id };
    }
    if (kind !== 'versioned') return { state: { version: null, kept: [] }, event: 'ObjectRemoved:Delete', id: '' };
    if (backdated && random.chance(0.3)) {
      const [last, ...rest] = kept;
      return { state: { version: last ?? null, kept: rest }, event: 'ObjectRemoved:Delete', id: version.id };
    }
    return { state: { version: null, kept: [version, ...kept] }, event: 'ObjectRemoved:DeleteMarkerCreated', id };
  }

  function change(): Fields | null {
    ms += least + random.below(random.chance(0.5) ? 300 : most - least);
    const key = random.pick(keys);
    moment++;
    const made = next(key);
    if (made === null) return null;
    const { state, event, id } = made;
    histories.set(key, [...historyOf(key), { ...state, from: moment }]);
    sequencer = nextSequencer(sequencer, random);
    if (kind === 'cos') return cosChange({ name, key, event });
    const source = kind === 'ceph' ? 'ceph:s3' : 'aws:s3';
    return s3Change({ name, key, event, source, ms, sequencer, versionId: kind === 'versioned' ? id : '' });
  }

  const fetch: Bucket['fetch'] = async ({ key }, { start, end }, condition) => {
    await turn();
    const { version } = stateOf(key);
    await turn();
    ms += random.below(60);
    if (random.chance(faults)) throw new ProblemError('SlowDown', 'The store is busy');
    if (version === null) throw new ProblemError('NoSuchKey', 'The object does not exist');
    const { etag, content } = version;
    const pinned = ifMatchEtag(condition);
    if (pinned !== null && pinned !== etag) throw new ProblemError('ObjectChanged', 'The object has another version');
    if (isExcluded(condition, etag)) return null;
    const bytes = contents[content] ?? new Uint8Array(0);
    if (bytes.length === 0) throw new ProblemError('EmptyObject', 'It is empty');
    if (start >= bytes.length) throw new ProblemError('RangeNotSatisfiable', 'It is shorter');
    const lastModified = new Date(Math.floor(version.ms / 1000) * 1000);
    return { bytes: bytes.slice(start, end), stat: { size: bytes.length, etag, lastModified } };
  };

  return {
    name,
    bucket: { fetch },
    now: () => ms,
    change,
    moment: () => moment,
    since(key, from) {
      const history = historyOf(key);
      const first = history.findLastIndex((state) => state.from <= from);
      return history.slice(Math.max(first, 0)).map(({ version }) => version);
    },
    current: (key) => stateOf(key).version,
  };
}
