// Removes annotations from images: for `bucket-exif forget`.
import { hash } from 'node:crypto';
import { withinTime } from '../io/deadline';
import type { BodyPlan } from '../io/http-exchange';
import type { TryResult } from '../io/retry';
import { ProblemError } from '../problem';
import { annotationQuery } from '../s3/annotation';
import { orAgain, type S3ClientOptions, s3Client } from '../s3/client';
import { readRefusal, refusalPlan } from '../s3/refusal';

export type AnnotationRemoval = Readonly<{
  /** Whether the object has the annotation. */
  has(key: string, signal: AbortSignal): Promise<boolean>;
  /** Removes it from the current version of the object. */
  remove(key: string, signal: AbortSignal): Promise<void>;
}>;

/** Milliseconds for one call with all its tries. */
const callMs = 60_000;

/**
 * The annotations `name` of the objects of a bucket. Needs GetObjectAnnotation and DeleteObjectAnnotation. Throws ProblemError
 * CacheFault.
 *
 * A store that ignores the parameter `annotation` would take a DELETE of an annotation for a DELETE of the object. So the first
 * call asks for an annotation that does not exist: only a store that has annotations answers NoSuchAnnotation.
 */
export function annotationRemoval(name: string, options: S3ClientOptions): AnnotationRemoval {
  const send = s3Client(options);
  const call = (method: 'GET' | 'DELETE', key: string, of: string, outer: AbortSignal): Promise<string> => {
    const doing = `${method === 'GET' ? 'look for' : 'delete'} the annotation of ${JSON.stringify(key)}`;
    return withinTime(outer, callMs, (signal) =>
      send<BodyPlan, string>(
        {
          method,
          key,
          query: annotationQuery(of),
          headers: {},
          body: null,
          doing,
          // Of an annotation only its existence counts.
          plan: ({ status }) => (status === 200 ? { start: 0, end: 0, rest: 'any' } : refusalPlan),
          read(head, _plan, bytes): TryResult<string> {
            if (head.status >= 200 && head.status < 300) return { value: 'OK' };
            const { status, code, text, again } = readRefusal(head, bytes, doing);
            if (status === 404 && ['NoSuchAnnotation', 'NoSuchKey'].includes(code)) return { value: code };
            return orAgain(new ProblemError('CacheFault', text), again);
          },
        },
        signal,
      ),
    );
  };
  let isKnown = false;
  const probe = async (key: string, signal: AbortSignal): Promise<void> => {
    const absent = `bucket-exif-absent-${hash('sha256', name).slice(0, 32)}`;
    isKnown ||= (await call('GET', key, absent, signal)) === 'NoSuchAnnotation';
    if (isKnown) return;
    throw new ProblemError(
      'CacheFault',
      `Cannot delete the annotation of ${JSON.stringify(key)}: the store did not answer NoSuchAnnotation for one that does not ` +
        'exist, so it may not have annotations, and would delete the object. Nothing was deleted',
    );
  };
  return {
    has: async (key, signal) => (await call('GET', key, name, signal)) === 'OK',
    async remove(key, signal) {
      if (!isKnown) await probe(key, signal);
      await call('DELETE', key, name, signal);
    },
  };
}
