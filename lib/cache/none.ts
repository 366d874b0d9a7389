// No cache.

import type { ExifCache } from '../types';

/** A cache in which nothing is ever found. */
export const noCache: ExifCache = {
  name: 'none',
  get: async () => ({ entry: null, version: null }),
  put: async () => 'not-stored',
};
