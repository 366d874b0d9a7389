// Encodes the values of one leaf of the schema: one column, or the keys or values of a map. In memory is one page of values, and
// a dictionary; no object is made for a value.
import { type Bound, createBounds } from './bounds';
import { type Growing, growing, putByte, putBytes, putDouble, putInt32, putInt64, putText, usedBytes } from './growing';
import { putHybrid } from './hybrid';

/** How values are stored. `micros`: milliseconds that are stored as microseconds. */
export type LeafKind = 'text' | 'int32' | 'int64' | 'micros' | 'double' | 'boolean';

/** `repeats` 1: below a list. `defines`: the definition level of a value: 1 when it may be null, 2 below a list that may be. */
export type LeafShape = Readonly<{ kind: LeafKind; repeats: 0 | 1; defines: 1 | 2 }>;

type LeafValue = string | number | boolean;

/** A page without its header. `entries`: values, nulls and empty lists. */
export type LeafPage = Readonly<{ bytes: Uint8Array; entries: number; isPlain: boolean }>;

/** What a row group has of a leaf. `nulls` has empty lists too. */
export type LeafEnd = Readonly<{
  entries: number;
  nulls: number;
  min: Bound;
  max: Bound;
  /** The plain values of the dictionary, and how many they are; null without one. */
  dictionary: Readonly<{ bytes: Uint8Array; count: number }> | null;
}>;

export type Leaf = Readonly<{
  /** Adds a value; `repeat` is 1 for a further item of a list. */
  add(value: LeafValue, repeat: 0 | 1): void;
  /** Adds what is not a value: 0 = null; 1 = an empty list. */
  addNothing(define: 0 | 1): void;
  /** Whether the page should end after this row. */
  isFull(): boolean;
  /** Ends the page; null when it is empty. */
  endPage(): LeafPage | null;
  /** Bytes in memory. */
  size(): number;
  /** Ends the row group, after its last page. */
  endGroup(): LeafEnd;
}>;

/** Entries and bytes of a page: enough to compress well, little memory for some 70 leaves. */
const pageEntries = 20_000;
const pageBytes = 512 * 1024;
/** A dictionary with more entries or bytes costs more than it saves. */
const dictionaryEntries = 2 ** 15;
const dictionaryBytes = 1024 * 1024;
/** After so many values, a dictionary that has most of them as entries is given up. */
const trial = 2048;

/** What a leaf holds. Of the page: `entries`, `values`. Of the row group: the others. */
type LeafState = {
  kind: LeafKind;
  plain: Growing;
  dictionary: Growing;
  /** The values of the dictionary, and their indexes. */
  found: Map<string | number, number>;
  indexes: Uint32Array;
  levels: Uint8Array;
  repeated: Uint8Array;
  entries: number;
  values: number;
  /** Values that were looked up in the dictionary. */
  lookedUp: number;
  allEntries: number;
  nulls: number;
  isPlain: boolean;
  /** A dictionary does not pay for this leaf. */
  staysPlain: boolean;
  bounds: ReturnType<typeof createBounds>;
};

/** An encoder for the values of a leaf, in one row group after the other. */
export function createLeaf({ kind, repeats, defines }: LeafShape): Leaf {
  const state: LeafState = {
    kind,
    plain: growing(),
    dictionary: growing(),
    found: new Map(),
    indexes: new Uint32Array(256),
    levels: new Uint8Array(256),
    repeated: new Uint8Array(256),
    entries: 0,
    values: 0,
    lookedUp: 0,
    allEntries: 0,
    nulls: 0,
    isPlain: kind === 'boolean',
    staysPlain: kind === 'boolean',
    bounds: createBounds(kind === 'text'),
  };
  return {
    add(value, repeat) {
      addLevels(state, defines, repeat);
      addValue(state, value);
    },
    addNothing(define) {
      addLevels(state, define, 0);
      state.nulls++;
    },
    isFull: () => state.entries >= pageEntries || state.plain.length >= pageBytes || isOutgrown(state),
    endPage: () => endPage(state, repeats, defines),
    size: () => state.plain.length + state.dictionary.length + 4 * state.values + 2 * state.entries,
    endGroup: () => endGroup(state),
  };
}

function addLevels(state: LeafState, define: number, repeat: number): void {
  if (state.entries === state.levels.length) {
    state.levels = doubled(state.levels);
    state.repeated = doubled(state.repeated);
  }
  state.repeated[state.entries] = repeat;
  state.levels[state.entries++] = define;
}

function addValue(state: LeafState, value: LeafValue): void {
  const { plain, dictionary, found } = state;
  if (typeof value === 'boolean') addBit(state, value);
  else if (state.isPlain) addTo(plain, state, value);
  else {
    let index = found.get(value);
    if (index === undefined) {
      index = found.size;
      found.set(value, index);
      addTo(dictionary, state, value);
    }
    if (state.values === state.indexes.length) state.indexes = doubled(state.indexes);
    state.indexes[state.values] = index;
    state.lookedUp++;
  }
  state.values++;
}

/** Booleans are bits, the lowest first. */
function addBit({ plain, values, bounds }: LeafState, value: boolean): void {
  if (values % 8 === 0) putByte(plain, 0);
  if (value) plain.bytes[plain.length - 1] = (plain.bytes[plain.length - 1] ?? 0) | (1 << (values % 8));
  bounds.add(value, plain, 0);
}

function addTo(to: Growing, { kind, bounds }: LeafState, value: string | number): void {
  const start = to.length;
  if (typeof value === 'string') putText(to, value);
  else if (kind === 'double') putDouble(to, value);
  else if (kind === 'int32') putInt32(to, value);
  else putInt64(to, value, kind === 'micros' ? 1000 : 1);
  bounds.add(value, to, start);
}

/** Whether the dictionary does not pay, or is too large. */
function isOutgrown({ isPlain, found, lookedUp, dictionary }: LeafState): boolean {
  if (isPlain) return false;
  return isUseless(found.size, lookedUp) || found.size >= dictionaryEntries || dictionary.length >= dictionaryBytes;
}

function isUseless(entries: number, values: number): boolean {
  return values >= trial && entries * 4 > values * 3;
}

function endPage(state: LeafState, repeats: number, defines: number): LeafPage | null {
  const { entries, plain, found } = state;
  if (entries === 0) return null;
  // Without any value, no dictionary is written.
  const isPlain = state.isPlain || found.size === 0;
  const page = growing(plain.length + 256);
  if (repeats > 0) putLevels(page, state.repeated, entries, 1);
  putLevels(page, state.levels, entries, defines);
  if (isPlain) putBytes(page, usedBytes(plain));
  else {
    const width = Math.max(1, 32 - Math.clz32(found.size - 1));
    putByte(page, width);
    putHybrid(page, state.indexes, state.values, width);
  }
  if (isOutgrown(state)) {
    state.isPlain = true;
    state.staysPlain = isUseless(found.size, state.lookedUp);
  }
  state.allEntries += entries;
  state.entries = state.values = plain.length = 0;
  return { bytes: usedBytes(page), entries, isPlain };
}

/** Levels are after their length in bytes. */
function putLevels(page: Growing, levels: Uint8Array, count: number, greatest: number): void {
  const start = page.length;
  putInt32(page, 0);
  putHybrid(page, levels, count, greatest);
  page.view.setInt32(start, page.length - start - 4, true);
}

function endGroup(state: LeafState): LeafEnd {
  const { allEntries, nulls, bounds, found, dictionary } = state;
  const held = found.size === 0 ? null : { bytes: usedBytes(dictionary).slice(), count: found.size };
  const end = { entries: allEntries, nulls, min: bounds.min(), max: bounds.max(), dictionary: held };
  found.clear();
  dictionary.length = state.lookedUp = state.allEntries = state.nulls = 0;
  state.isPlain = state.staysPlain;
  state.bounds = createBounds(state.kind === 'text');
  return end;
}

function doubled<Values extends Uint8Array | Uint32Array>(values: Values): Values {
  const more = new (values.constructor as new (length: number) => Values)(values.length * 2);
  more.set(values);
  return more;
}
