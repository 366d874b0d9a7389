// The store for a backfill as a process: says on its error output where it listens.
//   node dist/bench/backfill/store-process.js IMAGES FILE BYTES DELAY_MS
import { readFileSync } from 'node:fs';
import { fastStore } from '../../testing/servers/fast-store';

async function listen([objects = '0', file = '', bytes = '0', delayMs = '0']: readonly string[]): Promise<void> {
  const options = {
    objects: Number(objects),
    head: readFileSync(file),
    bytes: Number(bytes),
    delayMs: Number(delayMs),
  };
  const { endpoint } = await fastStore(options);
  process.stderr.write(`${endpoint}\n`);
}

if (require.main === module) void listen(process.argv.slice(2));
