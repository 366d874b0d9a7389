// The end of the message about a name in --only that the EXIF does not have.

import { hintOf } from '../../lib/api/arguments';
import { flatMembers } from '../../lib/style/flat';

/** Speaks of --metadata when only that has a member with the name; otherwise of the tag or field that was meant (null = unknown). */
export function onlyHint(name: string, meant: string | null): string {
  const { flatNames } = require('../../lib/metadata/flat') as typeof import('../../lib/metadata/flat');
  const isOther = flatNames.has(name) && !flatMembers.includes(name) && name !== 'tags';
  return isOther ? ': add --metadata, which has it' : hintOf(meant);
}
