// The environment of every test file: Node's, without what Jest 30 leaves behind. For each file Jest makes an AsyncLocalStorage
// and never disables it; from then on, Node 20 and 22 write a property for it to every promise of the process, so that
// each file runs slower than the one before.
const { AsyncLocalStorage } = require('node:async_hooks');
const { TestEnvironment } = require('jest-environment-node');

const { run } = AsyncLocalStorage.prototype;
/** The storages that ran anything since the last file ended. */
const used = new Set();
AsyncLocalStorage.prototype.run = function (...args) {
  used.add(this);
  return run.apply(this, args);
};

module.exports = class extends TestEnvironment {
  async teardown() {
    await super.teardown();
    for (const storage of used) storage.disable();
    used.clear();
  }
};
