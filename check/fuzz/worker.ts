// One process of the fuzzer: instruments lib/ and runs its campaigns.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { instrumentFiles } from './load-instrumented';
import type { WorkerNews, WorkerTask } from './task';

const lib = join(__dirname, '..', '..', 'lib');
/** Folders of lib/ whose literals are the dictionary; loaded at the start, so that it is the same in every run. */
const folders = ['auth', 'block', 'bytes', 'container', 'maker-note', 'metadata', 'style', 'tag', 'tiff', 'video'];

/** Does a task; resolves when it is done. */
async function work(task: WorkerTask, tell: (news: WorkerNews) => void): Promise<void> {
  const instrumented = instrumentFiles((fileName) => fileName.startsWith(lib));
  for (const folder of folders) {
    for (const name of readdirSync(join(lib, folder), { recursive: true, encoding: 'utf8' }).sort()) {
      if (name.endsWith('.js')) require(join(lib, folder, name));
    }
  }
  // Loaded only now, so that everything it imports from lib/ is instrumented.
  const { runCampaigns } = require('./run-campaigns') as typeof import('./run-campaigns');
  await runCampaigns(task, instrumented, tell);
}

if (require.main === module) {
  const task = JSON.parse(process.argv[2] ?? '{}') as WorkerTask;
  work(task, (news) => void process.send?.(news)).then(
    () => process.disconnect?.(),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
}
