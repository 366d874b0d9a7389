// Checks work that must fail.
import { type ProblemCode, ProblemError } from '../../lib/problem';

/** The code of the ProblemError that `work` throws; every other outcome fails the test. */
export async function problemOf(work: () => unknown): Promise<ProblemCode> {
  let value: unknown;
  try {
    value = await work();
  } catch (error) {
    if (error instanceof ProblemError) return error.code;
    throw error;
  }
  throw new Error(`Expected a ProblemError, got ${JSON.stringify(value)}`);
}

/** `answered`, or the code of the ProblemError that `work` throws; any other error fails the test. */
export async function endOf(work: () => unknown): Promise<ProblemCode | 'answered'> {
  try {
    await work();
  } catch (error) {
    if (error instanceof ProblemError) return error.code;
    throw error;
  }
  return 'answered';
}
