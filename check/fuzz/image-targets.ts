// Targets of whole objects: one for each container, and one for objects that are larger than what is read of them.
import { containers } from '../../lib/container';
import { defaultLimits } from '../../lib/limits';
import { fixtures, relatives, withoutExif } from '../../testing/build/containers';
import type { Random } from '../../testing/random/seeded';
import type { Judge } from '../hostile/judge';
import { type FuzzObject, plainObject, sparseObject } from './object';
import { repairChecksums } from './png-checksums';
import {
  differences,
  firstReads,
  outcomeOf,
  type ReadingOutcome,
  readFromBytes,
  readFromRanges,
  readFromStore,
  readInParts,
  unbounded,
} from './reading';
import { richTiffs, sampleImages } from './seeds';
import { judgeEveryStyle, judgeOneStyle } from './style-answers';
import type { Check, Target } from './target';

const maxLength = 8192;
/** Bytes of the windows that an object is cut into; one byte alone only where there are few. */
const windowSizes = [1, 7, 100] as const;
const fewBytes = 600;

/** The cheap checks look at one style for each so many inputs: the target `style` is for all of them. */
const stylesEvery = 8;

/** The deployed limits with a first read that holds nearly all inputs whole: the way that costs least. */
const deployed = { ...defaultLimits, firstRead: 4096 };

/** A target for each container, by its name. */
export function imageTargets(judge: Judge, root: string): readonly Target[] {
  const all: readonly (readonly [string, readonly Uint8Array[]])[] = containers.map(({ name }) => [
    name,
    [...Object.values(fixtures[name] ?? {}), ...Object.values(withoutExif[name] ?? {})],
  ]);
  const more = new Map([['tiff', [...Object.values(relatives), ...richTiffs()]]]);
  const samples = sampleImages(root);
  return all.map(([name, made]) => ({
    name,
    kind: 'file',
    weight: heavy.has(name) ? 3 : 1,
    maxLength,
    seeds: () => [...made, ...(more.get(name) ?? []), ...(samples.get(name) ?? [])],
    run: runImage,
    examine: examineImage(judge),
    ...(name === 'png' ? { repair: repairPng } : {}),
  }));
}

/** Containers with much code get more executions. */
const heavy: ReadonlySet<string> = new Set(['jpeg', 'png', 'webp', 'heif', 'jxl', 'tiff']);

function repairPng(input: Uint8Array, random: Random): Uint8Array {
  return random.chance(0.7) ? repairChecksums(input) : input;
}

async function runImage(input: Uint8Array): Promise<readonly string[]> {
  return runObject(plainObject(input), (input[input.length >> 1] ?? 0) + input.length);
}

async function runObject(object: FuzzObject, pick: number): Promise<readonly string[]> {
  const wrong: string[] = [];
  let answers: readonly string[] = [];
  await outcomeOf(async () => {
    const record = await readFromStore(object, deployed, wrong);
    if (pick % stylesEvery === 0) answers = await judgeOneStyle(record, Math.floor(pick / stylesEvery));
    return record;
  });
  return [...wrong, ...answers];
}

function examineImage(judge: Judge): Check {
  return async (input) => {
    const before = input.slice();
    const object = plainObject(input);
    const wrong: string[] = [...(await runImage(input))];
    const whole = await fromStore(object, input.length, wrong);
    await outcomeOf(() => readFromBytes(input));
    const sizes = windowSizes.filter((size) => size > 1 || input.length <= fewBytes);
    const others = [
      { way: 'memory', outcome: await outcomeOf(() => readFromRanges(input)), ended: false },
      ...(await Promise.all(firstReads.map((firstRead) => fromStore(object, firstRead, wrong)))),
      await readInParts(object, 'ranges', unbounded, 'the ranges alone'),
      ...(await Promise.all(
        sizes.map((size) =>
          readInParts(object, { minRead: size, mergeGap: size >> 1 }, unbounded, `windows of ${size}`),
        ),
      )),
      await readInParts(object, { minRead: 32, mergeGap: 8 }, defaultLimits, 'the budget of a function'),
    ];
    wrong.push(...others.flatMap((other) => differences(whole, other)));
    if ('found' in whole.outcome) wrong.push(...(await judgeStyles(whole.outcome, object, judge)));
    if (Buffer.compare(before, input) !== 0) wrong.push('the bytes that were read were changed');
    return wrong;
  };
}

async function fromStore(object: FuzzObject, firstRead: number, wrong: string[]) {
  const limits = { ...unbounded, firstRead: Math.max(1, firstRead) };
  const outcome = await outcomeOf(() => readFromStore(object, limits, wrong));
  return { way: `a first read of ${firstRead < object.size ? firstRead : 'all'}`, outcome, ended: false };
}

async function judgeStyles(outcome: ReadingOutcome, { size }: FuzzObject, judge: Judge): Promise<readonly string[]> {
  if ('code' in outcome) return [];
  const stat = { size, etag: '"fuzz"', lastModified: new Date(0) };
  return judgeEveryStyle({ stat, parser: 'fuzz', ...outcome.found }, judge);
}

/**
 * Objects of up to 64 MiB from short inputs: u16 offset, u16 KiB of zeros that are put in there, then the bytes. They come
 * to the end of budgets, and are searched at their end.
 */
export function sparseTarget(judge: Judge): Target {
  const lead = (at: number, kib: number) => Uint8Array.of(at & 0xff, at >> 8, kib & 0xff, kib >> 8);
  const images = [...Object.values(fixtures), ...Object.values(withoutExif), relatives].flatMap((rows) =>
    Object.values(rows),
  );
  const objectOf = (input: Uint8Array) =>
    sparseObject(input.subarray(4), word(input, 0), 1024 * Math.min(word(input, 2), 33 * 1024));
  return {
    name: 'sparse',
    kind: 'file',
    weight: 0.5,
    maxLength,
    seeds: () =>
      images.flatMap((image, i) => {
        const kib = [16, 70, 300, 5000][i % 4] ?? 16;
        return [(image.length * 3) >> 2, 64].map((at) =>
          Uint8Array.of(...lead(Math.min(at, image.length), kib), ...image),
        );
      }),
    run: (input) => runObject(objectOf(input), input.length),
    examine: async (input) => examineSparse(objectOf(input), input.length, judge),
  };
}

async function examineSparse(object: FuzzObject, pick: number, judge: Judge): Promise<readonly string[]> {
  const wrong: string[] = [...(await runObject(object, pick))];
  const large = { ...defaultLimits, requests: 64, readBytes: 16 * 1024 * 1024 };
  const windows = { minRead: 16 * 1024, mergeGap: 16 * 1024 };
  const whole = await readInParts(object, windows, large, 'a budget of 16 MiB');
  const others = [
    await readInParts(object, windows, deployed, 'the budget of a function'),
    await readInParts(object, { minRead: 1024, mergeGap: 0 }, large, 'windows of 1024'),
    await readInParts(object, 'ranges', large, 'the ranges alone'),
  ];
  wrong.push(...others.flatMap((other) => differences(whole, other)));
  if ('found' in whole.outcome) wrong.push(...(await judgeStyles(whole.outcome, object, judge)));
  return wrong;
}

function word(input: Uint8Array, at: number): number {
  return (input[at] ?? 0) | ((input[at + 1] ?? 0) << 8);
}
