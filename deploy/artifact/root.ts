// Where the project is, seen from its sources and from what they are compiled to.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The nearest folder at or above `folder` with a package.json; throws when there is none. */
export function projectRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  if (dirname(folder) === folder) throw new Error('No package.json above the program: run it in the project');
  return projectRoot(dirname(folder));
}
