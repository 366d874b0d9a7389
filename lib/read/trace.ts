// The trace of a job: empty at its start, then filled in by the code that reads the object.
import type { ExifRecord, ObjectRef, Summary } from '../types';

/** Everything that is recorded of a job while it runs: for the log line, for `x-exif-reads`, and for its outcome. */
export type Trace = { -readonly [Name in keyof Summary]: Summary[Name] } & {
  ref: ObjectRef | null;
  /** The id of the key that signed the request; null for an unsigned one. */
  caller: string | null;
  /** The id of the view that was asked for. */
  view: string | null;
  /** The number of warnings in the EXIF. */
  warnings: number;
  /** Bytes of the object. */
  size: number | null;
  /** The last thing that went wrong with the cache, when the job went on without it. */
  cacheProblem: unknown;
  /** What the job failed with; null when it did not fail. */
  error: unknown;
};

/** The trace of a job that has just begun. */
export function newTrace(): Trace {
  return {
    ref: null,
    caller: null,
    view: null,
    code: 'OK',
    container: null,
    warnings: 0,
    size: null,
    cost: { requests: 0, bytes: 0 },
    cache: null,
    cacheProblem: null,
    error: null,
  };
}

/** Records the container and the number of warnings of `record`; null = none was read. */
export function traceRecord(trace: Trace, record: ExifRecord | null): void {
  trace.container = record?.container ?? null;
  trace.warnings = record?.document?.warnings.length ?? 0;
}
