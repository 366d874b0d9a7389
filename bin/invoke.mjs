// `npm run invoke -- [event ...]`: runs sample events through the deployed entry points, offline, over the samples.
// Events for Lambda run in one `serverless invoke local`, which compiles once (deploy/aws/invoke.ts). No tool emulates SCF,
// so its events are passed to handler/scf directly.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
/** The entry point for an event: the first row whose text is the start of the event's name. */
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
const args = process.argv.slice(2);

if (args.includes('--help')) {
  console.log(`Usage: npm run invoke -- [event ...]

Runs sample events (default: all) through the entry points of AWS Lambda and SCF, and checks their replies.
Events: ${events.join(', ')}`);
  process.exit(0);
}
const names = args.length > 0 ? args : events;
const unknown = names.find((name) => !events.includes(name));
if (unknown !== undefined) fail(`${unknown} is not a known event; known events: ${events.join(', ')}`);

const folder = mkdtempSync(join(tmpdir(), 'bucket-exif-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
// The samples, in a folder whose name is valid for a COS bucket.
symlinkSync(join(root, 'samples'), join(folder, 'samples-1250000000'), 'junction');

const scf = names.filter((name) => entryOf(name) === 'scf');
const lambda = names.filter((name) => entryOf(name) !== 'scf');
if (lambda.length > 0) await invokeLambda(lambda);
for (const name of scf) show(name, await invokeScf(name));

/** Checks the result of an event (`{ reply, log }`) and prints it in a line. */
function show(name, result) {
  const check = entryOf(name) === 'batch' ? checkTasks : isUpload(name) ? checkUpload : checkAnswer;
  console.log(`${name}: ${check(name, result)}`);
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

/** Runs the events in one process of serverless, and shows each result as soon as it is complete. */
async function invokeLambda(names) {
  console.error(`serverless compiles, then runs ${names.length} event${names.length === 1 ? '' : 's'} ...`);
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
      showOutput(left, text.slice(0, end));
      text = text.slice(end);
    }
  }
  const [status] = await ended;
  if (status !== 0) fail(`${left[0] ?? 'serverless'} failed: ${text}${errors}`);
  showOutput(left, more.length === 0 ? `== ${text}` : text);
  if (left.length > 0) fail(`serverless ended before it ran ${left.join(', ')}: ${errors}`);
}

/** The offset of the next event's headline, or -1. The text before the first headline is output of serverless itself. */
function nextHeadline(text) {
  return text.startsWith('== ') ? text.indexOf('\n== ') + 1 : text.search(/^== /m);
}

/** Shows the result of the next event in `left`, from everything that was printed for it. */
function showOutput(left, text) {
  if (!text.startsWith('== ')) return;
  const at = text.search(/^\{\n/m);
  show(left.shift(), { reply: at < 0 ? null : JSON.parse(text.slice(at)), log: toLog(text) });
}

async function invokeScf(name) {
  Object.assign(process.env, settingsOf(name));
  const require = createRequire(import.meta.url);
  const file = join(root, 'dist', 'handler', 'scf.js');
  delete require.cache[file]; // it reads its settings when it is loaded
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
    fail(`${name} failed: expected a reply 200 with EXIF, got ${JSON.stringify(reply)?.slice(0, 500)}`);
  }
  return `${reply.statusCode} ${reply.body.slice(0, 100)}...`;
}

/** Throws unless there is a result for every task, and the task for an existing image succeeded. */
function checkTasks(name, { reply }) {
  const codes = reply?.results?.map(({ resultCode }) => resultCode) ?? [];
  if (!codes.includes('Succeeded')) {
    fail(`${name} failed: expected a task that succeeded, got ${JSON.stringify(reply)?.slice(0, 1000)}`);
  }
  return codes.join(', ');
}

/** Throws if a message failed, or if the log does not have a line for each object that was read or removed. */
function checkUpload(name, { reply, log }) {
  const failed = reply?.batchItemFailures?.length ?? 0;
  const isTest = name === 's3-test';
  if (failed > 0 || (log.length === 0) !== isTest || log.some(({ level }) => level === 'error')) {
    fail(`${name} failed: ${JSON.stringify({ reply, log })?.slice(0, 1000)}`);
  }
  return [JSON.stringify(reply), ...log.map(({ key, code }) => `${key} ${code}`)].join(', ');
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
