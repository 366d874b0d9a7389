// All kinds of faults.
import type { Kind } from './kind';
import { connectionKinds } from './kinds-connection';
import { framingKinds } from './kinds-framing';
import { objectKinds } from './kinds-object';
import { statusKinds } from './kinds-status';

/**
 * The kinds, in the order of reports. Not among them: other bytes under headers that are all right, and a foreign reply to
 * the same range that comes after the request was sent. No client of HTTP/1.1 can see either.
 */
export const kinds: readonly Kind[] = [...connectionKinds, ...framingKinds, ...objectKinds, ...statusKinds];
