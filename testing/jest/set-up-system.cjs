// Before the project `system`: builds what its tests start, and makes the folder through which they share one Ceph.
const { execFileSync } = require('node:child_process');
const { mkdtempSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

module.exports = () => {
  const setup = join(__dirname, '..', '..', 'bin', 'setup.mjs');
  execFileSync(process.execPath, [setup, 'build'], { stdio: 'inherit' });
  // testing/servers/ceph-rgw.ts reads it; the processes that run test files inherit it.
  process.env.SHARED_CEPH_FOLDER = mkdtempSync(join(tmpdir(), 'rgw-shared-'));
};
