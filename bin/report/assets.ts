// Finds what reports are made with: files that the build makes (bin/report/build.mjs).

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../../lib/io/error-code';
import { ProblemError } from '../../lib/problem';
import type { Assets } from './document';

/** The folder of the built files, relative to the bundle of the package, to this file compiled in dist/, and to this source. */
const folders = ['.', '../../npm', '../../dist/npm'].map((path) => join(__dirname, path));

/** Reads them. */
export function loadAssets(): Assets {
  for (const folder of folders) {
    try {
      const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
      return { css: read('report.css').trim(), land: read('land.txt') };
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
    }
  }
  throw new ProblemError('ConfigInvalid', 'Cannot find the styles of reports: run npm run build');
}
