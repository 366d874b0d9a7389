// Lets requests for one object share a read. A request never joins a read that began before it, unless `joinMs` allows it.
//
// The reads of one object are in a lane. A read goes through these states:
//
//   State      In the lane as   Takes new requests     Ends with
//   queued     `waiting`        yes                    start(): the read before it has ended, or `stallMs` have passed
//   started    `waiting`        yes: it may still      begin(): it asks about the object now
//                               wait to be admitted
//   running    `running`        only if answers may    end(): the object is read; or finish(): it failed
//                               be older (`joinMs`)
//   closed     -                no                     each member has its result or an error
import type { JobTime } from '../io/request-time';
import { steadyClock } from '../io/steady-clock';
import { ProblemError } from '../problem';
import { problems } from '../problem-table';
import { newTrace, type Trace } from './trace';

/** A request that takes part in a read: its time, and its trace, which gets the cost if it is the first member. */
export type Member = Readonly<{ time: JobTime; trace: Trace }>;

/** The members of one read, for the code that reads. */
export type Group<M extends Member, R> = Readonly<{
  /** The members that wait for their result, in the order in which they came. */
  members(): Iterable<M>;
  /** Ends when the last member's time ends. The signal fires when all members have left. */
  time: JobTime;
  trace: Trace;
  /** Call it before anything is asked about the object. */
  begin(): void;
  /** Call it when the object is read, before the results are made. */
  end(): void;
  /** Gives a member its result; null when what was read is not enough for it, because it came late. */
  give(member: M, result: R | null): void;
  /** Gives a member an error. */
  fail(member: M, error: unknown): void;
}>;

/** Reads the object for a group and gives each member its result. It throws what is an error for all. */
export type ReadGroup<M extends Member, R> = (group: Group<M, R>) => Promise<void>;

export type SharedReads<M extends Member, R> = Readonly<{
  /**
   * The result for `member`: of a read of the object `name` by `read`, which may also be that of another member. A failure that
   * may pass is thrown to the first member of the read; the others have one more try, together. Throws ProblemError `Timeout`
   * when the signal of the member fires.
   */
  read(name: string, member: M, read: ReadGroup<M, R>): Promise<R>;
}>;

/**
 * `stallMs`: how long a group waits for the read before it. `joinMs`: up to which age a running read takes new members; 0 =
 * never.
 */
export type SharingRules = Readonly<{ stallMs: number; joinMs: number; now?: () => number }>;

/** A member that waits for its result, and the read that it waits for. `isLate`: it came after that read had begun. */
type Waiter<M extends Member, R> = {
  readonly member: M;
  readonly work: ReadGroup<M, R>;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
  read: SharedRead<M, R> | null;
  isLate: boolean;
  retries: number;
};

type SharedRead<M extends Member, R> = {
  readonly lane: Lane<M, R>;
  readonly waiters: Map<M, Waiter<M, R>>;
  readonly work: ReadGroup<M, R>;
  readonly controller: AbortController;
  readonly trace: Trace;
  isStarted: boolean;
  beganAt: number | null;
  isPaid: boolean;
  timer: NodeJS.Timeout | undefined;
};

/** The reads of one object: the last one that has begun, and the one that has not. */
type Lane<M extends Member, R> = {
  readonly name: string;
  running: SharedRead<M, R> | null;
  waiting: SharedRead<M, R> | null;
};

/** Makes the shared reads of one process. */
export function createSharedReads<M extends Member, R>(rules: SharingRules): SharedReads<M, R> {
  const { stallMs, joinMs, now = steadyClock() } = rules;
  const lanes = new Map<string, Lane<M, R>>();

  function join(name: string, waiter: Waiter<M, R>): void {
    const lane = lanes.get(name) ?? { name, running: null, waiting: null };
    const { running, waiting } = lane;
    // A member that tries again joins no running read, which may not have what it needs either.
    const isYoung = waiter.retries > 0 && running?.beganAt != null && now() - running.beganAt < joinMs;
    const open = waiting ?? (isYoung ? running : null);
    const read = open ?? newRead(lane, waiter);
    read.waiters.set(waiter.member, waiter);
    waiter.read = read;
    waiter.isLate = read.beganAt !== null;
    if (open !== null) return;
    lanes.set(name, lane);
    lane.waiting = read;
    if (running === null) start(read);
    else read.timer = setTimeout(start, stallMs, read);
  }

  function start(read: SharedRead<M, R>): void {
    clearTimeout(read.timer);
    read.isStarted = true;
    const finishWith = (error: unknown): void => finish(read, error);
    read.work(groupOf(read)).then(() => {
      if (read.waiters.size > 0) finishWith(new ProblemError('InternalError', 'A shared read ended without a result'));
    }, finishWith);
  }

  /** From now on the read takes no members, and the next one may start. */
  function close(read: SharedRead<M, R>): void {
    const { lane } = read;
    if (lane.running === read) lane.running = null;
    if (lane.waiting === read) lane.waiting = null;
    if (lane.running !== null) return;
    if (lane.waiting === null) {
      if (lanes.get(lane.name) === lane) lanes.delete(lane.name);
    } else if (!lane.waiting.isStarted) {
      start(lane.waiting);
    }
  }

  /** The read is over. It failed with `error` for all members that still wait. */
  function finish(read: SharedRead<M, R>, error: unknown): void {
    close(read);
    pay(read);
    // What the store says about the object is right for everybody who asked before.
    const isFinal = error instanceof ProblemError && problems[error.code].status < 500;
    const [first] = read.waiters.values();
    for (const waiter of read.waiters.values()) {
      if (waiter.isLate || !(isFinal || waiter === first)) retry(waiter, error);
      else waiter.reject(error);
    }
    read.waiters.clear();
  }

  function retry(waiter: Waiter<M, R>, error: unknown): void {
    const name = waiter.read?.lane.name;
    if (name === undefined || waiter.retries === 0 || waiter.member.time.signal.aborted) return waiter.reject(error);
    waiter.retries--;
    join(name, waiter);
  }

  /** The read goes on without a member. After the last one it is stopped, and its end is the end of that member. */
  function leave(waiter: Waiter<M, R>): void {
    const { read, member } = waiter;
    if (read === null) return;
    const isLast = read.waiters.size === 1;
    if (isLast) {
      clearTimeout(read.timer);
      read.controller.abort();
      close(read);
    }
    if (isLast && read.isStarted) return;
    read.waiters.delete(member);
    waiter.reject(new ProblemError('Timeout', 'Cannot read the object: the time for the whole request is over'));
  }

  function groupOf(read: SharedRead<M, R>): Group<M, R> {
    const { lane, waiters, controller, trace } = read;
    const take = (member: M): Waiter<M, R> | undefined => {
      const waiter = waiters.get(member);
      waiters.delete(member);
      return waiter;
    };
    return {
      members: () => waiters.keys(),
      time: new GroupTime(controller.signal, waiters),
      trace,
      begin() {
        if (controller.signal.aborted) return;
        read.beganAt = now();
        lane.waiting = null;
        lane.running = read;
      },
      end() {
        close(read);
        pay(read);
      },
      give(member, result) {
        const waiter = take(member);
        if (result !== null) waiter?.resolve(result);
        else if (waiter !== undefined)
          retry(waiter, new ProblemError('InternalError', 'A shared read did not find what a member needs'));
      },
      fail: (member, error) => take(member)?.reject(error),
    };
  }

  return {
    read: (name, member, work) =>
      new Promise((resolve, reject) => {
        const { signal } = member.time;
        const stop = (): void => leave(waiter);
        const ended =
          <T>(end: (value: T) => void) =>
          (value: T): void => {
            signal.removeEventListener('abort', stop);
            end(value);
          };
        const waiter: Waiter<M, R> = {
          member,
          work,
          resolve: ended(resolve),
          reject: ended(reject),
          read: null,
          isLate: false,
          retries: 1,
        };
        signal.addEventListener('abort', stop, { once: true });
        join(name, waiter);
        if (signal.aborted) stop();
      }),
  };
}

/** The time of a group. A class for the same reason as `LazyTimedSignal`. */
class GroupTime<M extends Member> implements JobTime {
  readonly signal: AbortSignal;
  readonly #waiters: ReadonlyMap<M, unknown>;

  constructor(signal: AbortSignal, waiters: ReadonlyMap<M, unknown>) {
    this.signal = signal;
    this.#waiters = waiters;
  }

  get endsAt(): number {
    return [...this.#waiters.keys()].reduce((latest, member) => Math.max(latest, member.time.endsAt), 0);
  }
}

function newRead<M extends Member, R>(lane: Lane<M, R>, { member, work }: Waiter<M, R>): SharedRead<M, R> {
  const trace = newTrace();
  if (member.trace.cost.ranges !== undefined) trace.cost.ranges = [];
  return {
    lane,
    waiters: new Map(),
    work,
    controller: new AbortController(),
    trace,
    isStarted: false,
    beganAt: null,
    isPaid: false,
    timer: undefined,
  };
}

/** The first member that waits gets the cost of the read, so that each request to the store is counted once. */
function pay<M extends Member, R>(read: SharedRead<M, R>): void {
  if (read.isPaid) return;
  read.isPaid = true;
  const { cache, cacheProblem, cost } = read.trace;
  const [first] = read.waiters.keys();
  for (const { trace } of read.waiters.keys()) trace.cache = cache;
  if (first === undefined) return;
  const { trace } = first;
  trace.cacheProblem = cacheProblem;
  trace.cost.requests += cost.requests;
  trace.cost.bytes += cost.bytes;
  trace.cost.ranges?.push(...(cost.ranges ?? []));
}
