// Compares the C2PA facts of a file with those in the table of reference values.
import { isDeepStrictEqual } from 'node:util';
import type { C2paDocument, C2paManifest } from '../../../lib/block/c2pa';

/** A manifest in the table; `training` by name. A member without a value is absent. */
type C2paTruthManifest = Readonly<{
  label: string;
  box_type: string;
  assertions: readonly string[];
  actions: readonly object[];
  ingredients: readonly object[];
  claim_generator?: string;
  claim_generator_info?: readonly object[];
  title?: string;
  format?: string;
  training?: object;
}>;
export type C2paTruth = Readonly<{
  boxes: readonly string[];
  active?: string;
  manifests?: readonly C2paTruthManifest[];
}>;

/** A value that is not as in the table. `reason`: why it is accepted; null when it is not. */
export type C2paDifference = Readonly<{ at: string; truth: unknown; ours: unknown; reason: string | null }>;

const lastAssertion = 'The table has only the last of several assertions about training.';
const noHeader = 'The table took the content of a compressed box, which has no header, for a store.';

const boxTypes = { standard: 'c2ma', update: 'c2um', compressed: 'c2cm' } as const;

/** The number of values that were compared, and those that differ. */
export function compareC2pa(truth: C2paTruth, ours: C2paDocument | null) {
  const found = ours?.manifests ?? [];
  const stored = truth.manifests ?? [];
  const pairs: (readonly [at: string, truth: unknown, ours: unknown])[] = [
    ['active', truth.active ?? null, ours?.active ?? null],
    ['manifests', stored.map(({ label }) => label), found.map(({ label }) => label)],
  ];
  for (const [i, manifest] of stored.entries()) {
    const same = found[i];
    if (same === undefined) continue;
    const view = viewOf(same);
    pairs.push(...Object.entries(view).map(([key, value]) => [`${i}:${key}`, valueIn(manifest, key), value] as const));
  }
  const differences = pairs
    .filter(([, expected, value]) => !isDeepStrictEqual(expected, value))
    .map(([at, expected, value]): C2paDifference => {
      return { at, truth: expected, ours: value, reason: reasonOf(truth, at, expected, value) };
    });
  return { compared: pairs.length, differences };
}

function reasonOf({ boxes, manifests }: C2paTruth, at: string, truth: unknown, ours: unknown): string | null {
  if (at.endsWith(':training') && isDeepStrictEqual({ ...Object(ours), ...Object(truth) }, ours)) return lastAssertion;
  return manifests === undefined && isDeepStrictEqual([ours].flat(), boxes) ? noHeader : null;
}

function valueIn(manifest: C2paTruthManifest, key: string): unknown {
  return { ...manifest }[key as keyof C2paTruthManifest] ?? null;
}

/** A manifest as the table has it. */
function viewOf(manifest: C2paManifest) {
  const { training } = manifest;
  return {
    label: manifest.label,
    box_type: boxTypes[manifest.kind],
    assertions: manifest.assertions,
    actions: manifest.actions.map(({ description: _, ...action }) => stated(action)),
    ingredients: manifest.ingredients.map(({ manifest: _, ...ingredient }) => stated(ingredient)),
    claim_generator: manifest.claimGenerator,
    claim_generator_info: manifest.claimGeneratorInfo.map(stated),
    title: manifest.title,
    format: manifest.format,
    training: training.length === 0 ? null : Object.fromEntries(training.map(({ name, use }) => [name, use])),
  };
}

/** The members that have a value. */
function stated(record: object): object {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null));
}
