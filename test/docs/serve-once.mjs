// `npm start` of the tests of the docs: starts the server with these arguments on a free port, prints what it prints until it is
// ready, and stops it.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const program = join(import.meta.dirname, '..', '..', 'dist', 'bin', 'serve.js');
const args = process.argv.slice(2);
const given = args.indexOf('--port');
const rest = given < 0 ? args : args.toSpliced(given, 2);
const child = spawn(process.execPath, [program, ...rest, '--port', '0'], { stdio: ['ignore', 'inherit', 'pipe'] });
let text = '';
let isStopped = false;
child.stderr.on('data', (part) => {
  process.stderr.write(part);
  text += part;
  if (isStopped || !/^Try:/m.test(text)) return;
  isStopped = true;
  child.kill('SIGTERM');
});
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
