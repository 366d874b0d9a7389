// The messages that docs/troubleshooting.md quotes are those that the programs print, the service answers, and the page shows.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { problems } from '../../lib/problem-table';
import { isAsShown } from './blocks';
import { root, tablesOf } from './markdown';
import { openStage, type Stage } from './stage';

const text = readFileSync(join(root, 'docs', 'troubleshooting.md'), 'utf8');
/** Texts of three words or more between backticks, in the first column. */
const quoted = tablesOf(text).flatMap(({ rows }) =>
  rows.flatMap(([seen = '']) => [...seen.matchAll(/`([^`]+ [^`]+ [^`]+)`/g)].map(([, message = '']) => message)),
);

/** Commands that print the messages which have values in them. */
const commands = [
  'npx bucket-exif s3://photos/a.jpg',
  'AWS_EC2_METADATA_DISABLED=true AWS_REGION=eu-west-1 npm start -- --bucket s3://photos',
  'npm start -- --bucket ./nowhere',
  'EXIF_BUKET=x npm start',
  'npm start -- --bucket ./photos --host 0.0.0.0',
  'EXIF_FRESHNESS=trust npm start -- --bucket ./photos',
  'npx bucket-exif photos/text.txt',
  'npx bucket-exif photos/gps.jpg --only title',
  `url=http://127.0.0.1:9000; node '${root}/dist/bin/serve.js' --port "\${url##*:}"`,
  "curl -s 'http://127.0.0.1:9000/plain.jpg?exif'",
  "curl -s 'http://127.0.0.1:9000/gps.jpg?exif'",
  "curl -s -H 'Host: example.com' 'http://127.0.0.1:9000/gps.jpg?exif'",
  "curl -s 'http://127.0.0.1:9000/gps.jpg?exif&q-sign-algorithm=sha1&q-ak=local&q-sign-time=1;9999999999&q-key-time=1;9999999999" +
    "&q-header-list=host&q-url-param-list=exif%3Bx&q-signature=0000000000000000000000000000000000000000'",
];
let printed = '';

beforeAll(async () => {
  const stage = await openStage();
  const ends = await Promise.all(commands.map((command) => runIn(stage, command)));
  printed = ends.join('\n');
  await stage.close();
}, 120_000);

const runIn = async (stage: Stage, command: string): Promise<string> =>
  (await stage.run('bash', ['-c', stage.adapt(command)], stage.newFolder())).output;

/** The texts of code that the commands cannot reach: of the page, the set-up and packages that are missing. */
function sources(): string {
  const files = readdirSync(join(root, 'page')).filter((name) => name.endsWith('.ts'));
  return [...files.map((name) => join('page', name)), 'bin/setup.mjs', 'lib/io/optional-package.ts']
    .map((path) => readFileSync(join(root, path), 'utf8'))
    .join('\n');
}

test.each(quoted)('%s', (message) => {
  const answers = Object.values(problems).map(({ message: answer }) => answer);
  const lines = [...printed.split('\n'), ...answers, ...sources().split(/['`\n]/)];
  const shown = `...${message.replace('9000', '...').replace(/\.+$/, '')}...`;
  expect(lines.some((line) => isAsShown(line, shown))).toBe(true);
});
