// Open-loop load on one path of a server, in a separate process: requests at a constant rate, whether earlier ones were answered
// or not. A latency counts from the time at which the request was due, so a request that had to wait for a free connection is
// slow, too (without that, a slow server would be asked less: coordinated omission). Prints a report as JSON.
//   node open-loop-load.js <OpenLoopPlan as JSON>
import { connect } from 'node:net';

/**
 * `rate`: requests a second; null = one at a time on each connection. A request that is due while all connections wait for an
 * answer waits for one of them. `settleSeconds`: requests that are due before are not in the report; V8 compiles this program then.
 */
export type OpenLoopPlan = Readonly<{
  port: number;
  path: string;
  rate: number | null;
  seconds: number;
  connections: number;
  settleSeconds: number;
}>;

/** Milliseconds from the due time (`late`) and from the sending (`answer`); null when there was no such answer. */
export type Latencies = Readonly<{
  count: number;
  lateP50: number | null;
  lateP99: number | null;
  answerP50: number | null;
  answerP99: number | null;
}>;

/**
 * `unanswered`: requests that were due and had no answer one second after the end. `stalledMs`: the longest time in which this
 * program itself did not run: all requests that were due in it are late.
 */
export type OpenLoopReport = Readonly<{
  ok: Latencies;
  slowDown: Latencies;
  other: number;
  unanswered: number;
  stalledMs: number;
}>;

const graceMs = 1_000;
/** Answers of one kind that are measured: more than a run has. */
const mostAnswers = 4_000_000;

async function run(plan: OpenLoopPlan): Promise<OpenLoopReport> {
  const { port, path, rate, seconds, connections, settleSeconds } = plan;
  const [ok, slowDown] = [recorder(), recorder()];
  let other = 0;
  let settling = 0;
  const idle: ((dueAt: number, now: number) => void)[] = [];
  const waiting = createQueue();
  const text = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;

  function open(): Promise<void> {
    return new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        idle.push(send);
        resolve();
      });
      socket.setNoDelay(true);
      let dueAt = 0;
      let sentAt = 0;
      let buffered = '';
      function send(due: number, now: number): void {
        dueAt = due;
        sentAt = now;
        socket.write(text);
      }
      socket.setEncoding('latin1').on('data', (part: string) => {
        buffered = buffered === '' ? part : buffered + part;
        const length = messageLength(buffered);
        if (length === null || buffered.length < length) return;
        const now = performance.now();
        const status = buffered.slice(9, 12);
        if (dueAt < countsFrom) settling++;
        else if (status === '200') ok.add(now - dueAt, now - sentAt);
        else if (status === '503') slowDown.add(now - dueAt, now - sentAt);
        else other++;
        buffered = '';
        if (waiting.isEmpty()) idle.push(send);
        else send(waiting.take(), now);
      });
      socket.on('error', () => other++);
    });
  }

  let countsFrom = 0;
  await Promise.all(Array.from({ length: connections }, open));
  const startedAt = performance.now();
  countsFrom = startedAt + 1000 * settleSeconds;
  const endsAt = startedAt + 1000 * seconds;
  /** When the next request is due, at the time `now`. */
  const nextDueAt = (now: number): number => {
    if (rate !== null) return startedAt + (1000 * due) / rate;
    return idle.length > 0 ? now : endsAt;
  };
  let due = 0;
  let stalledMs = 0;
  await new Promise<void>((resolve) => {
    let polledAt = startedAt;
    // It polls without a pause: a timer would add up to a millisecond to each latency.
    const poll = (): void => {
      const now = performance.now();
      if (polledAt >= countsFrom) stalledMs = Math.max(stalledMs, now - polledAt);
      polledAt = now;
      for (let next = nextDueAt(now); next <= now && next < endsAt; next = nextDueAt(now)) {
        due++;
        const send = idle.pop();
        if (send === undefined) waiting.add(next);
        else send(next, now);
      }
      const count = settling + ok.count() + slowDown.count() + other;
      if ((now >= endsAt && count >= due) || now > endsAt + graceMs) resolve();
      else setImmediate(poll);
    };
    poll();
  });
  const unanswered = due - settling - ok.count() - slowDown.count() - other;
  return { ok: ok.latencies(), slowDown: slowDown.latencies(), other, unanswered, stalledMs };
}

/** Times of the answers of one kind. They are in memory that was taken before: a collection of garbage would be a stall. */
function recorder() {
  const late = new Float32Array(mostAnswers);
  const answer = new Float32Array(mostAnswers);
  let count = 0;
  const at = (sorted: Float32Array, share: number): number | null => sorted[Math.floor(share * count)] ?? null;
  return {
    count: () => count,
    add(lateMs: number, answerMs: number): void {
      late[count] = lateMs;
      answer[count] = answerMs;
      count++;
    },
    latencies(): Latencies {
      const [lates, answers] = [late.subarray(0, count).sort(), answer.subarray(0, count).sort()];
      return {
        count,
        lateP50: at(lates, 0.5),
        lateP99: at(lates, 0.99),
        answerP50: at(answers, 0.5),
        answerP99: at(answers, 0.99),
      };
    },
  };
}

/** The due times of the requests that wait for a connection. */
function createQueue() {
  const times = new Float64Array(mostAnswers);
  let taken = 0;
  let added = 0;
  return {
    isEmpty: () => taken === added,
    add(time: number): void {
      times[added++] = time;
    },
    take: () => times[taken++] ?? Number.NaN,
  };
}

/** The length of the message that begins `text`; null when its headers are not complete. */
function messageLength(text: string): number | null {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [, length = '0'] = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, end)) ?? [];
  return end + 4 + Number(length);
}

if (require.main === module) {
  const [, , plan = ''] = process.argv;
  run(JSON.parse(plan) as OpenLoopPlan).then(
    (report) => {
      process.stdout.write(JSON.stringify(report));
      process.exit(0);
    },
    (error: unknown) => {
      process.stderr.write(`${error}\n`);
      process.exit(1);
    },
  );
}
