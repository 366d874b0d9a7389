// Checks that a tag can be released: it must name the version of package.json, and CHANGELOG.md must have a section for that
// version with its date. Prints that section, the notes of the release.
// Usage: node check/release.mjs v0.2.0 [folder of the project]
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [tag = '', root = join(dirname(fileURLToPath(import.meta.url)), '..')] = process.argv.slice(2);
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
if (tag !== `v${version}`)
  fail(`the tag is ${tag || 'missing'}, but package.json has version ${version}: tag v${version}`);

const sections = readFileSync(join(root, 'CHANGELOG.md'), 'utf8').split(/^## /m).slice(1);
const section = sections.find((text) => text.startsWith(`[${version}]`));
if (section === undefined) fail(`CHANGELOG.md has no section "## [${version}] - YYYY-MM-DD"`);
const [title, ...lines] = section.split('\n');
if (!/ - \d{4}-\d\d-\d\d$/.test(title))
  fail(`CHANGELOG.md has no date in "## ${title}": write "## [${version}] - YYYY-MM-DD"`);
const notes = lines.join('\n').trim();
if (notes === '') fail(`CHANGELOG.md says nothing about ${version}`);
console.log(notes);

function fail(message) {
  console.error(`Cannot release: ${message}`);
  process.exit(1);
}
