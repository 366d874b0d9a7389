// The runtime client that AWS publishes (aws-lambda-ric), built once on each machine in its own folder: it compiles C++, which
// nobody who installs the project should wait for.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

/** The version for a Node: those from 4 on need Node 22. */
function clientVersion(nodeMajor: number): string {
  return nodeMajor < 22 ? '3.3.0' : '4.0.2';
}

/**
 * The path of the client's program for `node`, built below the user's cache folder when it is not there: 1 to 4 minutes.
 * Null, with a line on the console, where it cannot be built.
 */
export function lambdaClient(node: string = process.execPath): string | null {
  const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'bucket-exif');
  const major = Number(spawnSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout.split('.')[0]);
  const version = clientVersion(major);
  const folder = join(cache, `aws-lambda-ric-${version}-node${major}`);
  const program = join(folder, 'node_modules', '.bin', 'aws-lambda-ric');
  if (existsSync(join(folder, 'built'))) return program;
  console.log(`Building aws-lambda-ric ${version} in ${folder} (some minutes, once) ...`);
  mkdirSync(folder, { recursive: true });
  const manifest = { name: 'runtime-client', private: true, allowScripts: { 'aws-lambda-ric': true } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  const built = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--save-exact', `aws-lambda-ric@${version}`], {
    cwd: folder,
    env: buildEnv(node),
    encoding: 'utf8',
  });
  if (built.status !== 0) {
    console.log(
      `It does not build: ${built.stderr.slice(-1500)}\nOn Debian: apt-get install make g++ cmake autoconf automake libtool libtool-bin`,
    );
    return null;
  }
  writeFileSync(join(folder, 'built'), '');
  return program;
}

/** npm runs on `node`, and compiles against the headers that came with it; without any, against those that npm finds. */
function buildEnv(node: string): NodeJS.ProcessEnv {
  const bin = dirname(realpathSync(node));
  const headers = existsSync(join(bin, '..', 'include', 'node', 'node_version.h'))
    ? { npm_config_nodedir: dirname(bin) }
    : {};
  return { ...process.env, ...headers, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` };
}

// As a program it builds the client, for those who want it done beside other work.
if (require.main === module && lambdaClient() === null) process.exitCode = 1;
