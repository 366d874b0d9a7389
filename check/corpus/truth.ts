// Reads the truth about a corpus (its README describes the format): the tags that ExifTool and exiv2 found in each file.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UsageError } from '../../testing/program/program';

/** A value as ExifTool shows it: text, a number, bytes that are not UTF-8, or the hash of a value that is too long. */
export type ShownValue =
  | string
  | number
  | Readonly<{ b64: string }>
  | Readonly<{ bin: number; sha256: string }>
  | Readonly<{ len: number; sha256: string }>;

/** `rat` and `raw` are the stored value where `val` is a converted one; `fmt` is the stored type. */
export type TruthTag = Readonly<{ id: number; val: ShownValue; rat?: string; raw?: ShownValue; fmt?: string }>;

export type Truth = Readonly<{
  path: string;
  format: string;
  width: number | null;
  height: number | null;
  frames: number | null;
  has_exif: boolean;
  file_size: number;
  byte_order: 'II' | 'MM' | null;
  exif_offset: number | null;
  /** Where EXIF lies and how it is held; `used` marks the block that the tags are of. */
  exif_blocks?: readonly Readonly<{ kind: string; used?: boolean; prefix?: boolean }>[];
  /** `<IFD>:<Name>` -> tag. */
  exif: Readonly<Record<string, TruthTag>>;
  exif_dups?: Readonly<Record<string, readonly TruthTag[]>>;
  min_ranges?: readonly (readonly [number, number])[] | null;
}>;

/** Member name -> text, as exiv2 prints it. */
export type StyleTruth = Readonly<Record<string, string>>;

/** Beside the project. */
export const defaultCorpus = '../shared/corpus';

/** The folder of a corpus; the default without a name. Throws UsageError when there is none. */
export function corpusFolder(name = defaultCorpus): string {
  const folder = resolve(name);
  if (!existsSync(join(folder, 'truth.jsonl')))
    throw new UsageError(`no corpus (a folder with truth.jsonl) at ${folder}`);
  return folder;
}

/** The files under `valid/`, in the order of the list. Throws Error when the folder is not a corpus. */
export function loadTruth(folder: string): readonly Truth[] {
  return readLines(join(folder, 'truth.jsonl')).map((line) => line as Truth);
}

/** Path -> what the default style should answer. */
export function loadStyleTruth(folder: string): ReadonlyMap<string, StyleTruth> {
  const lines = readLines(join(folder, 'truth_cos.jsonl')) as readonly { path: string; cos: StyleTruth }[];
  return new Map(lines.map(({ path, cos }) => [path, cos]));
}

function readLines(file: string): readonly unknown[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line): unknown => JSON.parse(line));
}
