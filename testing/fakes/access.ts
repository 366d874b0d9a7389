// Settings of access control for tests and benches.
import type { Access } from '../../lib/auth';

/** Signatures are not checked: everybody may read. */
export const everyone: Access = {
  callers: 'platform',
  isPublic: () => true,
  keys: async () => ({ keys: new Map(), rounds: 1 }),
  hosts: new Map(),
  regions: new Map(),
  scopeRegion: null,
  rules: {
    skew: 900,
    maxLifetime: null,
    unsignedOperation: new Set(['cos']),
    unsignedHost: false,
    hideKeys: false,
    echo: false,
  },
};
