// The kinds of gain maps, from the XMP of the image, the MPF index and signs in the container.
import { type GainMapSources, gainMapOf } from '../../../lib/block/gain-map';
import { maxAppendedItems } from '../../../lib/block/limits';
import { parseMpf } from '../../../lib/block/mpf';
import { xmpNamespaces } from '../../../lib/block/xmp-namespaces';
import { buildMpf } from '../../../testing/build/small-blocks';
import { directory, property, xmpDocument } from '../../../testing/build/xmp-document';

const find = (sources: Partial<GainMapSources>) => gainMapOf({ xmp: null, mpf: null, signs: [], ...sources });
const ultraHdr = property(xmpNamespaces.hdrgm, 'Version', '1.0');
const apple = property(xmpNamespaces.HDRGainMap, 'HDRGainMapVersion', '65536');
const listed = directory([{ semantic: 'Primary' }, { semantic: 'GainMap', length: '810' }]);
const mpfOf = (type: number) =>
  parseMpf(
    buildMpf([
      [0x030000, 9, 0],
      [type, 9, 9],
    ]),
    0,
  );

test.each<[string, Partial<GainMapSources>, readonly string[], string | null]>([
  ['hdrgm:Version', { xmp: xmpDocument(ultraHdr) }, ['ultra-hdr'], '1.0'],
  ['an item of the directory', { xmp: xmpDocument(listed) }, ['ultra-hdr'], null],
  ['the version of Apple', { xmp: xmpDocument(apple) }, ['apple'], '65536'],
  ['an APP2 segment', { signs: ['iso21496-app2'] }, ['iso-21496'], null],
  ['a derived item', { signs: ['tmap-item'] }, ['iso-21496'], null],
  ['a box of JPEG XL', { signs: ['jhgm-box'] }, ['iso-21496'], null],
  ['an auxiliary image', { signs: ['apple-auxC'] }, ['apple'], null],
  ['several', { xmp: xmpDocument(apple, ultraHdr), signs: ['tmap-item'] }, ['ultra-hdr', 'iso-21496', 'apple'], '1.0'],
  ['only the type in MPF', { mpf: mpfOf(0x050000) }, ['mpf'], null],
  ['the type in MPF and another sign', { mpf: mpfOf(0x050000), signs: ['iso21496-app2'] }, ['iso-21496'], null],
])('%s', (_name, sources, kinds, version) => {
  expect(find(sources)).toEqual({ kinds, version });
});

const parameter = property(xmpNamespaces.hdrgm, 'GainMapMax', '2.5');
test.each<[string, Partial<GainMapSources>]>([
  ['nothing', {}],
  ['other properties', { xmp: xmpDocument(parameter, directory([{ semantic: 'Primary' }])) }],
  ['another version', { xmp: xmpDocument(property(xmpNamespaces.dc, 'Version', '1.0')) }],
  ['images of other types', { mpf: mpfOf(0) }],
  [
    'an item beyond the limit',
    { xmp: xmpDocument(directory([...Array(maxAppendedItems).fill({ semantic: 'x' }), { semantic: 'GainMap' }])) },
  ],
])('no gain map: %s', (_name, sources) => {
  expect(find(sources)).toBeNull();
});
