// Open-loop load on one path of a server, in a separate process: requests at a constant rate, whether earlier ones were answered
// or not. A latency counts from the time at which the request was due, so a request that had to wait for a free connection is
// slow, too (without that, a slow server would be asked less: coordinated omission). Prints a report as JSON.
//   node open-loop-load.js <OpenLoopPlan as JSON>
import { connect } from 'node:net';

/**
 * `rate`: requests a second; null = one at a time on each connection. A request that is due while all connections wait for an
 * answer waits for one of them. `settleSeconds`: requests that are due before are not in the report.
 */
export type OpenLoopPlan = Readonly<{
  port: number;
  path: string;
  rate: number | null;
  seconds: number;
  connections: number;
  settleSeconds?: number;
}>;

/** Milliseconds from the due time (`late`) and from the sending (`answer`); null when there was no such answer. */
export type Latencies = Readonly<{
  count: number;
  lateP50: number | null;
  lateP99: number | null;
  answerP50: number | null;
  answerP99: number | null;
}>;

/** `unanswered`: requests that were due and had no answer one second after the end. */
export type OpenLoopReport = Readonly<{ ok: Latencies; slowDown: Latencies; other: number; unanswered: number }>;

type Sent = { dueAt: number; sentAt: number };
type Answered = Readonly<{ late: number; answer: number }>;

const graceMs = 1_000;

async function run(plan: OpenLoopPlan): Promise<OpenLoopReport> {
  const { port, path, rate, seconds, connections, settleSeconds = 0 } = plan;
  const answered = { ok: [] as Answered[], slowDown: [] as Answered[] };
  let other = 0;
  let settling = 0;
  const idle: ((request: Sent) => void)[] = [];
  const waiting: Sent[] = [];
  const text = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;

  function open(): Promise<void> {
    return new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        idle.push(send);
        resolve();
      });
      socket.setNoDelay(true);
      let current: Sent = { dueAt: 0, sentAt: 0 };
      let buffered = '';
      function send(request: Sent): void {
        current = request;
        current.sentAt = performance.now();
        socket.write(text);
      }
      socket.setEncoding('latin1').on('data', (part: string) => {
        buffered += part;
        const length = messageLength(buffered);
        if (length === null || buffered.length < length) return;
        const now = performance.now();
        const times = { late: now - current.dueAt, answer: now - current.sentAt };
        const status = buffered.slice(9, 12);
        if (current.dueAt < countsFrom) settling++;
        else if (status === '200') answered.ok.push(times);
        else if (status === '503') answered.slowDown.push(times);
        else other++;
        buffered = '';
        const next = waiting.shift();
        if (next === undefined) idle.push(send);
        else send(next);
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
  const dueAt = (now: number): number => {
    if (rate !== null) return startedAt + (1000 * due) / rate;
    return idle.length > 0 ? now : endsAt;
  };
  let due = 0;
  await new Promise<void>((resolve) => {
    // It polls without a pause: a timer would add up to a millisecond to each latency.
    const poll = (): void => {
      const now = performance.now();
      for (let next = dueAt(now); next <= now && next < endsAt; next = dueAt(now)) {
        due++;
        const request = { dueAt: next, sentAt: 0 };
        const send = idle.pop();
        if (send === undefined) waiting.push(request);
        else send(request);
      }
      const count = settling + answered.ok.length + answered.slowDown.length + other;
      if ((now >= endsAt && count >= due) || now > endsAt + graceMs) resolve();
      else setImmediate(poll);
    };
    poll();
  });
  const unanswered = due - settling - answered.ok.length - answered.slowDown.length - other;
  return { ok: latencies(answered.ok), slowDown: latencies(answered.slowDown), other, unanswered };
}

/** The length of the message that begins `text`; null when its headers are not complete. */
function messageLength(text: string): number | null {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [, length = '0'] = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, end)) ?? [];
  return end + 4 + Number(length);
}

function latencies(all: readonly Answered[]): Latencies {
  const late = all.map((times) => times.late).sort((a, b) => a - b);
  const answer = all.map((times) => times.answer).sort((a, b) => a - b);
  const at = (sorted: readonly number[], share: number): number | null =>
    sorted[Math.floor(share * sorted.length)] ?? null;
  return {
    count: all.length,
    lateP50: at(late, 0.5),
    lateP99: at(late, 0.99),
    answerP50: at(answer, 0.5),
    answerP99: at(answer, 0.99),
  };
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
