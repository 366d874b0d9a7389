// `npm run cloudformation` after its packaging: a stand-in for npm leaves the files that `npm run package` writes.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const program = join(__dirname, '..', '..', 'dist', 'deploy', 'aws', 'make-template.js');
const made = { Resources: { HttpLambdaFunction: { Type: 'AWS::Lambda::Function', Properties: { Timeout: 10 } } } };
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bucket-exif-template-'));
  mkdirSync(join(folder, 'bin'));
  const npm = `#!/bin/sh
echo "$@" >asked
[ "$5" != wrong ] || exit 3
mkdir -p .serverless
printf zip >.serverless/bucket-exif.zip
printf '%s' '${JSON.stringify(made)}' >.serverless/cloudformation-template-update-stack.json
`;
  writeFileSync(join(folder, 'bin', 'npm'), npm, { mode: 0o755 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: readonly string[]) {
  const env = { PATH: `${join(folder, 'bin')}:${process.env['PATH']}` };
  const { status, stdout } = spawnSync(process.execPath, [program, ...args], { cwd: folder, env, encoding: 'utf8' });
  return { status, stdout };
}

test('it packages with its options, and prints the commands for the zip that was made', () => {
  const { status, stdout } = run('--param', 'bucket=photos', '--stage', 'prod');
  expect(status).toBe(0);
  expect(readFileSync(join(folder, 'asked'), 'utf8')).toBe(
    'run --silent package -- --param bucket=photos --stage prod\n',
  );
  const template = JSON.parse(readFileSync(join(folder, '.serverless', 'bucket-exif.template.json'), 'utf8'));
  const key = template.Parameters.CodeKey.Default;
  expect(key).toMatch(/^bucket-exif-[0-9a-f]{16}\.zip$/);
  expect(stdout).toContain(`aws s3 cp .serverless/bucket-exif.zip s3://CODE-BUCKET/${key}`);
  expect(template.Resources.HttpLambdaFunction.Properties).toEqual({
    Timeout: 10,
    Code: { S3Bucket: { Ref: 'CodeBucket' }, S3Key: { Ref: 'CodeKey' } },
  });
});

test('it ends with the exit code of a packaging that failed', () => {
  const { status, stdout } = run('wrong');
  expect([status, stdout]).toEqual([3, '']);
});

test('--help packages nothing', () => {
  rmSync(join(folder, 'asked'), { force: true });
  const { status, stdout } = run('--help');
  expect([status, stdout.split('\n')[2]]).toEqual([0, expect.stringContaining('npm run cloudformation -- --param')]);
  expect(() => readFileSync(join(folder, 'asked'))).toThrow('ENOENT');
});
