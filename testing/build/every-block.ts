// Files that together have every metadata block, for tests of the answers about metadata.
import { xmpNamespaces } from '../../lib/block/xmp-namespaces';
import { box } from './bmff';
import { concat, latin1 } from './bytes';
import { buildJpeg, exifSegment, frameHeader, photoshopSegment, xmpSegment } from './jpeg';
import { gainMapSegment, iccSegment, jumbfSegments, mpfSegment } from './jpeg-blocks';
import { manifest, manifestStore } from './jumbf';
import { streamWithNote } from './maker-note';
import { buildPng, idat, iend, ihdr, textChunk } from './png';
import { buildIcc, buildMpf, dataset, iccDescription, iccText } from './small-blocks';
import { ascii, rational } from './tiff';
import { buildMp4, media, smallMoov, userText, xmpUuid } from './video';

const prefixes = 'dc xmp photoshop Iptc4xmpExt mwg-rs stArea GCamera Container Item hdrgm'.split(' ');
const declared = Object.entries(xmpNamespaces).filter(([prefix]) => prefixes.includes(prefix));

/** A packet with properties of each kind, of the namespaces that are declared here. */
function packet(properties: string): string {
  const names = declared.map(([prefix, namespace]) => `xmlns:${prefix}="${namespace}"`).join(' ');
  return `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="${xmpNamespaces.rdf}"><rdf:Description rdf:about="" ${names}>${properties}</rdf:Description></rdf:RDF></x:xmpmeta>`;
}

const alt = (text: string): string => `<rdf:Alt><rdf:li xml:lang="x-default">${text}</rdf:li></rdf:Alt>`;
const described = `<dc:title>${alt('Title')}</dc:title><dc:subject><rdf:Bag><rdf:li>sea</rdf:li></rdf:Bag></dc:subject>
<dc:creator><rdf:Seq><rdf:li>A. Nobody</rdf:li></rdf:Seq></dc:creator><xmp:Rating>4</xmp:Rating><xmp:Label>Red</xmp:Label>
<photoshop:City>Berlin</photoshop:City><photoshop:Country>Germany</photoshop:Country>
<photoshop:DateCreated>2026-05-01T12:30+02:00</photoshop:DateCreated>
<xmp:Identifier><rdf:Description><rdf:value>7</rdf:value><dc:source>s</dc:source></rdf:Description></xmp:Identifier>
<Iptc4xmpExt:DigitalSourceType>http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia</Iptc4xmpExt:DigitalSourceType>
<Iptc4xmpExt:PersonInImage><rdf:Bag><rdf:li>B. Nobody</rdf:li></rdf:Bag></Iptc4xmpExt:PersonInImage>
<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList><rdf:Bag><rdf:li><rdf:Description mwg-rs:Name="A. Nobody"
 mwg-rs:Type="Face"><mwg-rs:Area stArea:x="0.5" stArea:y="0.5" stArea:w="0.2" stArea:h="0.3"/></rdf:Description></rdf:li></rdf:Bag>
</mwg-rs:RegionList></mwg-rs:Regions><hdrgm:Version>1.0</hdrgm:Version>
<GCamera:MicroVideo>1</GCamera:MicroVideo><GCamera:MicroVideoOffset>8</GCamera:MicroVideoOffset>
<GCamera:MicroVideoPresentationTimestampUs>5</GCamera:MicroVideoPresentationTimestampUs>`;

const iim = concat(
  dataset(2, 5, 'Title'),
  dataset(2, 110, 'Agency'),
  dataset(2, 116, 'Copyright'),
  dataset(2, 200, Uint8Array.of(0)),
);
const generated = {
  action: 'c2pa.created',
  digitalSourceType: 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia',
};
const store = manifestStore(
  manifest('urn:c2pa:1', {
    claim: { claim_generator_info: [{ name: 'Example', version: '1' }], 'dc:format': 'image/jpeg' },
    assertions: {
      'c2pa.actions.v2': { actions: [generated] },
      'c2pa.ingredient.v3': { 'dc:title': 'a.jpg', relationship: 'parentOf' },
      'c2pa.training-mining': { entries: { 'c2pa.ai_training': { use: 'notAllowed' } } },
    },
  }),
);
const note = {
  header: latin1('Apple iOS\0\0\x01MM'),
  base: 0,
  fields: [ascii(0x000b, 'BURST'), rational(0x000c, [3, 2], [1, 2]), ascii(0x0011, 'LIVE')],
};
const profile = buildIcc([
  { signature: 'desc', value: iccDescription('Display P3') },
  { signature: 'cprt', value: iccText('Public domain') },
]);

/** A JPEG with all blocks that a JPEG can have. */
export const blockJpeg = buildJpeg([
  exifSegment(streamWithNote({ make: 'Apple', noteOrder: false }, note).bytes),
  xmpSegment(packet(described)),
  photoshopSegment([{ id: 0x0404, data: iim }]),
  iccSegment(profile),
  mpfSegment(buildMpf([[0x20030000, 100, 0]])),
  gainMapSegment(),
  ...jumbfSegments(store, 60_000),
  frameHeader(30, 20),
]);

/** A PNG with the text of a program that generates images. */
export const textPng = buildPng([
  ihdr(3, 2),
  textChunk('tEXt', 'parameters', 'a lake\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x512'),
  textChunk('iTXt', 'Title', 'Lake'),
  idat(),
  iend,
]);

/** A video with texts and XMP. */
export const describedVideo = buildMp4(
  'qt  ',
  smallMoov(box('udta', userText('\u00a9nam', 'A title'))),
  xmpUuid(packet(described)),
  media(8),
);
