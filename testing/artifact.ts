// The zip that is deployed, unzipped into an empty folder: nothing of the project is within its reach.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../deploy/artifact/files';
import { lambdaClient } from './servers/lambda-client';

export const root = projectRoot(__dirname);
export const zip = join(root, '.serverless', 'bucket-exif.zip');
/** Megabytes of the smallest function. */
export const memoryMb = 128;

export type Artifact = Readonly<{ folder: string; client: string; remove(): void }>;

/** Unzips it. Throws Error without a zip, `unzip` or the runtime client. */
export function unzipArtifact(): Artifact {
  if (!existsSync(zip)) throw new Error(`There is no ${zip}: npm run test:lambda makes it first`);
  const client = lambdaClient();
  if (client === null) throw new Error('The runtime client cannot be built');
  const folder = mkdtempSync(join(tmpdir(), 'bucket-exif-task-'));
  execFileSync('unzip', ['-q', zip, '-d', folder]);
  return { folder, client, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
