// Findings as files: one for each kind of fault, made as short as the fault allows.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type InputFault, judgeWhole } from './judge-input';
import type { Target } from './target';

/** A fault: the target, what is wrong, and where it was written. */
export type Finding = Readonly<{ target: string; wrong: InputFault; path: string; length: number }>;

/** Runs of the checks that making one input shorter may take, and milliseconds. */
const maxTries = 3_000;
const maxShortenMs = 20_000;
/** After so many different faults the rest is not written: one fault is likely to have many faces. */
const maxFindings = 100;

/** One kind of fault is one target, one reason without its numbers, and one place in the code. */
function faultKey(target: string, { reason, place }: InputFault): string {
  const plain = reason.replace(/\d+/g, 'N').replace(/"[^"]*"/g, '"..."');
  return createHash('sha256').update(`${target}\n${plain}\n${place}`).digest('hex').slice(0, 12);
}

/** Called with each input before it is run. */
export type Begin = (target: Target, input: Uint8Array) => void;

/** Collects findings in `folder`, which is made when there is one. */
export function findingsIn(folder: string, begin: Begin) {
  const known = new Set<string>();
  const findings: Finding[] = [];
  const report = async (target: Target, input: Uint8Array, wrongs: readonly InputFault[]): Promise<void> => {
    for (const wrong of wrongs) {
      const key = faultKey(target.name, wrong);
      if (known.has(key) || findings.length >= maxFindings) continue;
      known.add(key);
      const shortest = await shorten(target, input, key, begin);
      findings.push(writeFinding(folder, target.name, shortest, wrong));
    }
  };
  return { findings, report };
}

/** Writes an input and, beside it, what is wrong with it. */
export function writeFinding(folder: string, target: string, input: Uint8Array, wrong: InputFault): Finding {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${target}-${faultKey(target, wrong)}`);
  writeFileSync(`${path}.bin`, input);
  const replay = `npm run fuzz -- --replay ${path}.bin --only ${target}`;
  writeFileSync(`${path}.txt`, `${target}: ${wrong.reason}\n${wrong.place}\n${input.length} bytes\n${replay}\n`);
  return { target, wrong, path: `${path}.bin`, length: input.length };
}

/** The shortest input that is found to have the same fault: pieces are left out, then bytes are set to 0. */
export async function shorten(target: Target, input: Uint8Array, key: string, begin: Begin): Promise<Uint8Array> {
  const until = performance.now() + maxShortenMs;
  let tries = 0;
  const isOver = (): boolean => tries >= maxTries || performance.now() > until;
  const hasFault = async (candidate: Uint8Array): Promise<boolean> => {
    tries++;
    begin(target, candidate);
    return (await judgeWhole(target, candidate)).some((wrong) => faultKey(target.name, wrong) === key);
  };
  let best = input;
  for (let length = best.length >> 1; length > 0 && !isOver(); length >>= 1) {
    for (let at = 0; at < best.length && !isOver(); ) {
      const candidate = Uint8Array.of(...best.subarray(0, at), ...best.subarray(at + length));
      if (await hasFault(candidate)) best = candidate;
      else at += length;
    }
  }
  for (let at = 0; at < best.length && target.kind === 'file' && !isOver(); at++) {
    if (best[at] === 0) continue;
    const candidate = best.slice();
    candidate[at] = 0;
    if (await hasFault(candidate)) best = candidate;
  }
  return best;
}
