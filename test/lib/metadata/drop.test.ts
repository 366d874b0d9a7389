// EXIF_DROP in every block: what a group leaves out is in no view, and what it does not is.
import { type TagGroup, tagGroups } from '../../../lib/tag/groups';
import { buildPng, idat, iend, ihdr, textChunk } from '../../../testing/build/png';
import { secretJpeg, secretPng, secretVideo } from '../../../testing/build/secrets';
import { answering } from '../../../testing/fakes/answering';

const files = { secretJpeg, secretPng, secretVideo };
const groups = Object.keys(tagGroups) as TagGroup[];
const views = ['metadata', 'metadata/style/typed', 'exif/style/typed', 'exif/style/flat', 'exif/private'];

async function answer(bytes: Uint8Array, query: string, dropGroups: readonly TagGroup[]): Promise<string> {
  const { body } = await answering({ bytes, etag: null, lastModified: new Date(0) }, { dropGroups }).ask({ query });
  return String(body);
}

/** The texts that name groups, as `(gps,xmp)City`. */
const textsIn = (body: string): string[] => [...new Set(body.match(/\([a-z,]+\)\w+/g))].sort();
const belongs = (text: string, group: string): boolean =>
  /\(([a-z,]+)\)/.exec(text)?.[1]?.split(',').includes(group) === true;

describe.each(Object.entries(files))('%s', (_name, bytes) => {
  test.each(groups)('typed has exactly the texts that %s does not leave out', async (group) => {
    const all = textsIn(await answer(bytes, 'metadata/style/typed', []));
    expect(all.filter((text) => belongs(text, group) || group === 'thumbnail' || group === 'iptc')).not.toEqual([]);
    const left = textsIn(await answer(bytes, 'metadata/style/typed', [group]));
    expect(left).toEqual(all.filter((text) => !belongs(text, group)));
  });

  test.each(groups)('no view has a text of %s', async (group) => {
    for (const view of views) {
      const body = await answer(bytes, view, [group]);
      expect({ view, left: textsIn(body).filter((text) => belongs(text, group)) }).toEqual({ view, left: [] });
    }
  });

  test('nothing of any group is left when all are left out', async () => {
    for (const view of views) {
      expect(textsIn(await answer(bytes, view, groups)).filter((text) => !text.startsWith('(kept)'))).toEqual([]);
    }
    expect(await answer(bytes, 'metadata', groups)).toContain('(kept)');
  });

  test('no view has the position without gps', async () => {
    for (const view of views) expect(await answer(bytes, view, ['gps'])).not.toMatch(/47\.1|8\.2[58]|itude":[-\d]/);
  });
});

test('ai still says that a text of a program was there, and which program', async () => {
  for (const group of ['prompt', 'gps'] as const) {
    const { ai } = JSON.parse(await answer(secretPng, 'metadata', [group]));
    expect(ai).toMatchObject({ generated: true, source: 'generator text', generator: 'Stable Diffusion web UI' });
    expect(ai.sources).toContainEqual(expect.objectContaining({ where: 'text parameters' }));
  }
});

test('without XMP, nothing is said about it', async () => {
  for (const view of ['metadata', 'metadata/style/typed']) {
    expect(await answer(secretJpeg, view, ['xmp'])).not.toMatch(/"xmp"|XMP |dc:/);
  }
});

test('without IPTC, nothing is said about it', async () => {
  for (const view of ['metadata', 'metadata/style/typed']) {
    expect(await answer(secretJpeg, view, ['iptc'])).not.toMatch(/"iptc"|IPTC 2:/);
  }
});

test('a label of GB 45438 keeps the members of the standard only', async () => {
  const label = JSON.stringify({ AIGC: { Label: '1', ContentProducer: 'P', Prompt: 'secret' } });
  const png = buildPng([ihdr(3, 2), textChunk('iTXt', 'AIGC', label), idat(), iend]);
  const typed = JSON.parse(await answer(png, 'metadata/style/typed', ['prompt']));
  expect(JSON.parse(typed.blocks.text[0].text)).toEqual({ AIGC: { Label: '1', ContentProducer: 'P' } });
});
