import { aiOf } from '../../../lib/metadata/ai';
import { Tag } from '../../../lib/tag/ids';
import { c2paOf, exifOf, noBlocks, xmpOf } from '../../../testing/build/labels';

const code = (name: string) => `http://cv.iptc.org/newscodes/digitalsourcetype/${name}`;
const created = (name: string) => ({ action: 'c2pa.created', digitalSourceType: code(name) });
const source = (name: string) => xmpOf({ 'Iptc4xmpExt:DigitalSourceType': code(name) });
const settings = 'a secret fox\nSteps: 20, Sampler: Euler a, Seed: 1, Version: v1.9.4';

test('nothing is said', () => {
  expect(aiOf(noBlocks)).toBeNull();
  const c2pa = c2paOf({ one: [{ action: 'c2pa.created' }, { action: 'c2pa.edited', softwareAgent: 'Painter' }] });
  expect(aiOf({ ...noBlocks, c2pa, xmp: xmpOf({ 'dc:title': code('trainedAlgorithmicMedia') }) })).toBeNull();
});

test('IPTC, with the system that was used', () => {
  const xmp = xmpOf({
    'Iptc4xmpExt:DigitalSourceType': code('trainedAlgorithmicMedia'),
    'Iptc4xmpExt:AISystemUsed': 'System 1',
    'Iptc4xmpExt:AIPromptInformation': 'a secret fox',
  });
  const said = {
    source: 'IPTC DigitalSourceType',
    generated: true,
    digitalSourceType: 'trainedAlgorithmicMedia',
    generator: 'System 1',
  };
  const where = 'XMP Iptc4xmpExt:DigitalSourceType';
  expect(aiOf({ ...noBlocks, xmp })).toEqual({ ...said, sources: [{ ...said, where }] });
});

test.each([
  ['Iptc4xmpExt:DigitalSourcefileType', 'XMP Iptc4xmpExt:DigitalSourcefileType'],
  ['http://iptc.org/std/Iptc4xmpExt/2008-02-19/:DigitalSourcefileType', 'XMP Iptc4xmpExt:DigitalSourcefileType'],
])('IPTC by the older name %s', (name, where) => {
  const ai = aiOf({ ...noBlocks, xmp: xmpOf({ [name]: 'digitalCapture' }) });
  expect(ai?.sources).toEqual([
    { source: 'IPTC DigitalSourceType', where, generated: false, digitalSourceType: 'digitalCapture' },
  ]);
});

test('actions of all manifests count, those of the active one first', () => {
  const c2pa = c2paOf({
    old: [{ ...created('trainedAlgorithmicMedia'), softwareAgent: 'Painter' }],
    new: [
      { action: 'c2pa.opened', digitalSourceType: code('compositeWithTrainedAlgorithmicMedia') },
      { action: 'c2pa.cropped' },
    ],
  });
  expect(aiOf({ ...noBlocks, c2pa })).toEqual({
    source: 'C2PA',
    generated: true,
    digitalSourceType: 'compositeWithTrainedAlgorithmicMedia',
    sources: [
      {
        source: 'C2PA',
        where: 'c2pa.opened',
        generated: true,
        digitalSourceType: 'compositeWithTrainedAlgorithmicMedia',
        manifest: 'new',
        active: true,
      },
      {
        source: 'C2PA',
        where: 'c2pa.created',
        generated: true,
        digitalSourceType: 'trainedAlgorithmicMedia',
        generator: 'Painter',
        manifest: 'old',
        active: false,
      },
    ],
  });
});

test('which manifest is active may be unknown', () => {
  const c2pa = { ...c2paOf({ one: [created('digitalCapture')] }), active: null };
  expect(aiOf({ ...noBlocks, c2pa })?.sources[0]).not.toHaveProperty('active');
});

test('the claim generator counts only for the creation', () => {
  const edited = { action: 'c2pa.edited', digitalSourceType: code('trainedAlgorithmicMedia') };
  expect(aiOf({ ...noBlocks, c2pa: c2paOf({ one: [edited] }) })).not.toHaveProperty('generator');
  expect(aiOf({ ...noBlocks, c2pa: c2paOf({ one: [created('trainedAlgorithmicMedia')] }) })).toMatchObject({
    generator: 'Claimer/1.0',
  });
});

test.each<[label: string, generated: boolean | null]>([
  ['1', true],
  ['2', null],
  ['3', null],
])('the label %s of GB 45438: %p', (label, generated) => {
  const xmp = xmpOf({ 'TC260:AIGC': JSON.stringify({ Label: label, ContentProducer: 'x' }) });
  const said = { source: 'GB 45438', generated };
  expect(aiOf({ ...noBlocks, xmp })).toEqual({ ...said, sources: [{ ...said, where: 'XMP TC260:AIGC', label }] });
});

test('texts of programs, without the prompt', () => {
  const blocks = {
    ...noBlocks,
    text: [{ keyword: 'parameters', text: settings }],
    exif: exifOf([['Exif', Tag.UserComment, settings]]),
  };
  const said = { source: 'generator text', generated: true, generator: 'Stable Diffusion web UI' };
  const ai = aiOf(blocks);
  expect(ai).toEqual({
    ...said,
    sources: [
      { ...said, where: 'text parameters' },
      { ...said, where: 'EXIF UserComment' },
    ],
  });
  expect(JSON.stringify(ai)).not.toContain('fox');
});

describe('which statement is the strongest', () => {
  const capture = c2paOf({ one: [created('digitalCapture')] });
  const trained = c2paOf({ one: [created('trainedAlgorithmicMedia')] });
  const text = [{ keyword: 'Dream', text: 'fox' }];
  test.each([
    ['C2PA before IPTC', { c2pa: trained, xmp: source('trainedAlgorithmicMedia') }, 'C2PA', true],
    ['IPTC before text', { xmp: source('algorithmicMedia'), text }, 'IPTC DigitalSourceType', true],
    ['yes before no', { c2pa: capture, xmp: source('trainedAlgorithmicMedia') }, 'IPTC DigitalSourceType', true],
    ['yes of a text before no', { c2pa: capture, text }, 'generator text', true],
    ['open before no', { c2pa: capture, xmp: source('composite') }, 'IPTC DigitalSourceType', null],
    ['no when all say so', { c2pa: capture, xmp: source('humanEdits') }, 'C2PA', false],
  ])('%s', (_name, blocks, strongest, generated) => {
    const ai = aiOf({ ...noBlocks, ...blocks });
    expect(ai).toMatchObject({ source: strongest, generated });
    expect(ai?.sources).toHaveLength(2);
  });
});

test('statements are shown once each, cleaned, and at most 32', () => {
  const many = Array.from({ length: 50 }, (_, i) => [created('digitalCapture'), created(`code ${i}`)]).flat();
  expect(aiOf({ ...noBlocks, c2pa: c2paOf({ one: many }) })?.sources).toHaveLength(32);
  const odd = { action: 'a\u202eb', digitalSourceType: '\u0007x', softwareAgent: 'y\n' };
  expect(aiOf({ ...noBlocks, c2pa: c2paOf({ one: [odd, odd] }) })?.sources).toEqual([
    {
      source: 'C2PA',
      where: 'a b',
      generated: null,
      digitalSourceType: 'x',
      generator: 'y',
      manifest: 'one',
      active: true,
    },
  ]);
});
