// What the comparison of a metadata block with the truth results in.
import type { Difference, Score } from '../compare-tags';

/** `score` counts the values of the truth. */
export type BlockComparison = Readonly<{ score: Score; differences: readonly Difference[] }>;

/** A value that both sides have a text for; '' = none. */
export type ComparedValue = Readonly<{ at: string; ours: string; truth: string }>;

/** The score of `values`, and those that are not equal. */
export function compareValues(values: readonly ComparedValue[]): BlockComparison {
  const different = values.filter(({ ours, truth }) => ours !== truth);
  const differences = different.map(
    ({ at, ours, truth }): Difference => ({
      at,
      kind: truth === '' ? 'extra' : ours === '' ? 'missing' : 'value',
      ours: ours.slice(0, 200),
      truth: truth.slice(0, 200),
    }),
  );
  return { score: { agreeing: values.length - different.length, total: values.length }, differences };
}
