// A target of fuzzing: takes bytes, runs code over them, and returns the faults.
import type { Random } from '../../testing/random/seeded';

/** How inputs are changed: bytes of files, lines and tokens of a text, or the values of a JSON document. */
export type InputKind = 'file' | 'text' | 'json';

/** Says what is wrong; an empty list when all is right. What it throws is wrong, too. */
export type Check = (input: Uint8Array) => Promise<readonly string[]>;

export type Target = Readonly<{
  name: string;
  kind: InputKind;
  /** Its share of all executions, compared with the other targets. */
  weight: number;
  /** Bytes of the longest input. */
  maxLength: number;
  seeds(): readonly Uint8Array[];
  /** The cheap checks, for every execution. */
  run: Check;
  /** All checks: for inputs that reach new branches, and for a sample of the others. */
  examine: Check;
  /** Makes checksums right again, so that a changed input gets further. */
  repair?(input: Uint8Array, random: Random): Uint8Array;
}>;
