// The commands of this project in a list of arguments, and the check that their options exist.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBackfillOptions } from '../../bin/backfill/options';
import { readCheckOptions } from '../../bin/check-annotations/options';
import { readCommand } from '../../bin/cli/options';
import { isAboutDataset, readDatasetOptions } from '../../bin/export/dataset-options';
import { readExportOptions } from '../../bin/export/options';
import { readForgetOptions } from '../../bin/forget/options';
import { readReportOptions } from '../../bin/report/options';
import { readServeOptions } from '../../bin/serve/options';
import { readParameters } from '../../deploy/aws/parameters';
import { readOptions } from '../../deploy/scf/options';
import { root } from './markdown';

type Env = Readonly<Record<string, string | undefined>>;
type Check = (args: readonly string[], env: Env) => unknown;

const scripts: Readonly<Record<string, string>> = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts;

/** The commands whose options are read by a function, which throws for wrong ones. */
const readers: Readonly<Record<string, Check>> = {
  'npm start': (args) => readServeOptions(args, 'npm start'),
  'npm run backfill': (args, env) => readBackfillOptions(args, env),
  'npm run deploy:scf': (args) => readOptions(args),
  'bucket-exif': (args) => readCommand(args, false),
  'bucket-exif serve': (args) => readServeOptions(args, 'bucket-exif serve'),
  'bucket-exif backfill': (args, env) => readBackfillOptions(args, env),
  'bucket-exif export': (args, env) =>
    isAboutDataset(args) ? readDatasetOptions(args, env) : readExportOptions(args, env),
  'bucket-exif report': (args) => readReportOptions(args, root),
  'bucket-exif check': (args, env) => readCheckOptions(args, env, 'bucket-exif check'),
  'bucket-exif forget': (args, env) => readForgetOptions(args, env),
  'serverless deploy': checkDeployment,
};

/** Throws if a command of this project has an option, a script or a file that does not exist. Others are not checked. */
export function checkCommand(argv: readonly string[], env: Env): void {
  const [program = '', ...args] = argv[0] === 'npx' ? argv.slice(1) : argv;
  if (program === 'node' && args[0]?.startsWith('dist/') === true) return checkFile(args[0]);
  if (program === 'npm') return checkNpm(args, env);
  const name = `${program} ${args[0] ?? ''}`;
  if (name in readers) readers[name]?.(args.slice(1), env);
  else readers[program]?.(args, env);
}

function checkNpm([verb = '', ...rest]: readonly string[], env: Env): void {
  const isRun = verb === 'run' || verb === 'run-script';
  if (!isRun && !['start', 'test'].includes(verb)) return;
  const script = isRun ? (rest[0] ?? '') : verb;
  if (!(script in scripts)) throw new Error(`package.json has no script "${script}"`);
  const end = rest.indexOf('--');
  const args = end < 0 ? [] : rest.slice(end + 1);
  const reader = readers[isRun ? `npm run ${script}` : `npm ${script}`];
  if (reader !== undefined) reader(args, env);
  else checkByHelp(script, args);
}

/** The options of other programs must be in the text of their --help. */
function checkByHelp(script: string, args: readonly string[]): void {
  const options = args.filter((arg) => /^--\w/.test(arg)).map((arg) => arg.replace(/=.*/, ''));
  const [, program] = /(?:^|&& )node (?:--[\w-]+ )*((?:dist|bin)\/\S+\.m?js)/.exec(scripts[script] ?? '') ?? [];
  if (options.length === 0 || program === undefined) return;
  checkFile(program);
  const help = execFileSync(process.execPath, [join(root, program), '--help'], { encoding: 'utf8' });
  const unknown = options.filter((option) => !new RegExp(`${option}(?![\\w-])`).test(help));
  if (unknown.length > 0) throw new Error(`npm run ${script} has no option ${unknown.join(', ')}`);
}

function checkFile(path: string): void {
  if (!existsSync(join(root, path))) throw new Error(`there is no file ${path}`);
}

/** The parameters of `serverless deploy --param name=value`. Those that are left out have the defaults of serverless.yml. */
function checkDeployment(args: readonly string[]): void {
  const given = args.filter((_, index) => args[index - 1] === '--param').map((text) => text.split(/=(.*)/s));
  const yaml = readFileSync(join(root, 'serverless.yml'), 'utf8');
  const [, defaults = ''] = /^ {2}default:\n(.*?)^ {2}prod:/ms.exec(yaml) ?? [];
  const rows = [...defaults.matchAll(/^ {4}(\w+): '?([^'#\n]*?)'?( +#.*)?$/gm)].map(([, ...row]) => row);
  readParameters({ ...Object.fromEntries([...rows, ['callers', 'platform'], ...given]) });
}
