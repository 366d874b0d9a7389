// Every block of code of the pages: it runs, or the page says why it cannot run here, and then at least its syntax and the
// options of this project's commands are checked.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transform } from 'esbuild';
import { settingNames } from '../../service/config/config';
import { type Block, blocksOf, contains, isAsShown, stepsOf } from './blocks';
import { readPages, root } from './markdown';
import { checkCommand } from './own-commands';
import { openStage, type Stage } from './stage';

const blocks = readPages()
  .filter(({ path }) => path !== 'CHANGELOG.md')
  .flatMap(blocksOf)
  .map((block) => ({ ...block, name: `${block.path}:${block.line} (${block.language})` }));

/** What is wrong with a block; null when all is right. */
type Check = (block: Block, stage: Stage) => Promise<string | null>;

const isShell = (language: string) => ['sh', 'bash', 'console'].includes(language);
const isScript = (language: string) => ['js', 'mjs', 'ts', 'html'].includes(language);
/** Languages of texts that nothing reads. */
const plain = ['text', 'http', 'yaml', 'hcl', 'dockerfile', 'diff', 'xml', 'sql', 'nginx'];

const checks: Readonly<Record<string, Check>> = {
  sh: runShell,
  bash: runShell,
  console: runConsole,
  js: runScript,
  mjs: runScript,
  ts: runScript,
  python: (block, stage) => runFile('python3', 'block.py', block.text, stage),
  json: async ({ text, mark }, stage) =>
    mark?.kind === 'answer' ? compareAnswer(text, mark.text, stage) : parse(text),
  ndjson: async ({ text }) =>
    text
      .trim()
      .split('\n')
      .map(parse)
      .find((fault) => fault !== null) ?? null,
};

async function runShell({ text }: Block, stage: Stage): Promise<string | null> {
  return runFile('bash', 'block.sh', `set -eo pipefail\n${text}`, stage);
}

async function runFile(program: string, file: string, text: string, stage: Stage): Promise<string | null> {
  const folder = stage.newFolder();
  writeFileSync(join(folder, file), stage.adapt(text));
  const { code, output } = await stage.run(program, [file], folder);
  return code === 0 ? null : `exit code ${code}: ${output}`;
}

/** Runs the commands one after the other in the same shell, and compares what each prints. */
async function runConsole({ text }: Block, stage: Stage): Promise<string | null> {
  const steps = stepsOf(text);
  const mark = '\u0001';
  const script = steps.map(({ command }) => `${command}\nprintf '${mark}'`).join('\n');
  const { output } = await stage.run('bash', ['-c', stage.adapt(`exec 2>&1\n${script}`)], stage.newFolder());
  const printed = output.split(mark);
  const wrong = steps.flatMap(({ command, shown }, index) =>
    isAsShown(printed[index] ?? '', stage.adapt(shown)) ? [] : [`$ ${command}\n${printed[index]}`],
  );
  return wrong.length === 0 ? null : wrong.join('\n');
}

async function runScript({ text, language }: Block, stage: Stage): Promise<string | null> {
  const isModule = !/\brequire\(/.test(text) || /^import /m.test(text);
  const { code } = await transform(text, { loader: language === 'ts' ? 'ts' : 'js', format: isModule ? 'esm' : 'cjs' });
  return runFile(process.execPath, isModule ? 'block.mjs' : 'block.cjs', code, stage);
}

function parse(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return String(error);
  }
}

/** The JSON has only members of the answer. */
async function compareAnswer(text: string, target: string, stage: Stage): Promise<string | null> {
  const answer = await (await fetch(stage.adapt(`http://127.0.0.1:9000/${target}`))).text();
  return contains(JSON.parse(answer), JSON.parse(text)) ? null : `the answer is ${answer}`;
}

/** Checks a block that is not run: its syntax, and that the commands, options and settings of this project exist. */
async function inspect(block: Block, stage: Stage): Promise<string | null> {
  if (isScript(block.language) && block.language !== 'html')
    await transform(block.text, { loader: block.language === 'ts' ? 'ts' : 'js', format: 'esm' });
  if (!isShell(block.language)) return block.language === 'json' ? parse(block.text) : null;
  const text =
    block.language === 'console'
      ? stepsOf(block.text)
          .map(({ command }) => command)
          .join('\n')
      : block.text;
  const folder = stage.newFolder();
  for (const { argv, env } of await stage.record(text, folder)) {
    try {
      checkCommand(argv, { ...env, INIT_CWD: folder });
    } catch (error) {
      return `${argv.join(' ')}: ${error}`;
    }
  }
  return null;
}

/** Programs that a block needs, and that a machine may lack. */
const tools = ['jq', 'python3', 'openssl', 'curl'];
const faults = new Map<Block, string | null>();
const missing = new Map<Block, string>();

beforeAll(async () => {
  const stage = await openStage();
  const lacking = new Set<string>();
  for (const tool of tools)
    if ((await stage.run('sh', ['-c', `command -v ${tool}`], root)).code !== 0) lacking.add(tool);
  const queue = [...blocks];
  const work = async () => {
    for (let block = queue.shift(); block !== undefined; block = queue.shift()) {
      const { text } = block;
      const needed = [...lacking].filter((tool) => new RegExp(`\\b${tool}\\b`).test(text));
      if (needed.length > 0) missing.set(block, needed.join(', '));
      faults.set(block, needed.length > 0 ? null : await faultOf(block, stage));
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  await stage.close();
}, 300_000);

async function faultOf(block: Block, stage: Stage): Promise<string | null> {
  const { mark, language } = block;
  try {
    if (mark?.kind === 'not run') return await inspect(block, stage);
    if (mark?.kind === 'run by') return runByTest(block, mark.text);
    if (plain.includes(language)) return null;
    return (
      (await checks[language]?.(block, stage)) ?? (language in checks ? null : `language ${language || 'missing'}`)
    );
  } catch (error) {
    return String(error);
  }
}

/** The test that is named exists and knows the page. */
function runByTest({ path }: Block, test: string): string | null {
  if (!existsSync(join(root, test))) return `there is no ${test}`;
  const [name = ''] = /[\w-]+\.md$/.exec(path) ?? [];
  return readFileSync(join(root, test), 'utf8').includes(name) ? null : `${test} does not name ${name}`;
}

const notRun = blocks.filter(({ mark }) => mark?.kind === 'not run');
const others = blocks.filter(({ mark }) => mark?.kind !== 'not run');

describe(`${others.length} blocks run or are plain text`, () => {
  test.each(others)('$name', (block) => {
    const lacking = missing.get(block);
    if (lacking !== undefined) console.log(`Skipped: ${block.path}:${block.line}. Missing ${lacking}`);
    expect(faults.get(block)).toBeNull();
  });
});

describe(`${notRun.length} blocks are not run, but checked`, () => {
  test.each(notRun)('$name: $mark.text', (block) => {
    expect(block.mark?.text.length).toBeGreaterThan(5);
    expect(faults.get(block)).toBeNull();
  });
});

test.each(readPages())('the settings that $path names exist', ({ path, text }) => {
  if (path === 'CHANGELOG.md') return;
  const known = [...settingNames, 'EXIF_BUKET'];
  const named = new Set(text.match(/\bEXIF_[A-Z_]+[A-Z]\b/g));
  expect([...named].filter((name) => !known.includes(name))).toEqual([]);
});
