// Targets of a bare TIFF stream: the IFD walk, and what the styles say of its tags.
import { memoryReader } from '../../lib/bytes/reader';
import { ProblemError } from '../../lib/problem';
import { imageInfo, styles } from '../../lib/style';
import { readNames, showsOnly } from '../../lib/style/only';
import { mergeDocuments } from '../../lib/tiff/document';
import { readStream } from '../../lib/tiff/ifd';
import { zeroTotals } from '../../lib/tiff/limit-totals';
import type { ExifDocument, ExifRecord, IfdPath, RangeReader } from '../../lib/types';
import { tiffBytes } from '../../testing/build/containers';
import { type Judge, judgeBody } from '../hostile/judge';
import { plainObject } from './object';
import { type Cut, differences, outcomeOf, partReader, type Reading, unbounded } from './reading';
import { richTiffs } from './seeds';
import { judgeEveryStyle } from './style-answers';
import type { Target } from './target';

const roots: readonly IfdPath[] = ['IFD0', 'Raw', 'Exif', 'GPS'];
const shape = { width: 3, height: 2, frames: 1, animated: false };

/** The walk from every kind of root, with all bytes at hand and with as few at a time as can be. */
export function ifdTarget(): Target {
  return {
    name: 'ifd',
    kind: 'file',
    weight: 3,
    maxLength: 4096,
    seeds: () => [tiffBytes, ...richTiffs()],
    run: async (input) => {
      await walk(memoryReader(input), rootOf(input));
      return [];
    },
    examine: async (input) => {
      const wrong: string[] = [];
      for (const root of roots) {
        const whole = await readingOf('memory', memoryReader(input), root, { ended: false });
        for (const cut of cuts) {
          const state = { ended: false };
          const reader = partReader(plainObject(input), cut, unbounded, state);
          wrong.push(...differences(whole, await readingOf(`parts ${JSON.stringify(cut)}`, reader, root, state)));
        }
      }
      return wrong;
    },
  };
}

const cuts: readonly Cut[] = ['ranges', { minRead: 5, mergeGap: 2 }, { minRead: 64, mergeGap: 0 }];

function rootOf(input: Uint8Array): IfdPath {
  return roots[(input.at(-1) ?? 0) & 3] ?? 'IFD0';
}

async function walk(reader: RangeReader, root: IfdPath): Promise<ExifDocument | null> {
  try {
    const stream = { reader, root };
    return mergeDocuments({ parts: [{ stream, document: await readStream(stream, zeroTotals()) }], warnings: [] });
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'DamagedImage') return null;
    throw error;
  }
}

async function readingOf(way: string, reader: RangeReader, root: IfdPath, state: { ended: boolean }): Promise<Reading> {
  const outcome = await outcomeOf(async () => {
    const stream = { reader, root };
    return { container: 'tiff', shape, document: await readStream(stream, zeroTotals()) };
  });
  return { way, outcome, ended: state.ended };
}

/**
 * All styles of one document, each also with a list of the only tags to show. Where the stream holds a text after a `?`,
 * that is the list; names that no tag has must be refused as `OperationUnknown`.
 */
export function styleTarget(judge: Judge): Target {
  return {
    name: 'style',
    kind: 'file',
    weight: 3,
    maxLength: 4096,
    seeds: () =>
      [tiffBytes, ...richTiffs()].map((tiff) => Uint8Array.of(...tiff, ...Buffer.from('?Make,0x9209,FNumber'))),
    run: async (input) => {
      const record = await recordOf(input);
      const names = namesIn(input);
      if (record === null) return [];
      const all = [...styles.values(), imageInfo];
      const style = all[input.length % all.length] ?? imageInfo;
      const body = await style.render(record, names.length % 2 === 0 ? undefined : showsOnly(names));
      return judgeBody(body).map((wrong) => `${style.name}: ${wrong}`);
    },
    examine: async (input) => {
      const record = await recordOf(input);
      return record === null ? [] : judgeEveryStyle(record, judge);
    },
  };
}

async function recordOf(input: Uint8Array): Promise<ExifRecord | null> {
  const document = await walk(memoryReader(input), 'IFD0');
  if (document === null) return null;
  const stat = { size: input.length, etag: '"0123456789abcdef0123456789abcdef"', lastModified: new Date(0) };
  return { stat, parser: 'fuzz', container: 'tiff', shape, document };
}

function namesIn(input: Uint8Array): readonly string[] {
  const mark = input.lastIndexOf(0x3f);
  try {
    return readNames(mark < 0 ? 'Make' : Buffer.from(input.subarray(mark + 1)).toString());
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'OperationUnknown') return ['Make'];
    throw error;
  }
}
