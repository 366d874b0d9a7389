// Files whose texts name the groups of EXIF_DROP that leave them out: `(gps,xmp)City`, or `(kept)Title`.
import { xmpNamespaces } from '../../lib/block/xmp-namespaces';
import { box } from './bmff';
import { concat, latin1, utf8 } from './bytes';
import { buildJpeg, exifSegment, frameHeader, photoshopSegment, xmpSegment } from './jpeg';
import { jumbfSegments } from './jpeg-blocks';
import { manifest, manifestStore } from './jumbf';
import { noteAt } from './maker-note';
import { buildPng, exifChunk, idat, iend, ihdr, textChunk } from './png';
import { dataset } from './small-blocks';
import { plainThumbnail } from './thumbnail';
import { ascii, buildTiff, long, pointer, rational, undefinedField } from './tiff';
import { buildMp4, keysMeta, media, smallMoov, xmpUuid } from './video';

/** The groups that leave out what has an unknown content. */
const unknown = 'gps,serial,owner,thumbnail,makernote,faces,prompt';
/** The groups that leave out tags without a name. */
const nameless = 'gps,serial,owner,makernote,faces,prompt,xmp,iptc';

const ns = { ...xmpNamespaces, other: 'http://example.com/' };
const property = (name: string, groups: string, content?: string): string => {
  const [prefix = ''] = name.split(':');
  const value = content ?? `(${groups === '' ? '' : `${groups},`}xmp)${name.replace(/\W/g, '')}`;
  return `<${name} xmlns:${prefix}="${ns[prefix as keyof typeof ns]}">${value}</${name}>`;
};
const bag = (...items: readonly string[]): string =>
  `<rdf:Bag>${items.map((item) => `<rdf:li>${item}</rdf:li>`).join('')}</rdf:Bag>`;
const node = (content: string): string => `<rdf:Description>${content}</rdf:Description>`;

const region = node(
  property('mwg-rs:Name', 'faces') + property('mwg-rs:Type', '', 'Face') + property('other:Note', unknown),
);
const microsoftRegion = node(
  property('MPReg:PersonDisplayName', 'faces') + property('MPReg:Rectangle', '', '0.1, 0.1, 0.2, 0.2'),
);
const place = node(property('Iptc4xmpExt:City', 'gps') + property('Iptc4xmpExt:Sublocation', 'gps'));
const properties = [
  property('dc:title', ''),
  property('dc:creator', 'owner'),
  property('dc:subject', 'faces'),
  property('dc:description', 'prompt'),
  property('xmp:Label', ''),
  property('exif:GPSMapDatum', 'gps'),
  property('exif:UserComment', 'prompt'),
  property('exifEX:BodySerialNumber', 'serial'),
  property('aux:OwnerName', 'owner'),
  property('tiff:Model', ''),
  property('tiff:Make', '', 'workflow: {"1":"(prompt,xmp)Make"}'),
  property('dc:language', '', bag('en', '{"1":"(prompt,xmp)Language"}')),
  property('drone-dji:GpsLatitude', 'gps'),
  property('drone-dji:DroneSerialNumber', 'serial'),
  property('plus:ImageSupplierImageID', 'serial'),
  property('photoshop:City', 'gps'),
  property('Iptc4xmpCore:CreatorContactInfo', '', node(property('Iptc4xmpCore:CiEmailWork', 'owner'))),
  property('Iptc4xmpExt:LocationCreated', '', bag(place)),
  property('Iptc4xmpExt:PersonInImage', '', bag('(faces,xmp)PersonInImage')),
  property('Iptc4xmpExt:AIPromptInformation', 'prompt'),
  property('Iptc4xmpExt:AISystemUsed', ''),
  property('mwg-rs:Regions', '', node(property('mwg-rs:RegionList', '', bag(region)))),
  property('MP:RegionInfo', '', node(property('MPRI:Regions', '', bag(microsoftRegion)))),
  property('xmpMM:DocumentID', 'serial,owner'),
  property('xmpMM:History', unknown),
  property('crs:RawFileName', unknown),
  property('crs:Exposure2012', '', '+0.55'),
  property('other:Anything', unknown),
  property('xmp:Rating', '', node(`<rdf:value>5</rdf:value>${property('other:Scheme', unknown)}`)),
];
const packet = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="${ns.rdf}"><rdf:Description rdf:about="">${properties.join('')}</rdf:Description></rdf:RDF></x:xmpmeta>`;

const iim = concat(
  dataset(2, 5, '(iptc)Title'),
  dataset(2, 25, '(faces,iptc)Keyword'),
  dataset(2, 80, '(owner,iptc)Byline'),
  dataset(2, 90, '(gps,iptc)City'),
  dataset(2, 105, '{"1":"(prompt,iptc)Headline"}'),
  dataset(2, 118, '(owner,iptc)Contact'),
  dataset(2, 120, '(prompt,iptc)Caption'),
  dataset(2, 231, `(${unknown},iptc)Dataset`),
);

const store = manifestStore(
  manifest(`urn(${unknown})Label`, {
    claim: { claim_generator: '(kept)ClaimGenerator', 'dc:title': `(${unknown})FileName` },
    assertions: {
      'c2pa.actions': { actions: [{ action: 'c2pa.created', description: `(${unknown})Description` }] },
      'c2pa.ingredient': { 'dc:title': `(${unknown})Ingredient`, relationship: 'parentOf' },
    },
  }),
);

const note = noteAt(
  {
    header: latin1('Apple iOS\0\0\x01MM'),
    base: 0,
    fields: [ascii(0x000b, '(serial,gps,makernote)Burst'), ascii(0x0011, '(serial,gps,makernote)LivePhoto')],
  },
  0,
  false,
);
const tiff = buildTiff({
  fields: [
    ascii(0x010f, 'Apple'),
    ascii(0x0110, '(kept)Model'),
    ascii(0x013b, '(owner)Artist'),
    ascii(0xfffe, `(${nameless})Tag`),
    pointer(0x8769, [
      {
        fields: [
          undefinedField(0x927c, note),
          undefinedField(
            0x9286,
            concat(latin1('ASCII\0\0\0'), latin1('(prompt)Comment, Steps: 20, Seed: 1, Size: 5x5')),
          ),
          ascii(0xa431, '(serial)Body'),
        ],
      },
    ]),
    pointer(0x8825, [
      {
        fields: [
          ascii(1, 'N'),
          rational(2, [47, 1], [11, 1], [0, 1]),
          ascii(3, 'E'),
          rational(4, [8, 1], [15, 1], [0, 1]),
          ascii(0x12, '(gps)Datum'),
        ],
      },
    ]),
  ],
  next: { fields: [pointer(0x0201, [plainThumbnail]), long(0x0202, plainThumbnail.length)] },
});

/** EXIF with a maker note and a thumbnail of 160 x 120, XMP, IPTC-IIM and C2PA in a JPEG of 100 x 300. */
export const secretJpeg = buildJpeg([
  exifSegment(tiff),
  xmpSegment(packet),
  photoshopSegment([{ id: 0x0404, data: iim }]),
  ...jumbfSegments(store, 60_000),
  frameHeader(100, 300),
]);

/** The same EXIF and XMP in a PNG, and texts. */
export const secretPng = buildPng([
  ihdr(3, 2),
  textChunk('iTXt', 'XML:com.adobe.xmp', packet),
  textChunk('iTXt', 'Title', '(kept)TextTitle'),
  textChunk('iTXt', 'Author', '(owner)TextAuthor'),
  textChunk('iTXt', 'parameters', `(${unknown})Parameters, Steps: 20, Sampler: Euler, Seed: 1, Version: v1.9`),
  textChunk('iTXt', 'workflow', `{"nodes":["(${unknown})Workflow"]}`),
  textChunk('iTXt', 'Software', '{"1":"(prompt)Software"}'),
  textChunk('iTXt', 'Mine', `(${unknown})OwnChunk`),
  exifChunk(tiff),
  idat(),
  iend,
]);

const apple = (name: string): string => `com.apple.quicktime.${name}`;

/** A video with texts and the same XMP. */
export const secretVideo = buildMp4(
  'qt  ',
  smallMoov(
    keysMeta([
      [apple('make'), '(kept)VideoMake'],
      [apple('location.ISO6709'), '+47.1999+008.2888/'],
      [apple('content.identifier'), '(serial)VideoLive'],
      [apple('author'), '(owner)VideoAuthor'],
      [apple('comment'), '(prompt)VideoComment'],
      [apple('title'), '{"1":"(prompt)VideoTitle"}'],
      ['org.example', `(${unknown})VideoText`],
    ]),
    box('free', utf8('')),
  ),
  xmpUuid(packet),
  media(8),
);
