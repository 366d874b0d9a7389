// The deployed zip, unzipped into an empty folder, from where no file of the project can be loaded.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../deploy/artifact/files';
import { lambdaClient } from './servers/lambda-client';

export const root = projectRoot(__dirname);
export const zip = join(root, '.serverless', 'bucket-exif.zip');
/** Memory of the smallest function, in megabytes. */
export const memoryMb = 128;

export type Artifact = Readonly<{ folder: string; client: string; remove(): void }>;

/** Unzips it. Throws Error without the zip, the program `unzip` or the runtime client. */
export function unzipArtifact(): Artifact {
  if (!existsSync(zip)) throw new Error(`There is no ${zip}: run npm run test:lambda, which makes it`);
  const client = lambdaClient();
  if (client === null) throw new Error('The runtime client cannot be built');
  const folder = mkdtempSync(join(tmpdir(), 'bucket-exif-task-'));
  execFileSync('unzip', ['-q', zip, '-d', folder]);
  return { folder, client, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
