// Changes an input in the way of its kind.
import type { EditContext } from './byte-edits';
import { mutateFile } from './mutate-file';
import { mutateJson } from './mutate-json';
import { mutateText } from './mutate-text';
import type { Target } from './target';

const byKind = { file: mutateFile, text: mutateText, json: mutateJson } as const;

/** A changed copy of an input; the same `around` with the same state of chance gives the same copy. */
export function mutate({ kind, repair }: Target, input: Uint8Array, around: EditContext): Uint8Array {
  const changed = byKind[kind](input, around);
  const repaired = repair === undefined ? changed : repair(changed, around.random);
  return repaired === input ? input.slice() : repaired;
}
