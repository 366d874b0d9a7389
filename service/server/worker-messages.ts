// The messages between the process that leads and its workers. Each side checks what it gets.

/** The two kinds of slots that all workers share (lib/read/thumbnail-upright.ts). */
export const slotNames = ['jobs', 'turns'] as const;
export type SlotName = (typeof slotNames)[number];

/** The samples of each metric, in the order of `ServerMetrics.list`. */
export type Samples = readonly (readonly string[])[];

export type FromWorker =
  /** The worker cannot go on. `text` has no data of a request. */
  | Readonly<{ kind: 'failed'; text: string; exitCode: number }>
  /** Wants a slot; ends this wish; frees a slot that it has. */
  | Readonly<{ kind: 'take'; name: SlotName; id: number; returning: boolean }>
  | Readonly<{ kind: 'leave'; id: number }>
  | Readonly<{ kind: 'give'; name: SlotName }>
  /** What the worker has counted. `round`: the question that this answers; 0 = none, and counters only. */
  | Readonly<{ kind: 'report'; round: number; samples: Samples }>
  /** Wants the metrics of all workers. */
  | Readonly<{ kind: 'metrics'; id: number }>;

export type ToWorker =
  | Readonly<{ kind: 'taken'; id: number; isTaken: boolean }>
  | Readonly<{ kind: 'report'; round: number }>
  | Readonly<{ kind: 'metrics'; id: number; text: string }>
  | Readonly<{ kind: 'stop' }>;

/** Characters of a text, and of all samples: many times what is usual. */
const most = { text: 16 * 1024, samples: 16 * 1024 * 1024 } as const;

type Check = (value: unknown) => boolean;
type Shape = Readonly<Record<string, Check>>;

const count: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const flag: Check = (value) => typeof value === 'boolean';
const slotName: Check = (value) => slotNames.some((name) => name === value);
const textUpTo =
  (length: number): Check =>
  (value) =>
    typeof value === 'string' && value.length <= length;

const fromWorker: Readonly<Record<FromWorker['kind'], Shape>> = {
  failed: { text: textUpTo(most.text), exitCode: count },
  take: { name: slotName, id: count, returning: flag },
  leave: { id: count },
  give: { name: slotName },
  report: { round: count, samples: areSamples },
  metrics: { id: count },
};

const toWorker: Readonly<Record<ToWorker['kind'], Shape>> = {
  taken: { id: count, isTaken: flag },
  report: { round: count },
  metrics: { id: count, text: textUpTo(most.samples) },
  stop: {},
};

/** The message of a worker; null for anything else. */
export function readFromWorker(value: unknown): FromWorker | null {
  return fits(value, fromWorker) ? (value as FromWorker) : null;
}

/** The message of the process that leads; null for anything else. */
export function readToWorker(value: unknown): ToWorker | null {
  return fits(value, toWorker) ? (value as ToWorker) : null;
}

/** A text of at most the length that a message may have. */
export function cutText(text: string): string {
  return text.slice(0, most.text);
}

function fits(value: unknown, shapes: Readonly<Record<string, Shape>>): boolean {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false;
  const shape = Object.hasOwn(shapes, String(value.kind)) ? shapes[String(value.kind)] : undefined;
  const members = value as Readonly<Record<string, unknown>>;
  return shape !== undefined && Object.entries(shape).every(([name, check]) => check(members[name]));
}

function areSamples(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  let length = 0;
  for (const samples of value) {
    if (!Array.isArray(samples)) return false;
    for (const sample of samples) {
      if (typeof sample !== 'string') return false;
      length += sample.length;
    }
  }
  return length <= most.samples;
}
