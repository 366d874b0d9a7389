// A worker's side of several processes: what it asks of the process that leads, and what it does when that process says so.
import type { Server } from 'node:http';
import { uprightJobs } from '../../lib/limits';
import { shareUprightSlots } from '../../lib/read/thumbnail-upright';
import type { SharedAnswer } from '../own-paths/own-paths';
import { createLeasedSlots } from './leased-slots';
import { endProcess } from './output';
import { stopServer } from './server';
import { metricsAnswer, type ServerMetrics } from './server-metrics';
import { type Place, shareOf } from './shares';
import { cutText, type FromWorker, readToWorker } from './worker-messages';

export type Worker = Readonly<{
  place: Place;
  /** Ends this process, because it cannot go on. `text` has no data of a request. */
  fail(text: string, exitCode: number): void;
  /** Stops `server` when the process that leads says so, and then ends this process. */
  stopWith(server: Server): void;
  /** Reports what `metrics` count. Returns the answer for `/-/metrics`, the sum of all workers; nothing without metrics. */
  share(metrics: ServerMetrics | null): SharedAnswer | undefined;
}>;

/** Milliseconds between two reports. What was counted after the last one is lost when a worker is killed. */
const reportMs = 1_000;

/** Called once, in a process that was started as a worker. When the process that leads ends, node:cluster ends this one. */
export function createWorker(place: Place): Worker {
  const send = (message: FromWorker): void => {
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
  };
  let id = 0;
  const nextId = (): number => ++id;
  const [jobs, turns] = [createLeasedSlots('jobs', send, nextId), createLeasedSlots('turns', send, nextId)];
  shareUprightSlots({ jobs, turns, lent: shareOf(uprightJobs.lent, place) });
  const texts = new Map<number, (text: string) => void>();
  let stop = (): void => endProcess(0);
  let report = (_round: number): void => undefined;

  process.on('message', (value) => {
    const message = readToWorker(value);
    if (message?.kind === 'stop') stop();
    if (message?.kind === 'report') report(message.round);
    if (message?.kind === 'taken') for (const slots of [jobs, turns]) slots.taken(message.id, message.isTaken);
    if (message?.kind === 'metrics') {
      texts.get(message.id)?.(message.text);
      texts.delete(message.id);
    }
  });
  // A terminal and some service managers send these to all processes; the process that leads says when to stop.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);
  const fail = (text: string, exitCode: number): void => {
    const message: FromWorker = { kind: 'failed', text: cutText(text), exitCode };
    process.send?.(message, undefined, undefined, () => endProcess(exitCode));
  };
  process.once('uncaughtException', (error) => fail(reasonOf(error), 1));

  return {
    place,
    fail,
    stopWith(server) {
      stop = () => stopServer(server, () => endProcess(0));
    },
    share(metrics) {
      if (metrics === null) return undefined;
      const { list, jobs } = metrics;
      report = (round) => {
        const samples = list.map((metric) => (round > 0 || metric.type !== 'gauge' ? metric.samples() : []));
        send({ kind: 'report', round, samples });
      };
      let reported = 0;
      const reportJobs = (): void => {
        if (jobs() !== reported) report(0);
        reported = jobs();
      };
      setInterval(reportJobs, reportMs).unref();
      return ({ path }) => {
        if (path !== '/-/metrics') return null;
        const asked = nextId();
        return new Promise((resolve) => {
          texts.set(asked, (text) => resolve(metricsAnswer(text)));
          send({ kind: 'metrics', id: asked });
        });
      };
    },
  };
}

/** Where an unexpected error was thrown. Its message is left out: it may have data of a request. */
function reasonOf(error: Error): string {
  const head = `${error.name}: ${error.message}`;
  const frames = error.stack?.startsWith(head) === true ? error.stack.slice(head.length) : '';
  return `${error.name}${frames}`;
}
