// The commands of the workflows, run as they are in a copy of the project. Each is either run here, or listed with the reason.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands, root } from './workflows';

/** Commands that are not run here, and why. */
const leftOut: Readonly<Record<string, string>> = {
  'test.yml: node: Install a real S3 server, and what the examples use': 'changes the machine',
  'test.yml: node: Install dependencies': 'needs the npm registry; .ci/run does the same through bin/setup.mjs',
  'test.yml: node: Lint': 'a step of .ci/run',
  'test.yml: node: Check the types': 'a step of .ci/run',
  'test.yml: node: Test': 'runs this test',
  'test.yml: image: Build the image':
    'needs Docker; test/deploy/container.system.ts runs the commands of the Dockerfile',
  'test.yml: image: Start the image and ask it for the EXIF of a sample': 'needs Docker',
  'release.yml: files: Install dependencies': 'needs the npm registry',
  'release.yml: files: Make the zip for Lambda on arm64': 'needs the npm registry, for sharp',
  'release.yml: files: Make the zip for Lambda on x86_64':
    'npm run test:lambda, a step of .ci/run, makes and checks it',
};

/** The newest version of the changelog: the one to release. */
const [, version = ''] = /^## \[(\d+\.\d+\.\d+)\]/m.exec(readFileSync(join(root, 'CHANGELOG.md'), 'utf8')) ?? [];
const zips = ['arm64', 'x86_64'].map((architecture) => `bucket-exif-lambda-${architecture}.zip`);
const withoutCopy = new Set([
  '.git',
  '.build',
  '.serverless',
  'coverage',
  'node_modules',
  'photos',
  'exif-cache',
  'dist',
]);
let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'bucket-exif-release-'));
  for (const name of readdirSync(root).filter((entry) => !withoutCopy.has(entry)))
    cpSync(join(root, name), join(copy, name), { recursive: true });
  const manifest = readFileSync(join(root, 'package.json'), 'utf8');
  writeFileSync(join(copy, 'package.json'), manifest.replace(/"version": ".*"/, `"version": "${version}"`));
  cpSync(join(root, 'dist'), join(copy, 'dist'), { recursive: true });
  writeFileSync(join(copy, 'dist', '.built'), ''); // nothing changed since the build
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  mkdirSync(join(copy, 'tools'));
  writeFileSync(join(copy, 'tools', 'gh'), '#!/bin/sh\nprintf "%s\\n" "$@"\n', { mode: 0o755 });
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** Runs a command as GitHub does, but publishes nothing; its output. */
function run(command: string): string {
  const text = command.replace('--provenance', '--dry-run');
  const env = {
    PATH: `${join(copy, 'tools')}:${process.env['PATH']}`,
    HOME: copy,
    GITHUB_REF_NAME: `v${version}`,
    GITHUB_OUTPUT: join(copy, 'output'),
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'Example/Bucket-EXIF',
    npm_config_registry: 'http://127.0.0.1:9', // nobody listens there
    npm_config_fetch_retries: '0',
    npm_config_update_notifier: 'false',
  };
  const bash = ['--noprofile', '--norc', '-eo', 'pipefail', '-c', text];
  return execFileSync('bash', bash, { cwd: copy, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

const file = (name: string): string => readFileSync(join(copy, 'release', name), 'utf8');
const names = (): readonly string[] => readdirSync(join(copy, 'release')).sort();

/** What the commands that are run here must have done, in their order. */
const expected: Readonly<Record<string, (output: string) => void>> = {
  'release.yml: check: Check the tag, the version and the changelog': (output) => expect(output).toContain('### Added'),
  'release.yml: files: Write the notes of the release': () => expect(file('notes.md')).toMatch(/^### Added\n/m),
  'release.yml: files: Make the zip for SCF': () => {
    expect(file('bucket-exif-scf.zip').slice(0, 2)).toBe('PK');
    for (const zip of zips) writeFileSync(join(copy, 'release', zip), 'made by a command that is left out');
  },
  'release.yml: files: List the packages that serving and its build need': () => {
    const { bomFormat, components } = JSON.parse(file('bucket-exif-sbom.cdx.json')) as {
      bomFormat: string;
      components: readonly Readonly<{ name: string }>[];
    };
    expect(bomFormat).toBe('CycloneDX');
    const listed = components.map(({ name }) => name);
    expect(['exifr', 'sharp', 'jest'].filter((name) => listed.includes(name))).toEqual(['exifr', 'sharp']);
  },
  'release.yml: files: Make the npm package': () => {
    expect(names()).toContain(`bucket-exif-${version}.tgz`);
    const { repository } = JSON.parse(readFileSync(join(copy, 'package.json'), 'utf8')) as { repository: object };
    expect(repository).toEqual({ type: 'git', url: 'git+https://github.com/Example/Bucket-EXIF.git' });
  },
  'release.yml: files: Write the checksums': () =>
    expect(file('SHA256SUMS').match(/^[0-9a-f]{64} {2}\S+$/gm)).toHaveLength(5),
  'release.yml: npm: Publish the npm package': (output) => expect(output).toContain(`+ bucket-exif@${version}`),
  'release.yml: image: Name the image': () =>
    expect(readFileSync(join(copy, 'output'), 'utf8')).toBe(`name=ghcr.io/example/bucket-exif\nversion=${version}\n`),
  'release.yml: release: Create the GitHub release': (output) =>
    expect(output.trim().split('\n')).toEqual(
      expect.arrayContaining(['create', `v${version}`, 'notes.md', ...names().filter((name) => name !== 'notes.md')]),
    ),
};

test('every command is run here, or has a reason why not', () => {
  expect(commands.map(({ name }) => name).sort()).toEqual([...Object.keys(leftOut), ...Object.keys(expected)].sort());
});

test.each(Object.entries(expected))(
  '%s',
  (wanted, check) => {
    check(run(commands.find(({ name }) => name === wanted)?.run ?? 'false'));
  },
  120_000,
);

describe('check/release.mjs refuses', () => {
  const good = '# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2026-11-30\n\n### Added\n- A thing.\n';
  const cases = [
    ['a tag of another version', 'v1.2.4', good, 'tag v1.2.3'],
    ['no tag', '', good, 'the tag is missing'],
    ['a version without a section', 'v1.2.3', good.replace('1.2.3', '1.2.2'), 'no section "## [1.2.3] - YYYY-MM-DD"'],
    ['a section without a date', 'v1.2.3', good.replace(' - 2026-11-30', ''), 'no date in "## [1.2.3]"'],
    [
      'an empty section',
      'v1.2.3',
      good.replace(/### [\s\S]*/, '## [1.2.2] - 2026-01-01\n- A.\n'),
      'says nothing about 1.2.3',
    ],
  ] as const;

  test.each(cases)('%s', (_name, tag, changelog, message) => {
    const folder = mkdtempSync(join(copy, 'project-'));
    writeFileSync(join(folder, 'package.json'), '{"version":"1.2.3"}');
    writeFileSync(join(folder, 'CHANGELOG.md'), changelog);
    const program = [join(root, 'check', 'release.mjs'), tag, folder];
    expect(() => execFileSync(process.execPath, program, { stdio: 'pipe' })).toThrow(message);
  });
});
