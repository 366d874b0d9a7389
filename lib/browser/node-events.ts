// Replaces node:events in browsers, which do not warn about many listeners.

export function setMaxListeners(): void {}
