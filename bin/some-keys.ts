// A few image keys of a folder, to try things with.
import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

const image =
  /\.(jpe?g|png|tiff?|webp|hei[cf]|avif|jxl|jp2|psd|gif|dng|cr[23]|nef|arw|orf|pef|raf|rw2|srw|mrw|iiq|kdc)$/i;

/** At most six keys of images below the folder `root`; folders that cannot be listed are passed over. */
export function someKeys(root: string): readonly string[] {
  const keys: string[] = [];
  const folders = [root];
  for (let visited = 0; folders.length > 0 && visited < 50 && keys.length < 6; visited++) {
    const folder = folders.shift() ?? root;
    for (const entry of list(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile() && image.test(entry.name)) keys.push(relative(root, path).split(sep).join('/'));
    }
  }
  return keys.slice(0, 6);
}

function list(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return []; // the keys are a help only
  }
}
