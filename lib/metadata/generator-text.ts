// Texts that programs write into the pictures that they generate: settings with the prompt, or only their name.
import { xmpNamespaces } from '../block/xmp-namespaces';
import { propertyOf, textOf } from '../block/xmp-value';
import { Tag } from '../tag/ids';
import { exifText, type LabelledBlocks } from './aigc';

/** `where` is the place of the text. `generator` is null when the text does not name its program. */
export type GeneratorText = Readonly<{ where: string; generator: string | null; hasPrompt: boolean }>;

type Found = Omit<GeneratorText, 'where'>;
type Rule = (text: string) => Found | null;

/** Programs that do nothing else, as the start of their name in the texts for the name of a program. */
const programs: readonly string[] = [
  'ComfyUI',
  'DALL-E',
  'DALL·E',
  'Fooocus',
  'InvokeAI',
  'Midjourney',
  'NovelAI',
  'Stable Diffusion',
];

/** The start of `Version` in the settings of a program. */
const versions: readonly (readonly [start: RegExp, program: string])[] = [
  [/^v\d/, 'Stable Diffusion web UI'],
  [/^f\d/, 'Stable Diffusion web UI Forge'],
  [/^ComfyUI/, 'ComfyUI'],
  [/^Fooocus/, 'Fooocus'],
];

/** By the keyword of a text chunk. */
const chunkRules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['parameters', (text) => settings(text) ?? prompt(null, isObject(text))],
  ['prompt', (text) => prompt('ComfyUI', isObject(text) && text.includes('"class_type"'))],
  ['workflow', (text) => prompt('ComfyUI', isObject(text) && text.includes('"nodes"'))],
  ['invokeai_metadata', (text) => prompt('InvokeAI', isObject(text))],
  ['sd-metadata', (text) => prompt('InvokeAI', isObject(text))],
  ['Dream', () => prompt('InvokeAI', true)],
  ['fooocus_scheme', () => ({ generator: 'Fooocus', hasPrompt: false })],
  ['Comment', (text) => prompt('NovelAI', isObject(text) && text.includes('"sampler"') && text.includes('"uc"'))],
  ['Software', program],
]);

/** By a tag of EXIF. */
const exifRules: readonly (readonly [name: string, tag: number, rule: Rule])[] = [
  ['UserComment', Tag.UserComment, settings],
  ['Make', Tag.Make, (text) => prompt('ComfyUI', /^(prompt|workflow): *\{/.test(text))],
  ['Model', Tag.Model, (text) => prompt('ComfyUI', /^(prompt|workflow): *\{/.test(text))],
  ['Software', Tag.Software, program],
];

/** All such texts of a file. */
export function generatorTexts({ xmp, text, exif }: LabelledBlocks): readonly GeneratorText[] {
  const creator = xmp === null ? null : textOf(propertyOf(xmp, xmpNamespaces.xmp, 'CreatorTool'));
  return [
    ...text.map((chunk) => at(`text ${chunk.keyword}`, chunk.text, chunkRules.get(chunk.keyword))),
    ...exifRules.map(([name, tag, rule]) => at(`EXIF ${name}`, exif === null ? null : exifText(exif, tag), rule)),
    at('XMP xmp:CreatorTool', creator, program),
  ].filter((found) => found !== null);
}

function at(where: string, text: string | null, rule: Rule | undefined): GeneratorText | null {
  const found = text === null ? null : (rule?.(text) ?? null);
  return found === null ? null : { where, ...found };
}

/** The settings of the Stable Diffusion web UI, which other programs write as well: `Steps: 20, Sampler: ..., Seed: 1, ...`. */
function settings(text: string): Found | null {
  if (!/\bSteps: \d/.test(text) || !/\bSeed: \d/.test(text)) return null;
  const version = /, Version: ([^,\n]{1,100})/.exec(text)?.[1] ?? '';
  return prompt(versions.find(([start]) => start.test(version))?.[1] ?? null, true);
}

function prompt(generator: string | null, isFound: boolean): Found | null {
  return isFound ? { generator, hasPrompt: true } : null;
}

function program(text: string): Found | null {
  const generator = programs.find((name) => text.startsWith(name));
  return generator === undefined ? null : { generator, hasPrompt: false };
}

function isObject(text: string): boolean {
  return /^\s*\{/.test(text);
}
