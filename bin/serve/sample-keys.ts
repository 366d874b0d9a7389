// A few image keys of a folder, as examples to try.
import { readdirSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { hasImageSuffix } from '../image-suffixes';

/** The most keys that are returned, and the most folders and files that are searched for them. */
const most = { keys: 6, folders: 50, files: 5_000 } as const;

/**
 * At most six keys of images below the folder `root` for which `fits` is true. Hidden and empty files are left out, and folders
 * that cannot be listed.
 */
export function sampleKeys(root: string, fits: (key: string) => boolean = () => true): readonly string[] {
  const keys: string[] = [];
  const folders = [root];
  let files = 0;
  for (let visited = 0; folders.length > 0 && visited < most.folders && keys.length < most.keys; visited++) {
    const folder = folders.shift() ?? root;
    for (const entry of list(folder)) {
      if (entry.name.startsWith('.') || ++files > most.files) continue;
      const path = join(folder, entry.name);
      const key = relative(root, path).split(sep).join('/');
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile() && hasImageSuffix(entry.name) && fits(key) && !isEmpty(path)) keys.push(key);
    }
  }
  return keys.slice(0, most.keys);
}

function isEmpty(path: string): boolean {
  try {
    return statSync(path).size === 0;
  } catch {
    return true; // it was removed meanwhile
  }
}

function list(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return []; // these keys are only a help for the user
  }
}
