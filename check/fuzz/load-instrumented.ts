// Makes `require` instrument the compiled files of some folders when they are loaded, and keeps the counters.
import { readFileSync } from 'node:fs';
import Module from 'node:module';
import { countersGlobal, instrument } from './branch-counters';

/** Counters of one process. The files of lib/ use about 5,000. */
const capacity = 1 << 16;

/** What has been instrumented: `counters` grow while code runs, the other members while files are loaded. */
export type Instrumentation = { counters: Uint8Array; used: number; texts: Set<string>; numbers: Set<number> };

type CompilingModule = Readonly<{ _compile(code: string, fileName: string): void }>;
/** The table of loaders by extension, which Node keeps for programs such as this one. */
type Loaders = Readonly<{ _extensions: Record<string, (module: CompilingModule, fileName: string) => void> }>;

/** From now on every file that `isWanted` is instrumented as it is loaded. Call it before the files are required. */
export function instrumentFiles(isWanted: (fileName: string) => boolean): Instrumentation {
  const state: Instrumentation = { counters: new Uint8Array(capacity), used: 0, texts: new Set(), numbers: new Set() };
  Object.assign(globalThis, { [countersGlobal]: state.counters });
  const loaders = (Module as unknown as Loaders)._extensions;
  const usual = loaders['.js'];
  loaders['.js'] = (module, fileName) => {
    if (!isWanted(fileName)) return usual?.(module, fileName);
    const file = instrument(readFileSync(fileName, 'utf8'), fileName, state.used);
    if (state.used + file.branches > capacity) throw new Error(`There are more than ${capacity} branches`);
    state.used += file.branches;
    for (const text of file.texts) state.texts.add(text);
    for (const number of file.numbers) state.numbers.add(number);
    module._compile(file.code, fileName);
  };
  return state;
}
