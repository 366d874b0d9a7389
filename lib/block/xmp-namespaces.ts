// The namespaces of XMP by their usual prefix, as the specifications that define them name it.

export const xmpNamespaces = {
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  xml: 'http://www.w3.org/XML/1998/namespace',
  // [XMP part 1, 8; part 2, 2 and 3]
  dc: 'http://purl.org/dc/elements/1.1/',
  xmp: 'http://ns.adobe.com/xap/1.0/',
  xmpRights: 'http://ns.adobe.com/xap/1.0/rights/',
  xmpMM: 'http://ns.adobe.com/xap/1.0/mm/',
  xmpBJ: 'http://ns.adobe.com/xap/1.0/bj/',
  xmpTPg: 'http://ns.adobe.com/xap/1.0/t/pg/',
  xmpDM: 'http://ns.adobe.com/xmp/1.0/DynamicMedia/',
  xmpidq: 'http://ns.adobe.com/xmp/Identifier/qual/1.0/',
  xmpNote: 'http://ns.adobe.com/xmp/note/',
  xmpG: 'http://ns.adobe.com/xap/1.0/g/',
  xmpGImg: 'http://ns.adobe.com/xap/1.0/g/img/',
  stArea: 'http://ns.adobe.com/xmp/sType/Area#',
  stDim: 'http://ns.adobe.com/xap/1.0/sType/Dimensions#',
  stEvt: 'http://ns.adobe.com/xap/1.0/sType/ResourceEvent#',
  stRef: 'http://ns.adobe.com/xap/1.0/sType/ResourceRef#',
  stJob: 'http://ns.adobe.com/xap/1.0/sType/Job#',
  pdf: 'http://ns.adobe.com/pdf/1.3/',
  photoshop: 'http://ns.adobe.com/photoshop/1.0/',
  crs: 'http://ns.adobe.com/camera-raw-settings/1.0/',
  lr: 'http://ns.adobe.com/lightroom/1.0/',
  exif: 'http://ns.adobe.com/exif/1.0/',
  tiff: 'http://ns.adobe.com/tiff/1.0/',
  aux: 'http://ns.adobe.com/exif/1.0/aux/',
  exifEX: 'http://cipa.jp/exif/1.0/',
  hdrgm: 'http://ns.adobe.com/hdr-gain-map/1.0/',
  hdr_metadata: 'http://ns.adobe.com/hdr-metadata/1.0/',
  // [IPTC Photo Metadata Standard], PLUS, Creative Commons, and the label of GB 45438
  Iptc4xmpCore: 'http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/',
  Iptc4xmpExt: 'http://iptc.org/std/Iptc4xmpExt/2008-02-29/',
  plus: 'http://ns.useplus.org/ldf/xmp/1.0/',
  cc: 'http://creativecommons.org/ns#',
  dcterms: 'http://purl.org/dc/terms/',
  TC260: 'http://www.tc260.org.cn/ns/AIGC/1.0/',
  // Faces and keywords
  'mwg-rs': 'http://www.metadataworkinggroup.com/schemas/regions/',
  'mwg-kw': 'http://www.metadataworkinggroup.com/schemas/keywords/',
  MicrosoftPhoto: 'http://ns.microsoft.com/photo/1.0/',
  MP: 'http://ns.microsoft.com/photo/1.2/',
  MPRI: 'http://ns.microsoft.com/photo/1.2/t/RegionInfo#',
  MPReg: 'http://ns.microsoft.com/photo/1.2/t/Region#',
  digiKam: 'http://www.digikam.org/ns/1.0/',
  acdsee: 'http://ns.acdsee.com/iptc/1.0/',
  mediapro: 'http://ns.iview-multimedia.com/mediapro/1.0/',
  photomechanic: 'http://ns.camerabits.com/photomechanic/1.0/',
  // Cameras and telephones
  GCamera: 'http://ns.google.com/photos/1.0/camera/',
  Container: 'http://ns.google.com/photos/1.0/container/',
  Item: 'http://ns.google.com/photos/1.0/container/item/',
  GPano: 'http://ns.google.com/photos/1.0/panorama/',
  HDRGainMap: 'http://ns.apple.com/HDRGainMap/1.0/',
  'apple-fi': 'http://ns.apple.com/faceinfo/1.0/',
  'drone-dji': 'http://www.dji.com/drone-dji/1.0/',
} as const;

const prefixes: ReadonlyMap<string, string> = new Map(
  Object.entries(xmpNamespaces).map(([prefix, namespace]) => [namespace, prefix]),
);

/** The usual prefix of a namespace; for an unknown namespace `prefix`, that of the file. */
export function usualPrefix(namespace: string, prefix: string): string {
  return prefixes.get(namespace) ?? prefix;
}
