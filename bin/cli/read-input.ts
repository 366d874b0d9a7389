// Reads one input and makes its text, or the problem with it.

import { type ExifRecord, ProblemError, type ReadCost, readExif, render, type StyleName } from '../../lib';
import { type Paint, printableJson } from '../terminal/terminal';
import type { Input } from './inputs';
import type { CommandOptions } from './options';
import { toTable } from './table';

/** The result for one input; `out` is the text for standard output. */
export type Result = Readonly<{ name: string }> &
  (Readonly<{ out: string; container: string }> | Readonly<{ error: unknown }>);

/** How results are shown. `wrapped`: JSON that names its source. */
export type View = Readonly<{
  form: CommandOptions['form'];
  style: StyleName;
  only: CommandOptions['only'];
  wrapped: boolean;
  columns(): number;
  paint: Paint;
}>;

/** Reads an input and shows it. Never throws. */
export async function readInput({ name, source }: Input, view: View, stop: AbortSignal): Promise<Result> {
  try {
    if (source instanceof ProblemError) throw source;
    const cost: ReadCost = { requests: 0, bytes: 0 };
    const started = performance.now();
    const record = await readExif(source, { signal: stop, cost });
    const ms = performance.now() - started;
    return { name, container: record.container, out: await show(name, record, view, { cost, ms }) };
  } catch (error) {
    return { name, error };
  }
}

async function show(
  name: string,
  record: ExifRecord,
  view: View,
  spent: Readonly<{ cost: ReadCost; ms: number }>,
): Promise<string> {
  const json = await render(record, view.style, view.only === null ? {} : { only: view.only });
  if (view.form === 'table') return toTable({ name, record, json, ...spent }, view.columns(), view.paint);
  if (!view.wrapped) return `${printableJson(json)}\n`;
  const line = `{"source":${JSON.stringify(name)},"exif":${json.includes('\n') ? JSON.stringify(JSON.parse(json)) : json}}`;
  return `${printableJson(line)}\n`;
}
