// The bundle of an entry point contains only the triggers of its own list (`sideEffects` in package.json).
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const root = join(__dirname, '..', '..');
const folder = 'lib/trigger/';

/** The files of lib/trigger with code in the bundle. */
function triggerFiles(entry: string): readonly string[] {
  const { metafile } = buildSync({
    entryPoints: [join('handler', `${entry}.ts`)],
    absWorkingDir: root,
    write: false,
    metafile: true,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
  });
  const inputs = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs));
  const used = inputs.filter(([path, { bytesInOutput }]) => path.startsWith(folder) && bytesInOutput > 0);
  return used.map(([path]) => path.slice(folder.length)).sort();
}

const shared = ['event-fields.ts', 'index.ts'];
const uploads = [...shared, 'upload-trigger.ts'];
const requests = [...shared, 'http-trigger.ts', 'query.ts'];

test.each([
  ['http', [...requests, 'alb.ts', 'api-gateway.ts']],
  ['upload', [...uploads, 'eventbridge.ts', 's3-notification.ts', 'sqs-sns.ts']],
  ['batch', [...shared, 's3-batch.ts']],
  ['scf', [...requests, 'cos-event.ts', 'scf-http.ts', 'upload-trigger.ts']],
  ['web', ['event-fields.ts', 'query.ts']],
])('%s', (entry, files) => {
  expect(triggerFiles(entry)).toEqual([...files].sort());
});
