// The XMP, the IPTC and the ICC profile of a fictional photo agency.
import { xmpNamespaces } from '../lib/block/xmp-namespaces';
import { concat, latin1, u32 } from '../testing/build/bytes';
import { buildIcc, dataset, iccDescription, iccText } from '../testing/build/small-blocks';
import { xmpWith } from '../testing/build/xmp';

const photoshop = (name: string, text: string): string =>
  `<photoshop:${name} xmlns:photoshop="${xmpNamespaces.photoshop}">${text}</photoshop:${name}>`;
const languages = (texts: Readonly<Record<string, string>>): string =>
  `<rdf:Alt>${Object.entries(texts)
    .map(([language, text]) => `<rdf:li xml:lang="${language}">${text}</rdf:li>`)
    .join('')}</rdf:Alt>`;

/** A packet. The face that it names is the sun of the picture. */
export const caption = xmpWith(`
 <dc:title>${languages({ 'x-default': 'Noon', en: 'Noon', de: 'Mittag' })}</dc:title>
 <dc:subject><rdf:Bag><rdf:li>hills</rdf:li><rdf:li>sun</rdf:li><rdf:li>sky</rdf:li></rdf:Bag></dc:subject>
 <dc:creator><rdf:Seq><rdf:li>A. Nobody</rdf:li></rdf:Seq></dc:creator>
 <xmp:Rating>4</xmp:Rating><xmp:Label>Green</xmp:Label>
 ${photoshop('City', 'Zürich')}${photoshop('Country', 'Switzerland')}${photoshop('Credit', 'Example Agency')}
 <mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList><rdf:Bag><rdf:li>
  <rdf:Description mwg-rs:Name="The Sun" mwg-rs:Type="Face">
   <mwg-rs:Area stArea:x="0.3" stArea:y="0.475" stArea:w="0.127" stArea:h="0.19" stArea:unit="normalized"/>
  </rdf:Description>
 </rdf:li></rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>
`);

export const captionDatasets = concat(
  dataset(1, 90, '\u001b%G'),
  dataset(2, 5, 'Noon'),
  dataset(2, 25, 'hills'),
  dataset(2, 55, '20260517'),
  dataset(2, 80, 'A. Nobody'),
  dataset(2, 90, 'Zürich'),
  dataset(2, 110, 'Example Agency'),
);

const fixed = (value: number): Uint8Array => u32(Math.round(value * 0x10000));
const xyz = (...values: readonly number[]): Uint8Array => concat(latin1('XYZ '), u32(0), ...values.map(fixed));
/** A curve of gamma 2.2. */
const curve = concat(latin1('curv'), u32(0), u32(1), Uint8Array.of(0x02, 0x33, 0, 0));

/** The primaries of sRGB, adapted to D50 [ICC.1:2022, Annex F.3]. */
export const colorProfile = buildIcc([
  { signature: 'desc', value: iccDescription('Example RGB') },
  { signature: 'cprt', value: iccText('MIT, the authors of bucket-exif') },
  { signature: 'wtpt', value: xyz(0.9642, 1, 0.8249) },
  { signature: 'rXYZ', value: xyz(0.436, 0.2225, 0.0139) },
  { signature: 'gXYZ', value: xyz(0.3851, 0.7169, 0.0971) },
  { signature: 'bXYZ', value: xyz(0.1431, 0.0606, 0.7139) },
  ...['rTRC', 'gTRC', 'bTRC'].map((signature) => ({ signature, value: curve })),
]);
