// Inputs kept as files: a folder for each target.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Coverage } from './coverage';
import { judgeInput } from './judge-input';
import type { Target } from './target';

/** The inputs of a target in `folder`, sorted by name; empty when there is no such folder. */
export function readInputs(folder: string, target: string): readonly Uint8Array[] {
  const path = join(folder, target);
  if (!existsSync(path)) return [];
  const names = readdirSync(path).sort();
  return names.map((name) => new Uint8Array(readFileSync(join(path, name))));
}

/** Writes inputs below `folder`, each named by its bytes. */
export function writeInputs(folder: string, target: string, inputs: readonly Uint8Array[]): void {
  const path = join(folder, target);
  mkdirSync(path, { recursive: true });
  for (const input of inputs) {
    const name = createHash('sha256').update(input).digest('hex').slice(0, 16);
    writeFileSync(join(path, name), input);
  }
}

/** What a choice of inputs may take: files, bytes of all, and bytes of one. */
export type Room = Readonly<{ files: number; bytes: number; longest: number }>;

/**
 * A few of the inputs that together reach as many branches as the room allows: again and again the one that adds most
 * branches for its length.
 */
export async function chooseInputs(
  target: Target,
  inputs: readonly Uint8Array[],
  coverage: Coverage,
  room: Room,
): Promise<readonly Uint8Array[]> {
  const left = new Map<Uint8Array, readonly number[]>();
  for (const input of inputs) {
    if (input.length > room.longest) continue;
    coverage.reset();
    await judgeInput(target.run, input);
    left.set(input, coverage.features());
  }
  const reached = new Set<number>();
  const chosen: Uint8Array[] = [];
  for (let bytes = 0; chosen.length < room.files; ) {
    const best = bestOf(left, reached, room.bytes - bytes);
    if (best === null) break;
    for (const feature of left.get(best) ?? []) reached.add(feature);
    left.delete(best);
    chosen.push(best);
    bytes += best.length;
  }
  return chosen;
}

function bestOf(
  left: ReadonlyMap<Uint8Array, readonly number[]>,
  reached: ReadonlySet<number>,
  bytes: number,
): Uint8Array | null {
  let best: Uint8Array | null = null;
  let most = 0;
  for (const [input, features] of left) {
    const added = features.reduce((sum, feature) => sum + (reached.has(feature) ? 0 : 1), 0);
    const worth = added / (64 + input.length);
    if (input.length > bytes || worth <= most) continue;
    best = input;
    most = worth;
  }
  return best;
}
