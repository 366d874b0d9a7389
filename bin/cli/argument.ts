// The arguments of the command line, and the inputs that they name.

import type { ProblemError, Source } from '../../lib';
import type { Env } from '../../lib/types';
import type { SkipCounts } from './skipped';

/**
 * An input and its name for the user. `source` is a problem when it is already known that it cannot be read. `advice` is for an
 * object that does not exist.
 */
export type Input = Readonly<{ name: string; source: Source | ProblemError; advice?: string | null }>;

/** Where inputs come from, and how they are chosen. After `stop` fires, no further input is looked for. */
export type InputContext = Readonly<{
  env: Env;
  stdin: () => AsyncIterable<Uint8Array>;
  all: boolean;
  stop: AbortSignal;
}>;

/** One argument, checked. `inputs` finds the inputs that it names, and counts the files or objects that it leaves out. */
export type Argument = Readonly<{
  name: string;
  /** One input, or any number of files or of objects. */
  kind: 'single' | 'files' | 'objects';
  inputs(skipped: SkipCounts): AsyncIterable<Input> | Iterable<Input>;
}>;
