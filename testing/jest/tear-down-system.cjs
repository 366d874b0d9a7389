// After the project `system`: stops the Ceph that its tests shared, if one of them started it.
const { execFileSync } = require('node:child_process');
const { existsSync, rmSync } = require('node:fs');
const { join } = require('node:path');

module.exports = () => {
  const folder = process.env.SHARED_CEPH_FOLDER;
  const ceph = join(folder, 'ceph');
  const script = join(__dirname, '..', 'servers', 'ceph-rgw.sh');
  if (existsSync(ceph)) execFileSync(script, ['stop', ceph], { stdio: 'inherit' });
  rmSync(folder, { recursive: true, force: true });
};
