// Checks the zip that `npm run package` wrote: its list of files, and that its functions work in an empty folder.
// Usage: node check/zip.mjs .serverless/bucket-exif.zip   (needs unzip)
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const zip = process.argv[2] ?? join(root, '.serverless', 'bucket-exif.zip');
const files = execFileSync('unzip', ['-Z1', zip], { encoding: 'utf8' }).trim().split('\n');
/** From the lock file: node_modules has sharp's library for this machine, but the zip the one for the function. */
const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const production = Object.entries(packages)
  .filter(([path, { dev }]) => path !== '' && !dev)
  .map(([path]) => `${path}/`);

const wrong = [
  ...[
    'handler/http.js',
    'handler/upload.js',
    'handler/batch.js',
    'page/index.html.gz',
    'node_modules/exifr/package.json',
    'LICENSE',
  ]
    .filter((file) => !files.includes(file))
    .map((file) => `missing: ${file}`),
  ...files
    .filter((file) => file.startsWith('node_modules/') && !production.some((path) => file.startsWith(path)))
    .map((file) => `not part of a production dependency: ${file}`),
  ...files
    .filter((file) => /^(bench|bin|check|deploy|dist|events|lib|samples|service|test|testing)\/|\.(ts|map)$/.test(file))
    .map((file) => `does not belong: ${file}`),
];
if (wrong.length > 0) fail(wrong.slice(0, 20).join('\n'));

const folder = mkdtempSync(join(tmpdir(), 'bucket-exif-zip-'));
try {
  execFileSync('unzip', ['-q', zip, '-d', folder]);
  process.env.EXIF_BUCKET = `directory:${join(root, 'samples')}`;
  process.env.EXIF_CALLERS = 'platform';
  process.env.EXIF_CACHE = `directory:${join(folder, 'cache')}`;
  const run = (entry, event) =>
    createRequire(import.meta.url)(join(folder, 'handler', entry)).handler(
      JSON.parse(readFileSync(join(root, 'events', event), 'utf8')),
      {},
    );
  for (const entry of ['http', 'upload', 'batch']) {
    const { size } = statSync(join(folder, 'handler', `${entry}.js`));
    if (size > 1000)
      fail(`handler/${entry}.js has ${size} bytes, but must be small: runtime clients that import() it read it twice`);
  }
  const followed = await run('upload.js', 'sqs-s3.json');
  if (followed.batchItemFailures.length > 0) fail(`the zip does not follow uploads: ${JSON.stringify(followed)}`);
  const { results } = await run('batch.js', 's3-batch-2.json');
  if (results.length !== 2) fail(`the zip does not run tasks: ${JSON.stringify(results)}`);
  const reply = await run('http.js', 'function-url.json');
  if (reply.statusCode !== 200 || JSON.parse(reply.body).Make === undefined)
    fail(`the zip answers ${JSON.stringify(reply)}`);
  await checkSharp(createRequire(join(folder, 'handler', 'http.js')));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${zip}: ${files.length} files, ${statSync(zip).size} bytes, answers`);

/** There is one native library; when it is for this machine, it must turn a picture. */
async function checkSharp(load) {
  const native = files.filter((file) => /^node_modules\/@img\/sharp-linux-[^/]+\/.*\.node$/.test(file));
  if (native.length !== 1) fail(`the zip must have one native library of sharp, but has ${native.length}: ${native}`);
  if (process.platform !== 'linux' || !native[0].includes(`sharp-linux-${process.arch}`)) return;
  const blank = load('sharp')({ create: { width: 4, height: 2, channels: 3, background: '#888' } });
  const { info } = await blank.rotate(90).jpeg().toBuffer({ resolveWithObject: true });
  if (info.width !== 2) fail('the zip does not turn pictures');
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
