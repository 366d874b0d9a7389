// Runs the real `serverless package` in a folder of its own and reads the CloudFormation template that it wrote. Code is
// neither compiled nor zipped, which is most of its time and no part of the template.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Properties = Readonly<Record<string, unknown>>;
export type Resource = Readonly<{ Type: string; Properties: Properties; DependsOn?: unknown }>;
export type Stack = Readonly<{
  Resources: Readonly<Record<string, Resource>>;
  Outputs: Readonly<Record<string, Readonly<{ Description?: string; Value: unknown }>>>;
}>;
/** What is said on the command line behind `package`, and the environment beside this one. */
export type Deployment = Readonly<{
  params?: Readonly<Record<string, string>>;
  stage?: string;
  env?: NodeJS.ProcessEnv;
}>;

const root = join(__dirname, '..', '..', '..');

/** The template of a deployment; throws an Error with what serverless wrote when it refuses. */
export async function packageStack(deployment: Deployment): Promise<Stack> {
  const folder = mkdtempSync(join(tmpdir(), 'bucket-exif-stack-'));
  try {
    layOut(folder);
    await runServerless(folder, deployment);
    return JSON.parse(
      readFileSync(join(folder, '.serverless', 'cloudformation-template-update-stack.json'), 'utf8'),
    ) as Stack;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The project without its plugins, and an artifact that is there already. */
function layOut(folder: string): void {
  const yaml = readFileSync(join(root, 'serverless.yml'), 'utf8');
  const changed = yaml
    .replace(/^plugins:\n( {2}- .*\n)+/m, 'plugins: []\n')
    .replace(/^package:\n/m, 'package:\n  artifact: artifact.zip\n');
  if (!changed.includes('plugins: []') || !changed.includes('artifact: artifact.zip')) {
    throw new Error('serverless.yml has changed its form: adapt test/deploy/stack/package-stack.ts');
  }
  writeFileSync(join(folder, 'serverless.yml'), changed);
  writeFileSync(join(folder, 'artifact.zip'), 'no zip');
  writeFileSync(join(folder, 'package.json'), '{}');
  for (const name of ['deploy', 'node_modules']) symlinkSync(join(root, name), join(folder, name), 'junction');
}

function runServerless(cwd: string, { params = {}, stage = 'dev', env = {} }: Deployment): Promise<void> {
  const program = join(root, 'node_modules', 'serverless', 'bin', 'serverless.js');
  const said = Object.entries(params).flatMap(([name, value]) => ['--param', `${name}=${value}`]);
  const inherited = Object.entries(process.env).filter(([name]) => !/^(EXIF_|AWS_)/.test(name));
  const options = { cwd, env: { ...Object.fromEntries(inherited), SLS_TELEMETRY_DISABLED: '1', ...env } };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [program, 'package', '--stage', stage, ...said], options, (error, stdout, stderr) => {
      if (error === null) resolve();
      else reject(new Error(`${stdout}${stderr}`));
    });
  });
}

/** What is found in `value` along `path`, also through CloudFormation's functions; undefined where it ends. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inner, key) => (isRecord(inner) ? inner[key] : undefined), value);
}

function isRecord(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null;
}

/** The resources of a type, by their names. */
export function ofType(stack: Stack, type: string): readonly (readonly [name: string, properties: Properties])[] {
  return Object.entries(stack.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([name, { Properties }]) => [name, Properties] as const);
}

/** A list of it: itself, or the one thing that it is. */
export function many(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : value === undefined ? [] : [value];
}

/** The statements of a policy document. */
export function statementsOf(document: unknown): readonly Properties[] {
  return many(at(document, 'Statement')) as readonly Properties[];
}

/** The statements of a role's own policies. */
export function roleStatements(stack: Stack, role: string): readonly Properties[] {
  return many(stack.Resources[role]?.Properties['Policies']).flatMap((policy) =>
    statementsOf(at(policy, 'PolicyDocument')),
  );
}

/** Every name that a part of a template asks for: by Ref, Fn::GetAtt and Fn::Sub; pseudo parameters are none. */
export function namesIn(value: unknown): readonly string[] {
  if (!isRecord(value)) return [];
  const own = Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'Ref') return [String(inner)];
    if (key === 'Fn::GetAtt') return [String(at(inner, 0))];
    if (key === 'Fn::Sub') return [...String(inner).matchAll(/\$\{([^}.]+)/g)].map(([, name]) => String(name));
    return namesIn(inner);
  });
  return own.filter((name) => !name.startsWith('AWS::'));
}
