// What the processes of the fuzzer are told, and what they tell.
import type { Finding } from './findings';

/** What a process is to do. `targets` are names with how many executions each gets; null = until `minutes` are over. */
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

/** How far one target is. `digest` stands for its inputs: equal runs have equal ones. */
export type TargetState = Readonly<{
  name: string;
  executions: number;
  inputs: number;
  branches: number;
  slowestMs: number;
  digest: string;
}>;

/** What a process tells: from time to time, and at its end. */
export type WorkerNews = Readonly<{
  done: boolean;
  branches: number;
  targets: readonly TargetState[];
  findings: readonly Finding[];
  /** Seconds of processor time. */
  cpuSeconds: number;
}>;
