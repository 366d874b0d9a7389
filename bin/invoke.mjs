// `npm run invoke -- [event ...]`: runs sample events through the deployed entry points, offline, over the samples.
// Those of Lambda go through one `serverless invoke local`, which compiles once (deploy/aws/invoke.ts); those of SCF, which no tool
// here emulates, go straight through handler/scf.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
/** Which entry takes an event, by the beginning of its name. */
const entries = [
  ['scf-', 'scf'],
  ['cos-', 'scf'],
  ['s3-batch-', 'batch'],
  ['s3-', 'upload'],
  ['sqs-', 'upload'],
  ['sns-', 'upload'],
  ['eventbridge-', 'upload'],
  ['', 'http'],
];
const entryOf = (name) => entries.find(([start]) => name.startsWith(start))[1];
const events = readdirSync(join(root, 'events')).map((file) => basename(file, '.json'));
const asked = process.argv.slice(2);

if (asked.includes('--help')) {
  console.log(`Usage: npm run invoke -- [event ...]\nEvents: ${events.join(', ')} (default: all)`);
  process.exit(0);
}
const folder = mkdtempSync(join(tmpdir(), 'bucket-exif-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
// The samples under the name that a bucket of COS has.
symlinkSync(join(root, 'samples'), join(folder, 'samples-1250000000'), 'junction');

const names = asked.length > 0 ? asked : events;
for (const name of names) if (!events.includes(name)) fail(`No event ${name}: there are ${events.join(', ')}`);
const scf = names.filter((name) => entryOf(name) === 'scf');
const lambda = names.filter((name) => entryOf(name) !== 'scf');
if (lambda.length > 0) await invokeLambda(lambda);
for (const name of scf) show(name, await invokeScf(name));

/** Checks what a function said of an event, and prints it in a line. */
function show(name, said) {
  const check = entryOf(name) === 'batch' ? checkTasks : isUpload(name) ? checkUpload : checkAnswer;
  console.log(`${name}: ${check(name, said)}`);
}

function isUpload(name) {
  return entryOf(name) === 'upload' || name.startsWith('cos-');
}

function settingsOf(name) {
  const bucket = name.startsWith('cos-') ? join(folder, 'samples-1250000000') : join(root, 'samples');
  return {
    EXIF_BUCKET: `directory:${bucket}`,
    EXIF_CACHE: `directory:${join(folder, 'cache')}`,
    EXIF_CALLERS: 'platform',
    EXIF_PUBLIC: '',
    EXIF_KEYS: '',
    SLS_TELEMETRY_DISABLED: '1',
  };
}

/** Runs all events in one process of serverless, which compiles once, and shows each as soon as it is through. */
async function invokeLambda(names) {
  console.error(`serverless compiles, and then runs ${names.length} event${names.length === 1 ? '' : 's'} ...`);
  const pathOf = (name) => join('events', `${name}.json`);
  const [first, ...more] = names;
  const args = [
    join(root, 'node_modules', 'serverless', 'bin', 'serverless.js'),
    ...['invoke', 'local', '--param', 'bucket=samples'],
    ...['-f', entryOf(first), '--path', pathOf(first)],
    ...more.flatMap((name) => ['--more', `${entryOf(name)}:${pathOf(name)}`]),
  ];
  const env = { ...process.env, ...settingsOf(first) };
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  process.on('exit', () => child.kill());
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors += text;
  });
  const ended = once(child, 'close');
  const left = [...names];
  let text = '';
  for await (const part of child.stdout.setEncoding('utf8')) {
    text += part;
    for (let end = nextHeadline(text); end > 0; end = nextHeadline(text)) {
      showSaid(left, text.slice(0, end));
      text = text.slice(end);
    }
  }
  const [status] = await ended;
  if (status !== 0) fail(`${left[0] ?? ''}: ${text}${errors}`);
  showSaid(left, more.length === 0 ? `== ${text}` : text);
  if (left.length > 0) fail(`serverless did not run ${left.join(', ')}: ${errors}`);
}

/** Where what was said of the next event begins; what comes before the first event is serverless' own. */
function nextHeadline(text) {
  return text.startsWith('== ') ? text.indexOf('\n== ') + 1 : text.search(/^== /m);
}

/** Shows the next of the events that are `left`, from all that was printed for it. */
function showSaid(left, text) {
  if (!text.startsWith('== ')) return;
  const at = text.search(/^\{\n/m);
  show(left.shift(), { reply: at < 0 ? null : JSON.parse(text.slice(at)), log: toLog(text) });
}

async function invokeScf(name) {
  Object.assign(process.env, settingsOf(name));
  const require = createRequire(import.meta.url);
  const file = join(root, 'dist', 'handler', 'scf.js');
  delete require.cache[file]; // its settings are read when it is loaded
  const event = JSON.parse(readFileSync(join(root, 'events', `${name}.json`), 'utf8'));
  const written = [];
  const { write } = process.stdout;
  process.stdout.write = (text) => written.push(text) > 0;
  try {
    return {
      reply: await require(file).main_handler(event, { time_limit_in_ms: 10_000 }),
      log: toLog(written.join('')),
    };
  } finally {
    process.stdout.write = write;
  }
}

function toLog(text) {
  return text
    .split('\n')
    .filter((line) => line.startsWith('{"'))
    .map((line) => JSON.parse(line));
}

function checkAnswer(name, { reply }) {
  if (reply?.statusCode !== 200 || JSON.parse(reply.body).Make === undefined) {
    fail(`${name}: no EXIF in the reply ${JSON.stringify(reply)?.slice(0, 500)}`);
  }
  return `${reply.statusCode} ${reply.body.slice(0, 100)}...`;
}

/** Each task has its result, and the one of an image that is there succeeded. */
function checkTasks(name, { reply }) {
  const codes = reply?.results?.map(({ resultCode }) => resultCode) ?? [];
  if (codes.length === 0 || !codes.includes('Succeeded')) fail(`${name}: ${JSON.stringify(reply)?.slice(0, 1000)}`);
  return codes.join(', ');
}

/** Nothing comes again, and each object that was read or removed has a line of the log. */
function checkUpload(name, { reply, log }) {
  const failed = reply?.batchItemFailures?.length ?? 0;
  const isTest = name === 's3-test';
  if (failed > 0 || (log.length === 0) !== isTest || log.some(({ level }) => level === 'error')) {
    fail(`${name}: not followed: ${JSON.stringify({ reply, log })?.slice(0, 1000)}`);
  }
  return [JSON.stringify(reply), ...log.map(({ key, code }) => `${key} ${code}`)].join(', ');
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
