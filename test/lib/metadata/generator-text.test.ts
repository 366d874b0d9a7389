import { generatorTexts } from '../../../lib/metadata/generator-text';
import { Tag } from '../../../lib/tag/ids';
import { exifOf, noBlocks, xmpOf } from '../../../testing/build/labels';

const settings = 'a fox\nNegative prompt: blurry\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x512';
const graph = '{"3":{"class_type":"KSampler","inputs":{}}}';
const workflow = '{"nodes":[{"id":3}]}';

test.each<[keyword: string, text: string, generator: string | null]>([
  ['parameters', settings, null],
  ['parameters', `${settings}, Version: v1.9.4`, 'Stable Diffusion web UI'],
  ['parameters', `${settings}, Version: f2.0.1v1.10.1`, 'Stable Diffusion web UI Forge'],
  ['parameters', `${settings}, Version: Fooocus v2.5.5`, 'Fooocus'],
  ['parameters', `${settings}, Version: ComfyUI`, 'ComfyUI'],
  ['parameters', `${settings}, Version: other`, null],
  ['parameters', '{"prompt":"a fox","steps":30}', null],
  ['prompt', graph, 'ComfyUI'],
  ['workflow', workflow, 'ComfyUI'],
  ['invokeai_metadata', '{"positive_prompt":"a fox"}', 'InvokeAI'],
  ['sd-metadata', '{"model":"stable diffusion"}', 'InvokeAI'],
  ['Dream', '"a fox" -s 50 -S 1', 'InvokeAI'],
  ['Comment', '{"prompt":"a fox","sampler":"k_euler","uc":""}', 'NovelAI'],
])('the text %s with %j, with a prompt', (keyword, text, generator) => {
  const found = generatorTexts({ ...noBlocks, text: [{ keyword, text }] });
  expect(found).toEqual([{ where: `text ${keyword}`, generator, hasPrompt: true }]);
});

test.each([
  ['text fooocus_scheme', { ...noBlocks, text: [{ keyword: 'fooocus_scheme', text: 'a1111' }] }, 'Fooocus'],
  ['text Software', { ...noBlocks, text: [{ keyword: 'Software', text: 'NovelAI' }] }, 'NovelAI'],
  ['EXIF Software', { ...noBlocks, exif: exifOf([['IFD0', Tag.Software, 'DALL-E 3']]) }, 'DALL-E'],
  ['XMP xmp:CreatorTool', { ...noBlocks, xmp: xmpOf({ 'xmp:CreatorTool': 'Midjourney 7' }) }, 'Midjourney'],
])('the name of a program in %s, without a prompt', (where, blocks, generator) => {
  expect(generatorTexts(blocks)).toEqual([{ where, generator, hasPrompt: false }]);
});

test.each([
  ['EXIF UserComment', exifOf([['Exif', Tag.UserComment, `UNICODE\0${settings}`]]), null],
  ['EXIF Make', exifOf([['IFD0', Tag.Make, `workflow:${workflow}`]]), 'ComfyUI'],
  ['EXIF Model', exifOf([['IFD0', Tag.Model, `prompt:${graph}`]]), 'ComfyUI'],
])('%s with a prompt', (where, exif, generator) => {
  expect(generatorTexts({ ...noBlocks, exif })).toEqual([{ where, generator, hasPrompt: true }]);
});

test.each([
  ['a parameter', { ...noBlocks, text: [{ keyword: 'parameters', text: 'gamma 2.2' }] }],
  ['steps of a recipe', { ...noBlocks, exif: exifOf([['Exif', Tag.UserComment, 'Steps: 3']]) }],
  ['another prompt', { ...noBlocks, text: [{ keyword: 'prompt', text: 'Say cheese' }] }],
  ['a comment', { ...noBlocks, text: [{ keyword: 'Comment', text: '{"sampler":"Akai"}' }] }],
  ['an editor', { ...noBlocks, exif: exifOf([['IFD0', Tag.Software, 'GIMP 3.0']]) }],
  [
    'a camera',
    {
      ...noBlocks,
      exif: exifOf([
        ['IFD0', Tag.Make, 'Canon'],
        ['IFD0', Tag.Model, 'prompt'],
      ]),
    },
  ],
  ['nothing', noBlocks],
])('%s is not such a text', (_name, blocks) => {
  expect(generatorTexts(blocks)).toEqual([]);
});
