// `npm run deploy:scf`: the command on a terminal.
import { setTimeout as sleep } from 'node:timers/promises';
import { processEnv } from '../../service/config/config';
import { projectRoot } from '../artifact/files';
import { scfZip } from './artifact';
import { deploy } from './deploy';

const { stderr, stdout } = process;
/** On a terminal, progress is one line that is overwritten; in a log, it is a line for each step. */
let last = '';

function progress(text: string): void {
  if (stderr.isTTY) stderr.write(`\r\x1b[K${text.slice(0, (stderr.columns ?? 80) - 1)}`);
  else if (text.startsWith('[')) stderr.write(`${text} ...\n`);
  last = text;
}

/** Prints a text in place of the line of progress. */
function print(stream: NodeJS.WriteStream, text: string): void {
  if (stderr.isTTY && last !== '') stderr.write('\r\x1b[K');
  last = '';
  stream.write(text);
}

void deploy(process.argv.slice(2), {
  root: projectRoot(__dirname),
  env: processEnv,
  out: (text) => print(stdout, text),
  err: (text) => print(stderr, text),
  progress,
  sleep: (ms) => sleep(ms),
  callMs: 120_000,
  pollMs: 2_000,
  limitMs: 300_000,
  zip: scfZip,
}).then((code) => {
  process.exitCode = code;
});
