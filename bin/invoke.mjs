// `npm run invoke -- [event ...]`: runs sample events through the deployed entry points, offline, over the samples.
// Lambda's go through `serverless invoke local`; SCF's, which no tool here emulates, straight through handler/scf.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const events = readdirSync(join(root, 'events')).map((file) => basename(file, '.json'));
const asked = process.argv.slice(2);
const settings = {
  EXIF_BUCKET: `directory:${join(root, 'samples')}`,
  EXIF_CALLERS: 'platform',
  EXIF_PUBLIC: '',
  EXIF_KEYS: '',
};
const env = { ...process.env, ...settings, SLS_TELEMETRY_DISABLED: '1' };

if (asked.includes('--help')) {
  console.log(`Usage: npm run invoke -- [event ...]\nEvents: ${events.join(', ')} (default: all)`);
  process.exit(0);
}
for (const name of asked.length > 0 ? asked : events) {
  if (!events.includes(name)) fail(`No event ${name}: there are ${events.join(', ')}`);
  const reply = name.startsWith('scf-') ? await invokeScf(name) : invokeLambda(name);
  if (reply?.statusCode !== 200 || JSON.parse(reply.body).Make === undefined) {
    fail(`${name}: no EXIF in the reply ${JSON.stringify(reply)?.slice(0, 500)}`);
  }
  console.log(`${name}: ${reply.statusCode} ${reply.body.slice(0, 100)}...`);
}

function invokeLambda(name) {
  console.error(`${name} ... (serverless compiles first)`);
  const serverless = join(root, 'node_modules', 'serverless', 'bin', 'serverless.js');
  const args = [serverless, 'invoke', 'local', '-f', 'http', '--path', join('events', `${name}.json`)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, env, encoding: 'utf8' });
  if (status !== 0) fail(`${name}: ${stdout}${stderr}`);
  return JSON.parse(stdout.slice(stdout.indexOf('\n{\n') + 1));
}

async function invokeScf(name) {
  Object.assign(process.env, settings);
  const { main_handler } = createRequire(import.meta.url)(join(root, 'dist', 'handler', 'scf.js'));
  return main_handler(JSON.parse(readFileSync(join(root, 'events', `${name}.json`), 'utf8')), {
    time_limit_in_ms: 10_000,
  });
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
