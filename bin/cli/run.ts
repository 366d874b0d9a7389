// Reads all inputs of a command and writes the results, the failures, the progress and the summary.

import { type Screen, showProgress } from '../terminal/progress';
import { printable } from '../terminal/terminal';
import type { Argument, Input } from './argument';
import { failureLine } from './error-words';
import { inOrder } from './in-order';
import { headerOf, readInput, type View } from './read-input';
import { nothingSkipped, type SkipCounts, skippedLine } from './skipped';
import { addResult, nothingRead, type RunCounts, summaryLine } from './summary';

/** Inputs that are read at the same time: enough to hide the round trips to a store, few enough for the memory of a laptop. */
const concurrency = 16;

/** A command. `bar`: the terminal for a progress bar; null = none. `write` resolves when the output has taken the text. */
export type Run = Readonly<{
  named: readonly Argument[];
  view: View;
  all: boolean;
  quiet: boolean;
  bar: Screen | null;
  write(text: string): Promise<void>;
  note(line: string): void;
  stop: AbortSignal;
}>;

/** Whether the arguments may name more than one input. */
export function isSeveral(named: readonly Argument[]): boolean {
  return named.length > 1 || named.some(({ kind }) => kind !== 'single');
}

/** Reads and shows all inputs. Returns the number of those that could not be read. */
export async function readAll(run: Run): Promise<number> {
  const { named, view, stop, write } = run;
  let counts = nothingRead;
  const bar = run.bar === null || run.quiet ? null : showBar(run.bar, named, () => counts);
  const note = bar?.note ?? run.note;
  const notes: string[] = [];
  const onEnd = (argument: Argument, isEmpty: boolean, skipped: SkipCounts): void => {
    if (!run.quiet && isEmpty) note(`No ${wanted(run.all, argument)} in ${printable(argument.name)}`);
    const line = skippedLine(argument.name, argument.kind === 'objects' ? 'object' : 'file', skipped);
    if (line !== null) notes.push(line);
  };
  const inputs = inputsOf(named, onEnd);
  try {
    const header = headerOf(view);
    if (header !== '') await write(header);
    let shown = 0;
    for await (const result of inOrder(inputs, concurrency, (input) => readInput(input, view, stop), stop)) {
      if (stop.aborted) break;
      counts = addResult(counts, result);
      if ('error' in result) note(failureLine(result.name, result.error, result.advice));
      else await write(view.form === 'table' && shown++ > 0 ? `\n${result.out}` : result.out);
    }
    if (isSeveral(named)) notes.push(summaryLine(counts));
    if (!stop.aborted && !run.quiet) for (const line of notes) note(line);
  } finally {
    bar?.stop();
  }
  return counts.tally.failed;
}

function wanted(all: boolean, { kind }: Argument): string {
  if (!all) return 'images';
  return kind === 'objects' ? 'objects' : 'files';
}

async function* inputsOf(
  named: readonly Argument[],
  onEnd: (argument: Argument, isEmpty: boolean, skipped: SkipCounts) => void,
): AsyncGenerator<Input> {
  for (const one of named) {
    const skipped = nothingSkipped();
    let isEmpty = true;
    for await (const input of one.inputs(skipped)) {
      isEmpty = false;
      yield input;
    }
    onEnd(one, isEmpty, skipped);
  }
}

/** Shows a progress bar. Its total is known when all folders have been walked; never when a bucket is listed. */
function showBar(screen: Screen, named: readonly Argument[], counts: () => RunCounts) {
  let total: number | null = null;
  if (named.every(({ kind }) => kind !== 'objects')) {
    void countInputs(named).then((count) => {
      total = count;
    });
  }
  return showProgress(screen, () => ({ tally: counts().tally, total }));
}

/** Only folders are walked a second time to count: standard input can be read only once. */
async function countInputs(named: readonly Argument[]): Promise<number> {
  const folders = named.filter(({ kind }) => kind === 'files');
  let count = named.length - folders.length;
  for await (const _ of inputsOf(folders, () => {})) count++;
  return count;
}
