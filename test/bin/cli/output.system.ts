// Where the output goes: to a disk that is full, to a reader that goes away.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { program, root, start } from './program';

const samples = join(root, 'samples');

(existsSync('/dev/full') ? test : test.skip)('a full disk is one line and exit code 1', async () => {
  const { stdout, stderr, status } = spawnSync('sh', ['-c', `"${process.execPath}" "${program}" . > /dev/full`], {
    cwd: samples,
    encoding: 'utf8',
  });
  const line = 'bucket-exif: Cannot write the output: no space left\n';
  expect([status, stdout, stderr]).toEqual([1, '', line]);
});

test('a reader that goes away ends it', async () => {
  const many = Array.from({ length: 300 }, () => 'gps.jpg');
  const { child, ended } = start([...many, '--lines']);
  child.stdout?.once('data', () => child.stdout?.destroy());
  expect(await ended).toMatchObject({ code: 0, err: '' });
});
