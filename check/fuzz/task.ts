// The messages to and from the processes of the fuzzer.
import type { Finding } from './findings';

/** The work of a process. `targets` are names with how many executions each gets; null = until `minutes` are over. */
export type WorkerTask = Readonly<{
  root: string;
  seed: number;
  targets: readonly (readonly [name: string, executions: number | null])[];
  minutes: number;
  corpus: string;
  save: string | null;
  findings: string;
  lastInput: string;
}>;

/** The progress of one target. `digest` is a hash of its inputs: equal runs have equal digests. */
export type TargetState = Readonly<{
  name: string;
  executions: number;
  inputs: number;
  branches: number;
  slowestMs: number;
  digest: string;
}>;

/** The messages of a process: from time to time, and at its end. */
export type WorkerNews = Readonly<{
  done: boolean;
  branches: number;
  targets: readonly TargetState[];
  findings: readonly Finding[];
  /** Seconds of processor time. */
  cpuSeconds: number;
}>;
