// Answers a request for many objects: `POST /-/batch`. Each object is authorised, admitted, read and logged as if it had been
// asked for alone. The lines of the answer are in the order of the keys: as a stream where the entry point can send one,
// otherwise as one JSON array.
import { authenticate } from '../auth';
import { answerBatch, encodeContent } from '../http/answer';
import { readBatch } from '../http/batch-request';
import { chooseEncoding } from '../http/negotiation';
import { hostName, toObjectRef } from '../http/request';
import { withinDeadline } from '../io/deadline';
import { type AnswerJob, type AnswerWork, type Arrival, type JobDeps, runAnswer } from '../job';
import { batchLimits, maxAnswerBytes } from '../limits';
import { ProblemError } from '../problem';
import type { Answer, Outcome } from '../types';
import { type Batch, objectLine, refusedLine } from './object-line';

/** Sends an answer while it is made. */
export type LineSink = Readonly<{
  /** Sends status and headers. */
  start(head: Answer): void;
  /** Resolves when the client can take more. Throws ProblemError `ClientClosed` when it has disconnected. */
  write(text: string): Promise<void>;
  /** Reports how many characters are ready, and wait until the client has read what was written before them. */
  keep(length: number): void;
}>;

/** `sink`: where the lines are sent; null = the outcome has the whole answer. Otherwise the caller of `sink` ends the stream. */
export type BatchBudget = Readonly<{ remainingMs: number | null; arrival: Arrival; sink: LineSink | null }>;

/** Runs a batch. Never throws. An error before the first line is an answer as for every other request. */
export function runBatch(job: AnswerJob, deps: JobDeps, { sink, ...budget }: BatchBudget): Promise<Outcome> {
  return runAnswer(job, deps, budget, async (work) => {
    const batch = await openBatch(job, deps, work);
    return sink === null ? answerWhole(batch, work.context) : answerStream(batch, work.context, sink);
  });
}

async function openBatch(job: AnswerJob, deps: JobDeps, { context, trace, time }: AnswerWork): Promise<Batch> {
  const { request, now } = context;
  const { body = new Uint8Array(0) } = request;
  if (body.length > batchLimits.bodyBytes)
    throw new ProblemError('BodyTooLarge', `Cannot read a body of more than ${batchLimits.bodyBytes} bytes`);
  if (request.query.length > 0)
    throw new ProblemError('BatchMalformed', 'Cannot answer a batch with a query', {
      safeDetail: 'A batch has no query: its view is in the body, and its signature in the header Authorization.',
    });
  const ref = toObjectRef(request, deps.routes);
  trace.ref = ref;
  deps.checkLoad?.();
  const question = { request, ref, operation: 'exif', host: hostName(request) };
  const authentic = authenticate(question, deps.access, now, ({ keyId }) => {
    trace.caller = keyId;
  });
  const { permit } = await withinDeadline(time.signal, 'check the signature', Promise.resolve(authentic));
  const { keys, view } = readBatch(body, deps.defaultStyle);
  trace.view = `batch/${view.id}`;
  const spent = { requests: 0, bytes: 0 };
  return { job, deps, time, place: ref, caller: trace.caller, keys, view, permit, spent, full: false };
}

/**
 * The lines in order. At most `running` objects are read, or wait for their turn in the answer: `keep` gets the characters of
 * those that wait, each time they change.
 */
async function* linesOf(batch: Batch, keep: LineSink['keep']): AsyncGenerator<string> {
  const begun: Promise<string>[] = [];
  let waiting = 0;
  const begin = async (at: number): Promise<string> => {
    const line = await objectLine(batch, at);
    waiting += line.length;
    keep(waiting);
    return line;
  };
  let next = 0;
  for (let at = 0; at < batch.keys.length; at++) {
    while (next < batch.keys.length && next < at + batchLimits.running) begun.push(begin(next++));
    const line = (await begun.shift()) ?? '';
    waiting -= line.length;
    keep(waiting);
    yield line;
  }
}

async function answerStream(batch: Batch, context: AnswerWork['context'], sink: LineSink): Promise<Answer> {
  const head = answerBatch(context, null);
  sink.start(head);
  for await (const line of linesOf(batch, sink.keep)) await sink.write(`${line}\n`);
  return head;
}

/** Bytes of the answer that the platforms take, by the name of the trigger. An ALB takes 1 MB of JSON. */
const roomOf: Readonly<Record<string, number>> = { alb: maxAnswerBytes };

/** One array. When it is full, the other lines say so; the room for them is reserved. */
async function answerWhole(batch: Batch, context: AnswerWork['context']): Promise<Answer> {
  const refused = batch.keys.map((key) => refusedLine(key, new ProblemError('AnswerFull', 'The answer is full')));
  const sizeOf = (line: string): number => new TextEncoder().encode(line).length + 2;
  let room =
    (roomOf[batch.job.trigger] ?? batchLimits.answerBytes) - 4 - refused.reduce((sum, line) => sum + sizeOf(line), 0);
  const lines: string[] = [];
  for await (const line of linesOf(batch, () => undefined)) {
    const short = refused[lines.length] ?? line;
    const more = sizeOf(line) - sizeOf(short);
    const fits = more <= room;
    if (fits) room -= more;
    else batch.full = true;
    lines.push(fits ? line : short);
  }
  const body = `[${lines.join(',\n')}]\n`;
  const encoding = context.compress === true ? chooseEncoding(context.request.headers['accept-encoding']) : undefined;
  return answerBatch(context, await encodeContent({ type: 'application/json', body }, encoding));
}
