// Makes the line of one object in the answer to a batch, and logs it.

import type { BatchRequest } from '../http/batch-request';
import { answerETag } from '../http/conditional';
import { checkedKey } from '../http/request';
import type { JobTime } from '../io/request-time';
import { type AnswerJob, type JobDeps, reader } from '../job';
import { batchLimits } from '../limits';
import { ProblemError, problemCode } from '../problem';
import { problems } from '../problem-table';
import { isLineWanted, logLine } from '../read/log-line';
import { newTrace, type Trace } from '../read/trace';
import { readView } from '../read/view';
import type { Answer, ObjectRef } from '../types';

/** A batch that is being answered. */
export type Batch = BatchRequest &
  Readonly<{
    job: AnswerJob;
    deps: JobDeps;
    time: JobTime;
    /** The bucket of the host name, with the path of the batch as key. */
    place: ObjectRef;
    caller: string | null;
    /** Throws ProblemError for an object that the caller may not read. */
    permit: (ref: ObjectRef) => void;
    /** What all objects together have read so far. */
    spent: { requests: number; bytes: number };
  }> & {
    /** Whether the answer has no room for more. */
    full: boolean;
  };

/** The line of the object `at` this place of the list. Never throws. */
export async function objectLine(batch: Batch, at: number): Promise<string> {
  const { job, deps, keys, spent } = batch;
  const key = keys[at] ?? '';
  const trace: Trace = { ...newTrace(), caller: batch.caller, view: batch.view.id };
  const startedAt = performance.now();
  let line: Readonly<{ status: number; text: string }>;
  try {
    line = { status: 200, text: await readLine(batch, key, trace) };
  } catch (error) {
    trace.error = error;
    trace.code = problemCode(error);
    line = { status: problems[trace.code as keyof typeof problems].status, text: refusedLine(key, error) };
  }
  spent.requests += trace.cost.requests;
  spent.bytes += trace.cost.bytes;
  const answer = { status: line.status, headers: {}, body: '' };
  if (isLineWanted(deps, trace, answer))
    deps.log({ ...logLine(job, answer, trace, performance.now() - startedAt), batch: at });
  return line.text;
}

async function readLine(batch: Batch, key: string, trace: Trace): Promise<string> {
  const { deps, view, time, permit, place } = batch;
  const ref = { ...place, key: checkedKey(key) };
  trace.ref = ref;
  permit(ref);
  checkBudget(batch);
  const { stat, content } = await readView(view, {
    ref,
    deps,
    trace,
    read: reader(ref, deps, time),
    isKnown: () => false,
    encoding: undefined,
    time,
  });
  const etag = answerETag(stat, view, deps.answers.revision);
  const tag = etag === null ? '' : `,"etag":${JSON.stringify(etag)}`;
  // A line break in JSON is always between two members: in a text it is escaped.
  const json = textOf(content?.body ?? '').replaceAll('\n', '');
  const member = view.kind === 'metadata' ? 'metadata' : 'exif';
  return `{"key":${JSON.stringify(key)},"status":200${tag},"${member}":${json}}`;
}

function textOf(body: Answer['body']): string {
  return typeof body === 'string' ? body : new TextDecoder().decode(body);
}

/** Throws ProblemError when the whole batch may not read more: no time, requests or bytes are left, or no room in the answer. */
function checkBudget({ full, spent, time }: Batch): void {
  if (full) throw new ProblemError('AnswerFull', 'Cannot read the object: the answer is full');
  if (time.signal.aborted || time.endsAt - performance.now() < batchLimits.leastMs)
    throw new ProblemError('SlowDown', 'Cannot read the object: the time for the whole batch is over');
  if (spent.requests >= batchLimits.requests || spent.bytes >= batchLimits.readBytes)
    throw new ProblemError('SlowDown', 'Cannot read the object: the whole batch has read as much as it may');
}

/** The line of an object that cannot be answered, as problem details [RFC 9457] have it. */
export function refusedLine(key: string, error: unknown): string {
  const reason = problemCode(error);
  const { status, code, message } = problems[reason];
  const detail = error instanceof ProblemError ? (error.safeDetail ?? message) : message;
  return JSON.stringify({ key, status, code, detail, reason });
}
