// Waiting until a function is ready: the API does its work after it has answered.
import type { FunctionState, ScfApi } from './api';

export type Patience = Readonly<{
  /** Milliseconds between two looks. */
  pollMs: number;
  /** Milliseconds after which it is given up. */
  limitMs: number;
  sleep(ms: number): Promise<void>;
  /** Told at each look that found it not ready. */
  progress(status: string, ms: number): void;
}>;

/** What no waiting cures. */
const ended = new Set(['CreateFailed', 'UpdateFailed', 'PublishFailed', 'DeleteFailed']);

/** The function when it is active. Throws when it failed, is gone, or takes longer than `limitMs`. */
export async function untilActive(api: ScfApi, name: string, patience: Patience): Promise<FunctionState> {
  const looks = Math.max(1, Math.ceil(patience.limitMs / patience.pollMs));
  let status = 'unknown';
  for (let look = 0; look < looks; look++) {
    if (look > 0) await patience.sleep(patience.pollMs);
    const state = await api.getFunction(name);
    if (state === null) throw new Error(`Function ${name} is gone: someone deleted it meanwhile`);
    status = state.Status ?? 'unknown';
    if (status === 'Active') return state;
    if (ended.has(status)) throw new Error(`Function ${name} is ${status}: ${reasonsOf(state)}`);
    patience.progress(status, (look + 1) * patience.pollMs);
  }
  throw new Error(`Function ${name} is still ${status} after ${Math.round(patience.limitMs / 1000)} s`);
}

/** The function when it is gone. */
export async function untilGone(api: ScfApi, name: string, patience: Patience): Promise<void> {
  const looks = Math.max(1, Math.ceil(patience.limitMs / patience.pollMs));
  for (let look = 0; look < looks; look++) {
    if (look > 0) await patience.sleep(patience.pollMs);
    const state = await api.getFunction(name);
    if (state === null) return;
    patience.progress(state.Status ?? 'unknown', (look + 1) * patience.pollMs);
  }
  throw new Error(`Function ${name} is still there after ${Math.round(patience.limitMs / 1000)} s`);
}

function reasonsOf({ StatusReasons, StatusDesc }: FunctionState): string {
  const reasons = (StatusReasons ?? []).map(({ ErrorMessage }) => ErrorMessage).filter(Boolean);
  return [...reasons, StatusDesc].filter(Boolean).join('; ') || 'it says no reason';
}
