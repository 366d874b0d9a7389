// The region of an AWS profile, from the files that `aws configure` writes [AWS SDKs and Tools Reference, shared files].
// It is read synchronously at the start; the SDK's reader of these files is asynchronous.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Env } from '../types';

/**
 * `region` of the profile AWS_PROFILE, else of `default`, in the credentials file and then the config file, as the AWS SDK
 * does; null when neither has one. The files are AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE, else those in HOME. A
 * file that cannot be read counts as empty.
 */
export function profileRegion(env: Env): string | null {
  const profile = env['AWS_PROFILE'] || 'default';
  const home = env['HOME'] || env['USERPROFILE'] || null;
  const ownFile = (name: string): string | null => (home === null ? null : join(home, '.aws', name));
  const credentials = env['AWS_SHARED_CREDENTIALS_FILE'] || ownFile('credentials');
  const config = env['AWS_CONFIG_FILE'] || ownFile('config');
  const inConfig = profile === 'default' ? [`profile ${profile}`, profile] : [`profile ${profile}`];
  return profileRegionOf(credentials, [profile]) ?? profileRegionOf(config, inConfig);
}

/** The region in the first of `sections` that has one. */
function profileRegionOf(path: string | null, sections: readonly string[]): string | null {
  const found = path === null ? new Map<string, string>() : regionsIn(readTextFile(path));
  const region = sections.map((section) => found.get(section)).find((text) => text !== undefined);
  return region !== undefined && /^[a-z0-9-]{1,32}$/.test(region) ? region : null;
}

function readTextFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** `region` of each section, by its name. Indented lines belong to the setting above them (`s3 =`). */
function regionsIn(text: string): ReadonlyMap<string, string> {
  const regions = new Map<string, string>();
  let section: string | null = null;
  for (const line of text.split(/\r?\n/)) {
    const bare = line.replace(/(^|\s)[;#].*$/, '').trimEnd();
    const [, title] = /^\s*\[\s*(.*?)\s*\]$/.exec(bare) ?? [];
    if (title !== undefined) section = title.replace(/\s+/g, ' ').replace(/^(profile )?"(.*)"$/, '$1$2');
    const [, region] = /^region\s*=\s*(.*)$/.exec(bare) ?? [];
    if (section !== null && region !== undefined && region !== '') regions.set(section, region);
  }
  return regions;
}
